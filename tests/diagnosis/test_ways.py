"""Ways: proposals made concrete where the session, the protocol and the server allow them."""

import pytest

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.diagnosis.proposal import Proposal
from smtpdebugger.diagnosis.ways import Ways, goal_of, hello_line
from tests.diagnosis.cases import (
    AUTH,
    EHLO,
    EXIM,
    POSTFIX,
    QPSMTPD,
    TRANSACTION,
    case_of,
    knowledge,
)

NO = "C: FOO\nS: 500 no\n"
LHLO = "S: 220 mail.example.test LMTP\nC: LHLO client.example.test\nS: 250 mail.example.test\n"


def through(text: str, *commands: str, **more: str) -> list[Alternative]:
    """What becomes of a proposal after the last refusal of a dialogue."""
    case = case_of(text)
    causes = diagnose(case.session, case.exchange, knowledge()).causes
    return list(Ways(case, causes).through(Proposal(commands=commands, **more)))  # type: ignore[arg-type]


def sent(text: str, *commands: str) -> list[tuple[str, ...]]:
    return [each.commands for each in through(text, *commands)]


def test_a_chain_stays_as_it_is_where_it_is_legal() -> None:
    assert sent(EHLO + NO, "MAIL FROM:<>") == [("MAIL FROM:<>",)]


def test_rset_comes_first_where_a_transaction_is_open() -> None:
    found = through(EHLO + TRANSACTION + NO, "MAIL FROM:<>")

    assert found[0].commands == ("RSET", "MAIL FROM:<>")
    assert "dropped" in found[0].loses


def test_ehlo_comes_first_where_it_is_missing() -> None:
    found = through("S: 220 mail.example.test ESMTP\n" + NO, "MAIL FROM:<>")

    assert found[0].commands == ("EHLO {client}", "MAIL FROM:<>")
    assert found[0].missing == ("client",)


def test_after_a_failed_chunk_the_transaction_begins_anew() -> None:
    text = EXIM + TRANSACTION + "C: BDAT 3\nC: abc\nS: 452 4.3.1 no room\n"

    chain = ("MAIL FROM:<{mailbox}>", "RCPT TO:<{address}>", "DATA")
    assert sent(text, *chain)[0][0] == "RSET"
    assert sent(text, "DATA") == []


def test_in_lmtp_it_is_lhlo() -> None:
    assert sent(LHLO + NO, "EHLO {client}") == [("LHLO client.example.test",)]
    assert sent(LHLO + NO, "HELO {client}") == []
    assert hello_line(case_of(LHLO + NO)) == "LHLO client.example.test"


def test_who_refuses_lhlo_is_greeted_with_ehlo() -> None:
    text = "S: 220 mail.example.test ESMTP\nC: LHLO client.example.test\nS: 500 no\n"

    assert sent(text, "EHLO {client}") == [("EHLO client.example.test",)]


def test_who_names_lmtp_while_refusing_ehlo_is_greeted_with_lhlo() -> None:
    text = "S: 220 mx\nC: EHLO client.example.test\nS: 500 5.5.1 This is a LMTP server, use LHLO\n"

    assert sent(text, "EHLO {client}") == [("LHLO client.example.test",)]


def test_a_server_that_takes_ehlo_once_needs_a_new_connection() -> None:
    found = through("# port 25\n" + QPSMTPD + NO, "EHLO {client}")

    assert [(each.action, each.port) for each in found] == [("reconnect", 25)]
    assert found[0].commands == ("EHLO client.example.test",)


def test_ehlo_after_starttls_needs_none() -> None:
    chain = ("STARTTLS", "EHLO {client}")

    assert sent(QPSMTPD + NO, *chain) == [("STARTTLS", "EHLO client.example.test")]


def test_where_starttls_has_to_come_at_once_it_begins_a_new_connection() -> None:
    chain = ("STARTTLS", "EHLO {client}")

    found = through("# port 25\n" + QPSMTPD + TRANSACTION + NO, *chain)

    assert [(each.action, each.port, each.security) for each in found] == [
        ("reconnect", 25, "starttls")
    ]
    assert found[0].commands == ("EHLO client.example.test",)
    assert sent(EHLO + TRANSACTION + NO, *chain)[0][:2] == ("RSET", "STARTTLS")


def test_a_new_connection_without_a_port_is_told_in_words() -> None:
    found = through(QPSMTPD + TRANSACTION + NO, "STARTTLS", "EHLO {client}")

    assert found[0].what == "Connect again with STARTTLS, then EHLO client.example.test"


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("530 5.7.0 Must issue a STARTTLS command first", EHLO),
        ("530 5.7.0 Authentication required", AUTH),
    ],
)
def test_no_chain_passes_by_what_the_server_wants_first(reply: str, text: str) -> None:
    assert sent(text + f"C: MAIL FROM:<a@example.test>\nS: {reply}\n", "MAIL FROM:<>") == []


def test_a_new_connection_where_the_server_hung_up() -> None:
    text = "# port 25\n" + EHLO + "C: NOOP\nS: 421 4.3.2 shutting down\n# closed server\n"

    found = through(text, "MAIL FROM:<>")

    assert found[0].action == "reconnect"
    assert found[0].commands == ("EHLO client.example.test", "MAIL FROM:<>")


def test_reconnecting_must_lead_elsewhere() -> None:
    text = "# port 587\n" + POSTFIX + NO

    assert through(text, action="reconnect", port=587, security="starttls") == []  # type: ignore[arg-type]
    assert through(text, action="reconnect", port=465, security="tls")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "goal"),
    [("VRFY a", "verify-address"), ("8BITMIME", "use-extension"), ("XYZZY", "learn-commands")],
)
def test_the_goal_is_that_of_the_verb(line: str, goal: str) -> None:
    assert goal_of(case_of(EHLO + f"C: {line}\nS: 500 no\n")) == goal


def test_a_placeholder_in_a_path_has_one_pair_of_brackets() -> None:
    text = EHLO + "C: NOOP\nS: 421 4.3.2 shutting down\n# closed server\n"

    found = through(text, "MAIL FROM:<{mailbox}>", "RCPT TO:<{address}>")

    assert "<<" not in found[0].label
    assert "MAIL FROM:<mailbox>" in found[0].label
    assert "RCPT TO:<address>" in found[0].label


def test_no_transaction_is_dropped_where_none_is_open() -> None:
    chunking = EHLO.replace("250 8BITMIME", "250-8BITMIME\nS: 250 CHUNKING")
    found = through(chunking + "C: BDAT 0 LAST\nS: 503 no MAIL\n", "MAIL FROM:<>")

    assert found
    assert all("dropped" not in each.loses for each in found)


def test_another_port_is_not_said_to_speak_lmtp() -> None:
    text = "# port 24\nS: 220 h LMTP\nC: LHLO a\nS: 250 h\nC: ATRN\nS: 500 no\n"
    elsewhere = through(text, "EHLO {client}", action="reconnect", port=366)
    here = through(text, "EHLO {client}")

    assert elsewhere[0].commands == ("EHLO a",)
    assert all(each.commands != ("EHLO a",) for each in here)


def test_after_a_failed_chunk_nothing_goes_on_without_rset() -> None:
    text = EHLO.replace("250 8BITMIME", "250-8BITMIME\nS: 250 CHUNKING") + TRANSACTION
    text += "C: BDAT 3\nC: abc\nS: 554 no\nC: DATA\nS: 503 RSET first\n"

    for lines in sent(text, "RCPT TO:<a@b.test>", "DATA"):
        assert lines[0] == "RSET"
