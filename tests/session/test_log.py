"""Logs in memory: what is packed comes out as it was."""

import tracemalloc

from hypothesis import given, settings

from smtpdebugger.protocol.sasl import Secret
from smtpdebugger.session.events import Closed, Received, Sent, WireEvent
from smtpdebugger.session.log import KEPT_BLOCKS, MemoryLog
from smtpdebugger.session.session import Session
from tests.session.wire import event_lists


@given(event_lists())
@settings(max_examples=100, deadline=None)
def test_packing_changes_nothing(events: list[WireEvent]) -> None:
    log = MemoryLog()
    for event in events:
        log.append(event)
    assert list(log.events(0)) == events
    log.close_block()
    log._made.clear()
    assert list(log.events(0)) == events
    assert list(log.events(1)) == []


def test_what_is_no_plain_octets_is_kept_as_it_is() -> None:
    odd = [
        Sent(1, b"x", (Secret(0, 1),)),
        Sent(-2, b"y", (), 7, b"z", 1, "00"),
        Received(3, b"w", (Secret(0, 1),)),
        Closed(4, "server"),
    ]
    log = MemoryLog()
    for event in [Sent(0, b"a"), *odd, Received(5, b"b")]:
        log.append(event)
    assert log.haystack(0).startswith(b"a")
    log.close_block()
    assert list(log.events(0)) == [Sent(0, b"a"), *odd, Received(5, b"b")]
    assert log.haystack(0).startswith(b"a")
    assert log.haystack(0).endswith(b"b")
    assert log.texts(0) == ["a", "x", "y", "w", "b"]


def test_times_may_be_anything() -> None:
    events = [Received(at, b"x") for at in (0, 2**63 - 1, -(2**63), 2**80, -5, 7)]
    log = MemoryLog()
    for event in events:
        log.append(event)
    log.close_block()
    log._made.clear()
    assert list(log.events(0)) == events


def test_what_was_read_before_is_read_again_whoever_asks() -> None:
    log = MemoryLog()
    for at in range(3 * KEPT_BLOCKS):
        log.append(Sent(at, b"NOOP %d\r\n" % at))
        log.close_block()
    for block in [*range(3 * KEPT_BLOCKS), 0, 7, 0, 3 * KEPT_BLOCKS - 1]:
        assert list(log.events(block)) == [Sent(block, b"NOOP %d\r\n" % block)]
        assert log.texts(block) == [f"NOOP {block}\r\n"]
    assert len(log._made) == KEPT_BLOCKS


def test_a_long_session_takes_a_fraction_of_its_octets() -> None:
    session, octets = Session(), 0
    tracemalloc.start()
    try:
        for at in range(300):
            reply = b"".join(b"250-%d The quick brown fox.\r\n" % line for line in range(200))
            session.record(Sent(at, b"HELP\r\n"))
            session.record(Received(at, reply + b"250 ok\r\n"))
            octets += len(reply)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < octets / 3
