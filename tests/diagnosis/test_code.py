"""The developer's code: it runs as it stands, finds out what is offered, and falls back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.code import code_for
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import AUTH, DIALOGUES, EHLO, TRANSACTION, case_of, knowledge
from tests.diagnosis.coded import Running, codes_for, run, running, talked

HELLO = "EHLO client.example"
MAIL = "MAIL FROM:<ann@example.test>"


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Running]]:
    with (
        running("strict-postfix") as postfix,
        running("legacy") as legacy,
        running("appliance") as appliance,
        running("modern") as modern,
        running("modern", tls=True) as modern_tls,
        running("strict-postfix", tls=True) as postfix_tls,
    ):
        yield {
            "strict-postfix": postfix,
            "legacy": legacy,
            "appliance": appliance,
            "modern": modern,
            "modern-tls": modern_tls,
            "strict-postfix-tls": postfix_tls,
        }


@pytest.fixture
def trusted(
    servers: dict[str, Running], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> dict[str, Running]:
    """The servers' certificates believed, and a login at hand."""
    authorities = tmp_path / "ca.pem"
    authorities.write_text("".join(each.ca_pem for each in servers.values()))
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities))
    monkeypatch.setenv("SMTP_USER", "alice@modern.test")
    monkeypatch.setenv("SMTP_PASSWORD", "wonderland")
    return servers


CASES: list[tuple[str, tuple[str, ...]]] = [
    ("strict-postfix", (HELLO, "VRFY alice@{domain}")),
    ("strict-postfix", (HELLO, "EXPN staff@{domain}")),
    ("strict-postfix", (HELLO, "ETRN example.test")),
    ("strict-postfix", (HELLO, "AUTH PLAIN")),
    ("strict-postfix", (HELLO, MAIL, MAIL)),
    ("strict-postfix", (HELLO, "MAIL FROM: ann@example.test")),
    ("strict-postfix", (HELLO, MAIL + " FOO=1")),
    ("strict-postfix", (HELLO, MAIL + " SIZE=99999999999")),
    ("strict-postfix", (HELLO, "RCPT TO:<alice@{domain}>")),
    ("strict-postfix", (HELLO, MAIL, "RCPT TO:<bob@elsewhere.example>")),
    ("strict-postfix", (HELLO, MAIL, "DATA")),
    ("strict-postfix", (HELLO, MAIL, "RCPT TO:<alice@{domain}>", "BDAT 5 LAST")),
    ("strict-postfix", (HELLO, "HELP")),
    ("strict-postfix", (HELLO, "MIAL FROM:<ann@example.test>")),
    ("strict-postfix", (HELLO, "TURN")),
    ("legacy", (HELLO,)),
    ("legacy", ("HELO client.example", "STARTTLS")),
    ("legacy", ("HELO client.example", "AUTH PLAIN")),
    ("legacy", ("HELO client.example", "VRFY alice")),
    ("legacy", ("HELO client.example", "SEND FROM:<ann@example.test>")),
    ("legacy", (MAIL,)),
    ("appliance", (HELLO, "STARTTLS")),
    ("appliance", (HELLO, "AUTH LOGIN")),
    ("appliance", (HELLO, "NOOP")),
    ("modern", (HELLO, "STARTTLS", HELLO, "AUTH CRAM-MD5")),
    ("modern", (HELLO, "AUTH PLAIN")),
]


@pytest.mark.parametrize(
    ("personality", "lines"), CASES, ids=[f"{name}-{lines[-1]}" for name, lines in CASES]
)
def test_the_code_runs_and_reaches_what_it_is_for(
    personality: str, lines: tuple[str, ...], trusted: dict[str, Running]
) -> None:
    server = trusted[personality]
    domain = server.host.partition(".")[2]
    told = tuple(line.format(domain=domain) for line in lines)
    diagnosis, programs = codes_for(talked(server.port, told, server.ca_pem))
    assert programs, diagnosis.alternatives

    for alternative, code in programs:
        if alternative.port == 366:
            continue  # on-demand mail relay: no server here plays it
        elsewhere = personality if personality == "strict-postfix" else "modern"
        other = trusted[elsewhere + "-tls" * (alternative.security == "tls")]
        constants: dict[str, object] = {
            "OTHER_PORT": other.port,
            "USER": other.user,
            "PASSWORD": other.password,
            "DOMAIN": domain,
            "ADDRESS": f"alice@{domain}",
        }
        for text in (code.smtplib, code.aiosmtplib):
            printed = run(text, constants)
            (answer,) = re.findall(r"(?m)^\(?([0-9]{3})", printed)[-1:] or ["none"]
            # A session that saw nothing but HELO cannot know whether EHLO is there.
            expected = (
                "25" if alternative.missing or personality in {"legacy", "appliance"} else "2"
            )
            assert answer[0] in expected or "ETRN" in text, (alternative.label, printed, text)


