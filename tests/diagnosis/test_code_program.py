"""A program begins where the session of the case stood."""

from smtpdebugger.diagnosis.code_dialect import Aiosmtplib, Smtplib
from smtpdebugger.diagnosis.code_program import Program, verb_of
from smtpdebugger.diagnosis.model import Alternative
from tests.diagnosis.cases import EHLO, TRANSACTION, case_of

NOOP = Alternative("send", ("NOOP",))


def begun(text: str, alternative: Alternative = NOOP) -> list[str]:
    program = Program(case_of(text), alternative, "", Smtplib())
    program.opened()
    program.transaction()
    return program.lines


def test_a_plain_session() -> None:
    assert begun(EHLO + "C: FOO\nS: 500 no\n") == ["smtp.ehlo(CLIENT)"]


def test_a_session_inside_tls_with_a_login() -> None:
    text = EHLO + "C: STARTTLS\nS: 220 go\n# tls\n" + EHLO.split("\n", 1)[1]
    lines = begun(text + "C: AUTH PLAIN AGEAYg==\nS: 235 ok\nC: FOO\nS: 500 no\n")
    assert lines == [
        "smtp.ehlo(CLIENT)",
        "smtp.starttls(context=ssl.create_default_context())",
        "smtp.ehlo(CLIENT)",
        "smtp.login(USER, PASSWORD)",
    ]


def test_an_open_transaction_unless_the_chain_starts_over() -> None:
    text = EHLO + TRANSACTION + "C: FOO\nS: 500 no\n"
    assert begun(text)[1:] == ['smtp.mail("ann@example.test")', 'smtp.rcpt("bob@example.test")']
    assert begun(text, Alternative("send", ("RSET", "NOOP")))[1:] == []


def test_a_chain_that_begins_with_ehlo_needs_none_before() -> None:
    chain = Alternative("send", ("EHLO {client}", "MAIL FROM:<>"))
    assert begun("S: 220 mx\nC: MAIL FROM:<>\nS: 503 no\n", chain) == []


def test_a_chain_that_is_ehlo_alone_says_it_once() -> None:
    chain = Alternative("send", ("EHLO {client}",))
    assert begun(EHLO + "C: VRFY ann\nS: 502 no\n", chain) == ["smtp.ehlo(CLIENT)"]
    assert begun(EHLO + "C: AUTH PLAIN\nS: 504 no\n", chain) == []


def test_tls_is_started_before_a_chain_that_says_hello() -> None:
    text = EHLO + "C: STARTTLS\nS: 220 go\n# tls\nC: AUTH PLAIN\nS: 503 EHLO first\n"
    lines = begun(text, Alternative("send", ("EHLO {client}",)))
    assert lines == ["smtp.ehlo(CLIENT)", "smtp.starttls(context=ssl.create_default_context())"]


def test_a_malformed_hello_is_not_the_one_the_program_opens_with() -> None:
    text = EHLO + "C: EHLO\nS: 501 no\n"
    assert begun(text, Alternative("send", ("MAIL FROM:<>",))) == ["smtp.ehlo(CLIENT)"]


def test_a_chain_with_a_recipient_of_its_own_needs_no_other() -> None:
    chain = Alternative("send", ("RCPT TO:<a@b.example>", "DATA"))
    text = EHLO + TRANSACTION + "C: DATA foo\nS: 501 no\n"
    assert begun(text, chain)[1:] == ['smtp.mail("ann@example.test")']


def test_lmtp_is_spoken_where_it_is_spoken() -> None:
    text = EHLO.replace("C: EHLO", "C: LHLO") + "C: FOO\nS: 500 no\n"
    assert Program(case_of(text), NOOP, "", Smtplib()).connection().startswith("with smtplib.LMTP(")
    assert not Program(case_of(text), NOOP, "", Aiosmtplib()).is_able
    ehlo = Alternative("send", ("EHLO {client}",))
    assert Program(case_of(text), ehlo, "", Aiosmtplib()).is_able


def test_constants_are_named_at_the_head() -> None:
    program = Program(case_of("# port 587\n" + EHLO + "C: FOO\nS: 500 no\n"), NOOP, "", Smtplib())
    head = program.head("smtp.rcpt(ADDRESS)\nsmtp.login(USER, PASSWORD)\nssl.x\nCLIENT")

    assert head[:3] == ["import os", "import smtplib", "import ssl"]
    assert "HOST, PORT = " in head[4]
    assert head[4].endswith(", 587")
    assert 'CLIENT = "client.example.test"' in head
    assert 'ADDRESS = "bob@example.org"  # yours' in head
    assert 'PASSWORD = os.environ["SMTP_PASSWORD"]' in head


def test_lines_stand_in_their_blocks() -> None:
    program = Program(case_of(EHLO + "C: FOO\nS: 500 no\n"), NOOP, "", Smtplib())
    with program.block("if True:"):
        program.reply_of("NOOP")
    program.show()
    assert program.lines == ["if True:", "    code, text = smtp.noop()", "print(code, text)"]


def test_the_verb_of_a_line() -> None:
    assert verb_of("mail FROM:<>") == "MAIL"
