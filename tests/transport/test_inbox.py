"""The queue of octets that wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.transport.inbox import HIGH_WATER, LOW_WATER, Inbox


@given(st.lists(st.binary(max_size=20)), st.integers(1, 9))
def test_what_goes_in_comes_out_in_order(pieces: list[bytes], limit: int) -> None:
    inbox = Inbox()
    for moment, piece in enumerate(pieces):
        inbox.put(moment, piece)
    taken = []
    while octets := inbox.get(limit):
        assert len(octets) <= limit
        assert pieces[inbox.moment]
        taken.append(octets)
    assert b"".join(taken) == b"".join(pieces)


def test_it_asks_to_wait_and_to_go_on() -> None:
    inbox = Inbox()
    assert inbox.is_low
    inbox.put(1, b"x" * (HIGH_WATER + 1))
    assert inbox.is_full
    assert not inbox.is_low
    inbox.get(HIGH_WATER + 2 - LOW_WATER)
    assert inbox.is_low


def test_what_is_put_back_comes_next() -> None:
    inbox = Inbox()
    inbox.put(7, b"abc")
    assert inbox.get() == b"abc"
    inbox.put_back(b"bc")
    assert inbox.get(1) == b"b"
    assert inbox.moment == 7


def test_shut_keeps_nothing() -> None:
    inbox = Inbox()
    inbox.put(1, b"x")
    inbox.shut()
    inbox.put(2, b"y")
    assert inbox.get() == b""