def programs_of(text: str) -> list[tuple[str, str]]:
    """All programs for all alternatives of the refusals of a dialogue."""
    session = read_dialogue(text)
    found = []
    for exchange in session.exchanges:
        diagnosis = diagnose(session, exchange, knowledge())
        case = Case(session, exchange, knowledge())
        for alternative in diagnosis.alternatives:
            code = code_for(case, alternative, diagnosis.causes[0].family)
            if code is not None:
                found += [("smtplib", code.smtplib), ("aiosmtplib", code.aiosmtplib)]
    return [(library, program) for library, program in found if program]


FILES = sorted(DIALOGUES.rglob("*.smtp"))


@pytest.mark.parametrize("file", FILES, ids=[f"{each.parent.name}-{each.stem}" for each in FILES])
def test_every_program_is_whole_python(file: Path) -> None:
    for library, text in programs_of(file.read_text()):
        tree = ast.parse(text)
        imports = (node for node in tree.body if isinstance(node, ast.Import))
        imported = {name.name for node in imports for name in node.names}
        attributes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
        used = {node.value.id for node in attributes if isinstance(node.value, ast.Name)}
        assert library in imported
        assert imported - used == set(), text
        assert max(map(len, text.splitlines())) <= 120, text
        assert "{" not in re.sub(r'\bf"[^"]*"', "", text), text


def only(text: str, number: int = 0) -> str:
    return programs_of(text)[number][1]


def test_what_was_refused_is_tried_where_it_may_work() -> None:
    text = only(EHLO + "C: VRFY alice@example.test\nS: 502 5.5.1 VRFY is disabled\n")
    tried = text.index('smtp.verify("alice@example.test")')
    assert tried < text.index("if code >= 400:") < text.index('smtp.rcpt("alice@example.test")')


def test_what_was_wrong_by_itself_is_not_tried_again() -> None:
    text = only(EHLO + "C: MIAL FROM:<ann@example.test>\nS: 500 unknown\n")
    assert "MIAL" not in text
    assert 'smtp.mail("ann@example.test")' in text


def test_an_extension_is_looked_at_before_it_is_used() -> None:
    text = only(EHLO + TRANSACTION + "C: BDAT 5 LAST\nS: 502 5.5.1 no\n")
    assert text.index('smtp.has_extn("chunking")') < text.index("BDAT %d LAST")
    assert "smtp.data(MESSAGE)" in text


def test_no_password_goes_out_before_tls_was_looked_for() -> None:
    text = only(EHLO + "C: AUTH PLAIN AGEAYg==\nS: 530 5.7.0 Must issue a STARTTLS command first\n")
    assert text.index('has_extn("starttls")') < text.index("smtp.login(USER, PASSWORD)")
    assert 'PASSWORD = os.environ["SMTP_PASSWORD"]' in text
    assert "AGEAYg" not in text


def test_a_refused_login_is_not_repeated_by_the_program() -> None:
    text = EHLO + "C: STARTTLS\nS: 220 go\n# tls\n" + EHLO.split("\n", 1)[1]
    text = text.replace("250 8BITMIME", "250-8BITMIME\nS: 250 AUTH PLAIN LOGIN")
    for _, program in programs_of(text + "C: AUTH PLAIN AGEAYg==\nS: 535 5.7.8 wrong password\n"):
        assert "login(" not in program


def test_a_temporary_refusal_is_waited_for() -> None:
    text = only(EHLO + "C: MAIL FROM:<a@b.example>\nS: 451 4.3.0 later\n")
    assert "for pause in (0, 60, 300, 900):" in text
    assert "if code // 100 != 4:" in text


def test_a_size_is_compared_before_the_message_is_sent() -> None:
    text = only(EHLO + "C: MAIL FROM:<a@b.example> SIZE=9999\nS: 552 5.3.4 too big\n")
    assert text.index("limit = ") < text.index("raise ValueError") < text.index("smtp.mail(")


def test_what_no_program_can_do_has_no_program() -> None:
    assert programs_of("S: 554 5.7.1 blocked using zen.spamhaus.org\n") != []
    assert programs_of(EHLO + "C: QUIT\nS: 221 bye\n") == []


def test_a_chain_stops_where_it_is_refused() -> None:
    text = only(EHLO + "C: EXPN staff@example.test\nS: 502 no\n")
    lines = [line.strip() for line in text.splitlines()]
    start = lines.index('code, text = smtp.mail("")')
    assert lines[start + 1] == "if code < 400:"
    assert lines[start + 2] == 'code, text = smtp.rcpt("staff@example.test")'
    assert "rset" not in text  # the end of the connection does that


