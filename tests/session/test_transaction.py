"""The open transaction, as it was said."""

from __future__ import annotations

import pytest

from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.session.transaction import open_envelope
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
