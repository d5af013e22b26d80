"""Greetings: never, late, in pieces, twice, and with a farewell behind."""

from __future__ import annotations

import pytest

from tests.hostile.perform import FAREWELL, meet
from tests.peers.play import CLOSE, GREETING, HEAR, PIECES, RESET

EHLO = (HEAR, b"250 hostile.test\r\n")


def test_never() -> None:
    outcome = meet()
    assert [stage for stage, _ in outcome.failures] == ["time-out"] * 3
    greeting, noop, quit_ = (what for _, what in outcome.failures)
    assert greeting == "The server did not greet within 300 s."
    assert noop == "No reply to NOOP within 300 s."
    assert quit_ == "No reply to QUIT within 300 s."
    assert "connect again with TLS" in outcome.remarks[0]
    assert outcome.end == ("client", "")


def test_in_pieces_of_one_octet() -> None:
    outcome = meet(PIECES, GREETING, *EHLO, *FAREWELL)
    assert outcome.failures == []
    assert outcome.replies == [("(greeting)", 220), ("EHLO", 250), ("NOOP", 250), ("QUIT", 221)]


def test_just_in_time() -> None:
    outcome = meet(299.0, GREETING, *EHLO, *FAREWELL)
    assert outcome.failures == []
    assert outcome.replies[1] == ("EHLO", 250)


def test_too_late_is_paired_all_the_same() -> None:
    outcome = meet(400.0, GREETING, HEAR, b"250 noop\r\n", HEAR, b"221 bye\r\n", CLOSE)
    assert [what for _, what in outcome.failures] == ["The server did not greet within 300 s."]
    assert sorted(outcome.replies) == [("(greeting)", 220), ("NOOP", 250), ("QUIT", 221)]


def test_line_by_line_for_longer_than_its_time() -> None:
    outcome = meet(b"220-a\r\n", 200.0, b"220-b\r\n", 200.0, b"220 c\r\n", *FAREWELL)
    assert [what for _, what in outcome.failures] == ["The server did not greet within 300 s."]
    greeting = next(each for each in outcome.client.session.exchanges if each.is_greeting)
    assert greeting.reply is not None
    assert greeting.reply.text == "a\nb\nc"


def test_twice() -> None:
    outcome = meet(GREETING * 2, *EHLO, *FAREWELL)
    assert outcome.replies[:3] == [("(greeting)", 220), ("(unsolicited)", 220), ("EHLO", 250)]


def test_with_a_421_in_the_same_packet() -> None:
    outcome = meet(GREETING + b"421 4.3.2 closing\r\n", CLOSE)
    assert outcome.replies[:2] == [("(greeting)", 220), ("(unsolicited)", 421)]
    assert outcome.end[0] in {"server", "network"}


@pytest.mark.parametrize("octets", [b"", b"22", b"220-one\r\n", GREETING])
@pytest.mark.parametrize("end", [CLOSE, RESET])
def test_an_end_in_the_middle_keeps_what_came(octets: bytes, end: str) -> None:
    # A reset throws away what the network has not handed over yet.
    outcome = meet(octets, 0.1, end)
    by, reason = outcome.end
    assert by == ("server" if end == CLOSE else "network")
    assert ("reset" in reason) is (end == RESET)


@pytest.mark.parametrize(
    "line", [b"554 no\r\n", b"421 later\r\n", b"250 hm\r\n", b"000 x\r\n", b"hello\r\n"]
)
def test_anything_but_220_leaves_the_next_step_to_the_person(line: bytes) -> None:
    outcome = meet(line, *FAREWELL)
    assert [verb for verb, _ in outcome.replies] == ["(greeting)", "NOOP", "QUIT"]
    assert outcome.end[0] == "server"
