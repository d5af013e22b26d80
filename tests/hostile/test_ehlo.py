"""EHLO replies of any size and shape."""

from __future__ import annotations

from tests.hostile.perform import FAREWELL, Outcome, meet
from tests.peers.play import GREETING, HEAR


def offering(*lines: bytes) -> Outcome:
    reply = b"".join(b"250-%s\r\n" % each for each in lines) + b"250 HELP\r\n"
    outcome = meet(GREETING, HEAR, reply, *FAREWELL)
    assert outcome.failures == []
    assert outcome.replies == [("(greeting)", 220), ("EHLO", 250), ("NOOP", 250), ("QUIT", 221)]
    return outcome


def test_ten_thousand_keywords() -> None:
    outcome = offering(b"hostile.test", *(b"XKEYWORD%d" % each for each in range(10_000)))
    offered = outcome.client.session.exchange(2).after.capabilities
    assert offered is not None
    assert len(offered.keywords) == 10_001
    assert "XKEYWORD9999" in offered


def test_keywords_of_ten_kilobytes() -> None:
    outcome = offering(b"hostile.test", b"X" * 10_240, b"SIZE " + b"9" * 10_240)
    offered = outcome.client.session.exchange(2).after.capabilities
    assert offered is not None
    assert "X" * 10_240 in offered
    assert offered.size_limit


def test_duplicate_lower_case_and_auth_with_an_equals_sign() -> None:
    outcome = offering(
        b"hostile.test", b"size 1000", b"SIZE 2000", b"AUTH=LOGIN", b"auth PLAIN", b"8bitmime"
    )
    offered = outcome.client.session.exchange(2).after.capabilities
    assert offered is not None
    assert offered.size_limit == 1000
    assert "8BITMIME" in offered
    assert "AUTH" in offered


def test_nothing_but_rubbish() -> None:
    offering(b"", b"   ", b"\xff\xfe \0", b"=", b"\x1b[31m", b"-" * 1000)
