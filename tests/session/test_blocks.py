"""Blocks: where they end never matters, whatever is asked for first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.session import blocks
from smtpdebugger.session.events import Closed, Received, Sent, WireEvent
from smtpdebugger.session.session import Session
from tests.session.test_indexer import plain_events
from tests.session.wire import assert_same, converse, event_lists, replayed, told


def in_blocks(events: list[WireEvent], size: int, octets: int = 1 << 30) -> Session:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_EVENTS", size)
        patch.setattr(blocks, "BLOCK_OCTETS", octets)
        patch.setattr(blocks, "KEPT_BLOCKS", 2)
        return replayed(events)


@given(st.one_of(plain_events(), event_lists()), st.integers(1, 7))
@settings(max_examples=200, deadline=None)
def test_where_blocks_end_never_matters(events: list[WireEvent], size: int) -> None:
    whole, cut = replayed(events), in_blocks(events, size)
    assert len(cut.blocks) == len(events) // size + 1
    assert_same(whole, cut)
    assert whole.events == cut.events
    assert list(reversed(whole.rows)) == list(reversed(cut.rows))


@given(plain_events(), st.integers(1, 5), st.data())
@settings(max_examples=100, deadline=None)
def test_any_exchange_may_be_asked_for_first(
    events: list[WireEvent], size: int, data: st.DataObject
) -> None:
    whole, cut = replayed(events), in_blocks(events, size)
    numbers = data.draw(st.permutations(range(1, len(whole.exchanges) + 1)))
    for number in numbers:
        assert told(cut.exchange(number)) == told(whole.exchange(number))


@given(event_lists(), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_who_holds_an_exchange_sees_its_reply(events: list[WireEvent], size: int) -> None:
    session, held = Session(), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_EVENTS", size)
        for event in events:
            session.record(event)
            for number in range(1, len(session.exchanges) + 1):
                held.setdefault(number, session.exchange(number))
    for number, exchange in held.items():
        now = told(session.exchange(number))
        assert now | {"chunk": None} == told(exchange) | {"chunk": None}


def test_an_exchange_that_waits_is_the_same_until_its_reply_came() -> None:
    session = converse("S: 220 mx", "C: NOOP")
    waiting = session.exchange(2)
    assert session.oldest_waiting is waiting
    session.record(Received(9, b"250 ok\r\n"))
    assert waiting.code == 250
    assert session.exchange(2) is waiting
    converse("C: RSET", session=session)
    waiting = session.exchange(3)
    session.record(Closed(10, "server"))
    assert waiting.reply is None
    assert session.blocks._held == {}
    assert session.indexer.watched == set()


def test_the_path_of_a_mail_is_found_in_the_block_before() -> None:
    pairs = [
        event
        for at in range(40)
        for event in (
            Sent(at, b"MAIL FROM:<a%d@b>\r\n" % at),
            Received(at, b"250 ok\r\n"),
            Sent(at, b"RSET\r\n"),
            Received(at, b"250 ok\r\n"),
        )
    ]
    session = in_blocks([Received(0, b"220 mx\r\n"), *pairs], 2)
    assert session.exchange(42).after.reverse_path == "a20@b"
    assert session.exchange(2).after.reverse_path == "a0@b"


def test_a_block_ends_by_octets_too() -> None:
    session = in_blocks([Sent(at, b"x" * 100) for at in range(10)], 1000, octets=250)
    assert len(session.blocks) == 4


def test_a_long_reply_stays_in_one_block() -> None:
    lines = [Received(at, b"250-" + b"x" * 900 + b"\r\n") for at in range(40)]
    session = in_blocks([Received(0, b"220 mx\r\n"), *lines, Received(41, b"250 ok\r\n")], 4)
    assert len(session.blocks) < 7
    assert len(session.exchange(2).reply.lines) == 41  # type: ignore[union-attr]


def test_plain_blocks_are_known() -> None:
    session = in_blocks([Received(0, b"220 mx\r\n")], 2)
    assert not session.blocks.is_plain(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_EVENTS", 2)
        converse("S: 250 stray", "C: NOOP", "S: 250 ok", "C: RSET", session=session)
    assert [session.blocks.is_plain(each) for each in range(3)] == [False, True, True]
    assert session.blocks.block_of_row(3) == 1
