"""File logs: events are read again from the file, and a file that changed is told of."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.session import blocks
from smtpdebugger.session.events import Closed, Mark, Received, Remark, Sent, WireEvent
from smtpdebugger.session.log import LostEventsError
from smtpdebugger.session.replay import LOST
from smtpdebugger.transcript import file
from smtpdebugger.transcript.file import FileReader, load_session
from smtpdebugger.transcript.file_log import FileLog
from smtpdebugger.transcript.lines import encode_event
from smtpdebugger.transcript.recorder import save_copy
from tests.session.test_indexer import plain_events
from tests.session.wire import assert_same, converse, event_lists, replayed

HEADER = b'{"format":"smtpsession","version":1}\n'


def written(path: Path, *events: WireEvent) -> Path:
    path.write_bytes(HEADER + b"".join(map(encode_event, events)))
    return path


@given(st.one_of(event_lists(), plain_events()), st.integers(60, 400), st.integers(1, 9))
@settings(max_examples=150, deadline=None)
def test_where_pieces_and_blocks_end_never_matters(
    tmp_path_factory: pytest.TempPathFactory, events: list[WireEvent], piece: int, size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "pieces.smtpsession"
    live = replayed(events)
    save_copy(live, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file, "PIECE_OCTETS", piece)
        patch.setattr(blocks, "BLOCK_EVENTS", size)
        patch.setattr(blocks, "KEPT_BLOCKS", 2)
        loaded, problems = load_session(path)
        assert problems == ()
        assert_same(live, loaded)
        later = [Sent(1000, b"NOOP\r\n"), Closed(1001, "client"), Remark(1002, "x", 1)]
        for event in later:
            live.record(event)
            loaded.record(event)
        assert_same(live, loaded)
        assert loaded.events[-3:] == later


@given(plain_events(), st.integers(60, 200))
@settings(max_examples=50, deadline=None)
def test_what_was_read_can_be_looked_at_meanwhile(
    tmp_path_factory: pytest.TempPathFactory, events: list[WireEvent], piece: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "meanwhile.smtpsession"
    save_copy(replayed(events), path)
    live, _ = load_session(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file, "PIECE_OCTETS", piece)
        reader = FileReader(path)
        while not reader.advance(0):
            session = reader.session
            assert list(session.rows) == live.rows[: len(session.rows)]
            assert [each.verb for each in session.exchanges] == [
                each.verb for each in live.exchanges[: len(session.exchanges)]
            ]
            assert list(session.events) == live.events[: len(session.events)]


def test_an_empty_file_can_be_written_on(tmp_path: Path) -> None:
    loaded, _ = load_session(written(tmp_path / "a"))
    loaded.record(Mark(1, 1))
    loaded.record(Remark(2, "mine"))
    assert [row.text for row in loaded.rows] == ["mine"]
    assert loaded.marked == {1}


def test_what_holds_no_events_makes_no_block(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(HEADER + b'{"us":1,"type":"titled","title":"x"}\nrubbish\n\n')
    loaded, problems = load_session(path)
    assert len(problems) == 1
    assert len(loaded.events) == 0
    loaded.record(Remark(2, "mine"))
    assert loaded.events == [Remark(2, "mine")]


@pytest.mark.parametrize("change", ["truncate", "write over", "remove nothing"])
def test_a_file_that_changes_is_told_of_where_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(file, "PIECE_OCTETS", 200)
    monkeypatch.setattr(blocks, "BLOCK_EVENTS", 3)
    live = converse(
        "!connected", "S: 220 mx", "C: EHLO x", "S: 250 mx", "C: MAIL FROM:<a@b>", "S: 250 ok",
        "C: VRFY a", "S: 502 no", "C: AUTH LOGIN", "S: 503 no", "!closed",
    )  # fmt: skip
    path = written(tmp_path / "a.smtpsession", *live.events)
    loaded, _ = load_session(path)
    if change == "truncate":
        os.truncate(path, len(HEADER) + 20)
    elif change == "write over":
        path.write_bytes(path.read_bytes().replace(b"a", b"b"))
    rows, exchanges = list(loaded.rows), list(loaded.exchanges)
    assert [row.kind for row in rows] == [row.kind for row in live.rows]
    assert [each.verb for each in exchanges] == [each.verb for each in live.exchanges]
    assert [each.code for each in exchanges] == [each.code for each in live.exchanges]
    assert [row.is_negative for row in rows] == [row.is_negative for row in live.rows]
    lost = [LOST in row.text for row in rows]
    assert any(lost) == (change != "remove nothing")
    assert len(list(loaded.events)) == len(live.events)


def test_a_disk_that_fails_later_loses_events_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, _ = load_session(written(tmp_path / "a", Received(1, b"220 mx\r\n")))

    def fail(*_: object) -> None:
        raise OSError(5, os.strerror(5))

    monkeypatch.setattr(FileLog, "read_at", fail)
    assert loaded.rows[0].head == "220"
    assert loaded.rows[0].text == LOST
    with pytest.raises(LostEventsError):
        loaded.log.haystack(0)


def test_its_lines_are_a_haystack(tmp_path: Path) -> None:
    loaded, _ = load_session(written(tmp_path / "a", Received(1, b"220 mx\r\n")))
    loaded.record(Received(2, b"250 later\r\n"))
    assert b"220 mx" in loaded.log.haystack(0)
    assert loaded.log.haystack(1) == b"250 later\r\n"


def test_it_is_closed_with_its_session(tmp_path: Path) -> None:
    path = written(tmp_path / "a", Received(1, b"220 mx\r\n"))
    reader = FileReader(path)
    fd = reader._log._fd
    os.fstat(fd)
    del reader
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(fd)


def test_without_pread_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pread", raising=False)
    loaded, _ = load_session(written(tmp_path / "a", Received(1, b"220 mx\r\n")))
    assert loaded.rows[0].text == "mx"
