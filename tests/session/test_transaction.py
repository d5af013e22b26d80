"""The open transaction, as it was said."""

from __future__ import annotations

import pytest

from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.state import END_OF_DATA
from smtpdebugger.session.exchange import FOR_RECIPIENT
from smtpdebugger.session.session import Session
from smtpdebugger.session.transaction import (
    Delivery,
    deliveries,
    open_envelope,
    recipient_of,
    summary,
)
from smtpdebugger.transcript.dialogue import read_dialogue

HELLO = "S: 220 x\nC: EHLO a\nS: 250 x\n"


def test_without_a_transaction_there_is_none() -> None:
    assert open_envelope(read_dialogue(HELLO)) is None
    refused = HELLO + "C: MAIL FROM:<a@x>\nS: 550 no\n"
    assert open_envelope(read_dialogue(refused)) is None
    reset = HELLO + "C: MAIL FROM:<a@x>\nS: 250 ok\nC: RSET\nS: 250 ok\n"
    assert open_envelope(read_dialogue(reset)) is None


def test_what_was_accepted_counts() -> None:
    session = read_dialogue(
        HELLO
        + "C: MAIL FROM:<a@x> SIZE=12 BODY=8bitmime SMTPUTF8\nS: 250 ok\n"
        + "C: RCPT TO:<b@x>\nS: 250 ok\nC: RCPT TO:<c@x>\nS: 550 no\nC: NOOP\nS: 250 ok\n"
        + "C: RCPT TO:<d@x>\nS: 251 ok\n"
    )
    assert open_envelope(session) == Envelope("a@x", ("b@x", "d@x"), 12, "8BITMIME", smtputf8=True)


@pytest.mark.parametrize(
    ("words", "body"), [("BODY=BINARYMIME", "BINARYMIME"), ("BODY=7BIT", "7BIT"), ("BODY=X", "")]
)
def test_the_body_is_one_of_three(words: str, body: str) -> None:
    session = read_dialogue(f"{HELLO}C: MAIL FROM:<> SIZE=x {words}\nS: 250 ok\n")
    found = open_envelope(session)
    assert found is not None
    assert (found.reverse_path, found.body, found.size) == ("", body, None)


LMTP = (
    "S: 220 x LMTP\nC: LHLO a\nS: 250 x\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
    "C: RCPT TO:<b@x>\nS: 250 ok\nC: RCPT TO:<c@x>\nS: 550 no\nC: RCPT TO:<d@x>\nS: 250 ok\n"
    "C: RCPT TO:<e@x>\nS: 250 ok\n"
)
DATA = "C: DATA\nS: 354 go\nC: y\nC: .\n"


def told(session: Session) -> list[tuple[str, str, int | None]]:
    return [
        (each.verb, recipient_of(session, each.number), each.code)
        for each in session.exchanges
        if recipient_of(session, each.number)
    ]


@pytest.mark.parametrize("message", [DATA, "C: BDAT 3 LAST\nC: y\n"])
def test_in_lmtp_each_reply_to_a_message_is_for_one_recipient(message: str) -> None:
    again = "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<f@x>\nS: 250 ok\n"
    session = read_dialogue(
        f"{LMTP}{message}S: 250 b\nS: 452 full\nS: 250 e\n{again}{message}S: 250 f\n"
    )
    verb = END_OF_DATA if "DATA" in message else "BDAT"
    assert told(session) == [
        (verb, "b@x", 250), (FOR_RECIPIENT, "d@x", 452), (FOR_RECIPIENT, "e@x", 250),
        (verb, "f@x", 250),
    ]  # fmt: skip
    first, second = (each.number for each in session.exchanges if each.verb == verb)
    assert deliveries(session, first) == (
        Delivery("b@x", first, 250),
        Delivery("d@x", first + 1, 452),
        Delivery("e@x", first + 2, 250),
    )
    assert deliveries(session, second) == (Delivery("f@x", second, 250),)
    assert deliveries(session, second - 1) == ()
    assert summary(deliveries(session, first)) == (
        "Taken for 2 of 3 recipients; refused for <d@x> (452)."
    )
    assert summary(deliveries(session, second)) == ""


def test_a_server_that_answers_too_few_leaves_some_without_a_reply() -> None:
    session = read_dialogue(f"{LMTP}{DATA}S: 250 b\nC: NOOP\nS: 250 ok\n")
    message = next(each.number for each in session.exchanges if each.verb == END_OF_DATA)
    found = deliveries(session, message)
    assert [each.code for each in found] == [250, None, None]
    assert summary(found) == "Taken for 1 of 3 recipients; no reply for <d@x>, <e@x>."


def test_in_smtp_one_reply_stands_for_all() -> None:
    lines = LMTP.replace("LMTP", "ESMTP").replace("LHLO", "EHLO")
    session = read_dialogue(f"{lines}{DATA}S: 250 ok\n")
    assert told(session) == []
    assert all(deliveries(session, each.number) == () for each in session.exchanges)


def test_of_many_only_some_are_named() -> None:
    found = [Delivery(f"r{place}@x", place + 1, 550) for place in range(9)]
    assert summary(found).endswith("<r4@x> (550) and 4 more.")
