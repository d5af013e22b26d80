"""The engine: going on from a snapshot is going on."""

from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.protocol.command import Chunk, MailData, read_command
from smtpdebugger.session.engine import opens_exchange
from smtpdebugger.session.events import WireEvent
from smtpdebugger.session.indexer import Indexer
from smtpdebugger.session.replay import Replay
from tests.session.test_indexer import plain_events
from tests.session.wire import converse, event_lists


@given(st.one_of(event_lists(), plain_events()), st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_going_on_from_a_snapshot_is_going_on(events: list[WireEvent], at: int) -> None:
    indexer = Indexer()
    for event in events[:at]:
        indexer.take(event)
    snapshot, first_row = indexer.snapshot(), len(indexer.columns.marks)
    for event in events[at:]:
        indexer.take(event)
    again = Replay(indexer.columns, snapshot, first_row, indexer.path_of)
    for event in events[at:]:
        again.take(event)
    end, same = indexer.snapshot(), again.snapshot()
    for name in end._fields:
        if name not in {"situation", "parser", "framer"}:
            assert getattr(end, name) == getattr(same, name), name
    assert end.situation._replace(reverse_path="") == same.situation._replace(reverse_path="")
    # Which command opened the last chunk counts only until its octets come.
    assert vars(end.framer) | {"_chunk_of": 0} == vars(same.framer) | {"_chunk_of": 0}
    assert vars(end.parser) == vars(same.parser)


def test_many_that_wait_are_one_range() -> None:
    session = converse("S: 220 mx", *["C: NOOP"] * 50)
    assert session.indexer.snapshot().waiting == range(2, 52)
    session = converse("S: 220 mx", "C: STARTTLS", "C: NOOP", "!tls", "C: NOOP")
    assert session.indexer.snapshot().waiting == (2, 4)


def test_what_has_a_reply_of_its_own() -> None:
    assert opens_exchange(read_command(b"NOOP\r\n"))
    assert opens_exchange(MailData(3, 1, b".\r\n"))
    assert not opens_exchange(MailData(3, 1, b".\r\n", is_continued=True))
    assert not opens_exchange(Chunk(3, b"abc", True))
