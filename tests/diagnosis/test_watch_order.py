"""Who spoke when, under the watchdog's eye."""

import pytest

from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.session.events import Received, Sent, TlsEstablished
from tests.diagnosis.cases import knowledge
from tests.diagnosis.watched import HELLO, SECOND, watched


def told(*steps: str | bytes | int) -> list[tuple[str, int]]:
    return [(each.rule, each.exchange) for each in all_findings(watched(*steps), knowledge())]


def test_replies_that_slipped_by_one_are_told_once() -> None:
    slipped = ("C:AUTH LOGIN", "C:NOOP", "S:250 stray", "S:334 VXNlcg==")
    again = ("C:DATA", "C:RSET", "S:503 no", "S:354 go")
    found = told(*HELLO, *slipped, *again)

    assert [each for each in found if each[0] == "replies-one-off"] == [("replies-one-off", 4)]


def test_it_is_said_which_command_the_reply_belongs_to() -> None:
    session = watched(*HELLO, "C:AUTH LOGIN", "C:NOOP", "S:250 stray", "S:334 VXNlcg==")
    sentences = [each.sentence for each in all_findings(session, knowledge())]
    assert any("334 that answers NOOP belongs to AUTH, exchange 3" in each for each in sentences)


def test_codes_in_their_place_are_no_findings() -> None:
    steps = ("C:STARTTLS", "S:220 go", "tls", *HELLO[1:3], "S:250 AUTH LOGIN", "C:AUTH LOGIN",
             "S:334 VXNlcg==", "C:YQ==", "S:334 UA==", "C:c2VjcmV0", "S:235 ok", "C:QUIT",
             "S:221 bye")  # fmt: skip
    assert [rule for rule, _ in told(*HELLO, *steps)] == ["offers-changed-by-tls"]


def test_injected_lines_are_quoted() -> None:
    session = watched(*HELLO, "C:STARTTLS", "S:220 go", "S:250 evil", "tls")
    (found,) = all_findings(session, knowledge())
    assert (found.rule, found.severity) == ("data-after-starttls", "error")
    assert "“250 evil”" in found.sentence


def test_groups_are_allowed_where_pipelining_is() -> None:
    group = ("C:MAIL FROM:<>", "C:RCPT TO:<a@b.example>", "C:DATA", "S:250 ok", "S:250 ok")
    assert told(*HELLO, *group, "S:354 go") == []
    assert told("S:220 mx.example.test", "C:EHLO me", "S:250 mx", *group, "S:354 go") == [
        ("sent-without-waiting", 4)
    ]


def test_the_message_gets_more_time_than_a_command() -> None:
    data = ("C:MAIL FROM:<>", "S:250 ok", "C:RCPT TO:<a@b.example>", "S:250 ok", "C:DATA",
            "S:354 go", "c:a\r\n.\r\n")  # fmt: skip
    assert told(*HELLO, *data, 30 * SECOND, "S:250 ok") == []
    assert told(*HELLO, *data, 70 * SECOND, "S:250 ok") == [("slow-reply", 6)]


def test_seconds_are_told_as_people_write_them() -> None:
    (found,) = all_findings(
        watched("connected", 12 * SECOND - 1000, "S:220 mx.example.test"), knowledge()
    )
    assert "12 seconds" in found.sentence


def test_a_negative_greeting_in_time_is_no_finding() -> None:
    assert told("connected", "S:554 5.7.1 no") == []


def test_ehlo_first_inside_tls_is_right() -> None:
    assert told(*HELLO, "C:STARTTLS", "S:220 go", "tls", "C:EHLO me", "S:250-mx",
                "S:250 PIPELINING", "C:MAIL FROM:<>", "S:250 ok") == []  # fmt: skip


def test_a_connection_that_ends_without_a_reply() -> None:
    found = all_findings(watched(*HELLO, "C:NOOP", "closed"), knowledge())

    assert [each.rule for each in found] == ["ended-without-reply"]
    assert "NOOP had got no reply" in found[0].sentence
    assert all_findings(watched(*HELLO, "C:QUIT", "closed"), knowledge()) == []
    assert all_findings(watched(*HELLO, "C:NOOP"), knowledge()) == []


@pytest.mark.parametrize(
    ("version", "is_old"), [("TLSv1", True), ("TLSv1.1", True), ("TLSv1.2", False), ("", False)]
)
def test_a_version_of_tls_that_is_not_to_be_used(version: str, is_old: bool) -> None:
    session = watched(*HELLO, "C:STARTTLS", "S:220 go")
    session.record(TlsEstablished(50_000, version))
    session.record(Sent(51_000, b"EHLO me\r\n"))
    session.record(Received(52_000, b"250 mx\r\n"))

    assert ("old-tls" in [each.rule for each in all_findings(session, knowledge())]) is is_old


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("localhost", True),
        ("localhost.localdomain", True),
        ("192.0.2.25", True),
        ("exchange.corp.local", True),
        ("mx", True),
        ("ESMTP", True),
        ("mx.example.test", False),
        ("[192.0.2.25]", False),
        ("local.example.test", False),
    ],
)
def test_a_greeting_without_a_name_for_the_host(name: str, is_told: bool) -> None:
    found = all_findings(watched(f"S:220 {name} ESMTP"), knowledge())

    assert ("greeting-name" in [each.rule for each in found]) is is_told
