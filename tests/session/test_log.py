"""Logs in memory: what is packed comes out as it was."""

from hypothesis import given, settings

from smtpdebugger.protocol.sasl import Secret
from smtpdebugger.session.events import Closed, Received, Sent, WireEvent
from smtpdebugger.session.log import MemoryLog
from tests.session.wire import event_lists


@given(event_lists())
@settings(max_examples=100, deadline=None)
def test_packing_changes_nothing(events: list[WireEvent]) -> None:
    log = MemoryLog()
    for event in events:
        log.append(event)
    assert list(log.events(0)) == events
    log.close_block()
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
    assert log.haystack(0) == b"ab"
