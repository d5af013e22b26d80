"""LMTP: mail data has a reply for each recipient, and nothing is paired one off."""

import pytest

from smtpdebugger.protocol.state import END_OF_DATA
from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.exchange import FOR_RECIPIENT, UNSOLICITED
from smtpdebugger.session.session import Session

TRANSACTION = (
    b"C:LHLO client.test", b"S:250 mx.test", b"C:MAIL FROM:<a@x.test>", b"S:250 ok",
    b"C:RCPT TO:<b@x.test>", b"S:250 ok", b"C:RCPT TO:<c@x.test>", b"S:550 no",
    b"C:RCPT TO:<d@x.test>", b"S:250 ok", b"C:RCPT TO:<e@x.test>", b"S:250 ok",
)  # fmt: skip
MESSAGE = b"C:DATA", b"S:354 go", b"C:Subject: x\r\n\r\ny\r\n."


def converse(*lines: bytes, lmtp: bool = True) -> Session:
    session = Session()
    session.record(Connected(0, "mx.test", "192.0.2.1:24", lmtp=lmtp))
    session.record(Received(1, b"220 mx.test ready\r\n"))
    for at, line in enumerate(lines, 2):
        kind = Sent if line.startswith(b"C:") else Received
        session.record(kind(at, line[2:] + b"\r\n"))
    return session


def tail(session: Session, count: int) -> list[tuple[str, int | None]]:
    return [(each.verb, each.code) for each in session.exchanges[-count:]]


def test_each_recipient_has_its_reply() -> None:
    session = converse(
        *TRANSACTION, *MESSAGE, b"S:250 b", b"S:452 d", b"S:250 e", b"C:QUIT", b"S:221 bye"
    )
    assert tail(session, 4) == [
        (END_OF_DATA, 250),
        (FOR_RECIPIENT, 452),
        (FOR_RECIPIENT, 250),
        ("QUIT", 221),
    ]
    assert session.owed == 0


def test_replies_in_one_segment_and_chunks() -> None:
    session = converse(*TRANSACTION, b"C:BDAT 2 LAST", b"S:250 b\r\n250 d\r\n250 e")
    assert tail(session, 3) == [("BDAT", 250), (FOR_RECIPIENT, 250), (FOR_RECIPIENT, 250)]


def test_commands_sent_ahead_wait_behind_them() -> None:
    session = converse(
        *TRANSACTION, *MESSAGE, b"C:NOOP", b"S:250 b", b"S:250 d", b"S:250 e", b"S:250 noop"
    )
    codes = {each.verb: each.code for each in session.exchanges if each.unit is not None}
    assert codes["NOOP"] == 250
    assert session.exchanges[-1].verb == FOR_RECIPIENT
    assert session.waiting == 0


def test_a_server_that_answers_once_is_not_waited_for_by_the_next_command() -> None:
    session = converse(*TRANSACTION, *MESSAGE, b"S:250 all")
    assert session.owed == 2
    session.record(Sent(90, b"NOOP\r\n"))
    session.record(Received(91, b"250 noop\r\n"))
    assert tail(session, 1) == [("NOOP", 250)]
    assert session.owed == 0


def test_smtp_owes_nothing() -> None:
    lines = (b"C:EHLO client.test", *TRANSACTION[1:])
    session = converse(*lines, *MESSAGE, b"S:250 ok", b"S:250 stray", lmtp=False)
    assert tail(session, 2) == [(END_OF_DATA, 250), (UNSOLICITED, 250)]


@pytest.mark.parametrize("cut", [5, 9, 14, 16, 17])
def test_what_is_made_anew_is_the_same(cut: int) -> None:
    lines = (*TRANSACTION, *MESSAGE, b"S:250 b", b"S:452 d", b"S:250 e", b"C:QUIT", b"S:221 bye")
    session = converse(*lines[:cut])
    assert len(list(session.rows))
    again = converse(*lines)
    for at, line in enumerate(lines[cut:], cut + 2):
        kind = Sent if line.startswith(b"C:") else Received
        session.record(kind(at, line[2:] + b"\r\n"))
    assert list(session.rows) == list(again.rows)
    assert [each.verb for each in session.exchanges] == [each.verb for each in again.exchanges]