def test_a_parameter_is_left_out_where_its_extension_is_missing() -> None:
    text = only(EHLO + "C: 8BITMIME\nS: 500 unknown\n")
    offered = text.index('if smtp.has_extn("8bitmime"):')
    assert offered < text.index('["BODY=8BITMIME"]') < text.index("else:")


def test_who_has_logged_in_does_not_log_in_again() -> None:
    text = EHLO + "C: STARTTLS\nS: 220 go\n# tls\n" + EHLO.split("\n", 1)[1]
    text = text.replace("250 8BITMIME", "250-8BITMIME\nS: 250 AUTH PLAIN LOGIN")
    text += "C: AUTH PLAIN AGEAYg==\nS: 235 ok\nC: AUTH PLAIN AGEAYg==\nS: 503 already\n"
    programs = programs_of(text)
    assert programs
    for _, program in programs:
        assert program.count("login(") == 1


def test_what_was_offered_and_refused_is_not_tried_before_another_port() -> None:
    text = "# port 25\n" + EHLO + "C: STARTTLS\nS: 454 TLS not available\n"
    found = [each for _, each in programs_of(text) if "OTHER_PORT" in each]
    assert found
    for program in found:
        assert "HOST, PORT)" not in program
        assert "port=PORT" not in program


def test_lmtp_has_the_one_program_there_is() -> None:
    text = EHLO.replace("C: EHLO", "C: LHLO") + "C: VRFY bob\nS: 502 no\n"
    found = programs_of(text)
    assert found
    assert {library for library, _ in found} == {"smtplib"}
    assert all("smtplib.LMTP(HOST, PORT)" in program for _, program in found)


def test_a_reconnection_prints_what_came_of_it_whichever_way_it_went() -> None:
    text = "# port 25\n" + EHLO + "C: MAIL FROM:<a@b.example>\nS: 530 5.7.0 STARTTLS first\n"
    for library, program in programs_of(text):
        if "OTHER_PORT" in program:
            last = [line for line in program.splitlines() if "print(" in line]
            assert last == [
                "    print(code, text)" if library == "aiosmtplib" else "print(code, text)"
            ]


def test_letters_outside_ascii_are_only_sent_where_they_are_read() -> None:
    text = "S: 220 mx\nC: HELO me\nS: 250 mx\nC: MAIL FROM:<\u043f@b.example> SMTPUTF8\nS: 501 no\n"
    for _, program in programs_of(text):
        if "\u043f@" in program:
            assert "smtputf8" in program
    for _, program in programs_of(EHLO + "C: VRFY \u043f\nS: 501 no\n"):
        assert "\u043f" not in program


def test_a_recipient_is_tried_inside_a_transaction() -> None:
    text = (
        "# port 25\n"
        + EHLO
        + TRANSACTION.replace("S: 250 2.1.5 Ok", "S: 554 5.7.1 Relay access denied")
    )
    for library, program in programs_of(text):
        if library == "smtplib" and "smtp.rcpt(" in program:
            assert program.index("smtp.mail(") < program.index("smtp.rcpt(")


def test_what_ehlo_offers_is_used_once_it_was_said() -> None:
    helo = "S: 220 mx\nC: HELO me\nS: 250 mx\n"
    starttls = only(helo + "C: STARTTLS\nS: 502 no\n")
    assert starttls.index("smtp.ehlo(") < starttls.index('has_extn("starttls")')
    login = only(helo + "C: AUTH PLAIN\nS: 502 no\n")
    assert login.index("smtp.ehlo(") < login.index('has_extn("auth")') < login.index("login(")


def test_an_offer_is_looked_at_once() -> None:
    text = only("# port 25\n" + EHLO + "C: AUTH PLAIN\nS: 502 5.5.1 no\n")
    first = text[: text.index("if not offered:")]
    assert first.count('has_extn("auth")') == 1
    assert "code, text = smtp.login(" in first


def test_tls_before_a_login_ends_with_it_and_never_without_tls() -> None:
    refused = TRANSACTION.replace("S: 250 2.1.5 Ok", "S: 554 5.7.1 Relay access denied")
    case = case_of(AUTH + refused)
    found = diagnose(case.session, case.exchange, knowledge()).alternatives
    ways = [each for each in found if each.commands[-2:-1] == ("STARTTLS",)]

    assert ways
    for way in ways:
        code = code_for(case, way)
        assert code is not None
        for program in (code.smtplib, code.aiosmtplib):
            lines = [each for each in program.splitlines() if "smtp." in each or "502" in each]
            (login,) = (each for each in lines if "login(USER, PASSWORD)" in each)
            (tls,) = (each for each in lines if "smtp.starttls(" in each)
            assert lines.index(tls) < lines.index(login)
            assert indent(login) > indent(tls), "no password where TLS is not offered"


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())
