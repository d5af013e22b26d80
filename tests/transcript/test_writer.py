"""The writer: a disk that refuses loses nothing, is told of once and stops nobody."""

import errno
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import pytest

from smtpdebugger.session.events import Closed, Received, Sent
from smtpdebugger.session.session import Session
from smtpdebugger.transcript import appending, writer
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import Recorder
from smtpdebugger.transcript.unfinished import FOLDER, is_marked
from tests.session.wire import assert_same, converse


def wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends, "it never came to pass"
        time.sleep(0.01)


class _Disk:
    """Stands in for os.write: room for so many octets, then no more."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._write = os.write

    def write(self, fd: int, octets: bytes) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._write(fd, octets[: self.room])
        self.room -= written
        return written


def test_a_full_disk_is_told_each_time_it_fills_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = _Disk(room=300)
    monkeypatch.setattr(appending.os, "write", disk.write)
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.05)
    told: list[str] = []
    live = converse("S: 220 hi")
    path = tmp_path / "a.smtpsession"
    with Recorder(
        live, path, told.append, on_recovery=lambda: told.append("recovered")
    ) as recorder:
        for at in range(50):
            live.record(Sent(at, b"NOOP %d\r\n" % at))
            live.record(Received(at, b"250 ok\r\n"))
            time.sleep(0.002)
        wait_until(lambda: bool(told))
        assert recorder.path.stat().st_size == 300
        disk.room = 1_000_000
        wait_until(lambda: b"NOOP 49" in recorder.path.read_bytes())
        wait_until(lambda: told[-1] == "recovered")
        disk.room = 0
        live.record(Closed(60, "client"))
        time.sleep(0.1)
        disk.room = 1_000_000
    assert "disk is full" in told[0]
    assert str(recorder.path) in told[0]
    assert told == [recorder.problem, "recovered"] * 2
    loaded, problems = load_session(recorder.path)
    assert problems == ()
    assert_same(live, loaded)


def test_a_disk_that_stays_full_does_not_hold_up_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending.os, "write", _Disk(room=150).write)
    told: list[str] = []
    recorder = Recorder(converse("S: 220 hi"), tmp_path / "a.smtpsession", told.append)
    began = time.monotonic()
    assert not recorder.close()
    assert time.monotonic() - began < 1.5
    assert len(told) == 1


@pytest.mark.parametrize("has_loop", [False, True])
def test_memory_is_bounded_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_loop: bool
) -> None:
    disk = _Disk(room=0)
    monkeypatch.setattr(appending.os, "write", disk.write)
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.02)
    monkeypatch.setattr(writer, "BACKLOG_OCTETS", 10_000)
    monkeypatch.setattr(writer, "_ENOUGH", 1000)
    live, posted = Session(), SimpleQueue[Callable[[], None]]()
    post = posted.put if has_loop else None
    with Recorder(live, tmp_path / "a.smtpsession", post=post) as recorder:
        for at in range(5000):
            live.record(Sent(at, b"NOOP %d\r\n" % at))
        wait_until(lambda: bool(recorder.problem))
        time.sleep(0.1)
        inner = recorder._writer
        assert len(inner._file.waiting) + inner._put_octets - inner._taken_octets < 20_000
        assert len(inner._items) < 1000
        disk.room = 1_000_000
        if has_loop:
            while not recorder._redactor.is_done:
                posted.get(timeout=10)()
        else:
            wait_until(lambda: recorder._writer.has_room)
            live.record(Sent(5000, b"QUIT\r\n"))
    assert recorder.close(), "everything is in the file"
    loaded, problems = load_session(recorder.path)
    assert problems == ()
    assert_same(live, loaded)


def test_what_finds_no_room_before_the_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending.os, "write", _Disk(room=0).write)
    monkeypatch.setattr(writer, "BACKLOG_OCTETS", 10_000)
    live = Session()
    recorder = Recorder(live, tmp_path / "a.smtpsession")
    for at in range(5000):
        live.record(Sent(at, b"NOOP %d\r\n" % at))
    assert not recorder.close(0.1)
    assert "disk is full" in recorder.problem


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: list[str] = []
    live = converse("S: 220 hi")
    recorder = Recorder.in_folder(live, tmp_path / "file", "mx", told.append)
    live.record(Sent(1, b"NOOP\r\n"))
    assert not recorder.close()
    assert len(told) == 1
    assert "Choose another folder" in told[0]
    assert live.exchanges[-1].verb == "NOOP"


def test_a_disk_that_does_not_answer_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    asked = threading.Event()
    write = os.write

    def stuck(fd: int, octets: bytes) -> int:
        asked.set()
        answers.wait(20)
        return write(fd, octets)

    monkeypatch.setattr(appending.os, "write", stuck)
    monkeypatch.setattr(writer, "STUCK_SECONDS", 0.05)
    monkeypatch.setattr(writer, "BACKLOG_ITEMS", 10)
    told: list[str] = []
    live = converse("S: 220 hi")
    recorder = Recorder(live, tmp_path / "a.smtpsession", told.append)
    try:
        assert asked.wait(5)
        time.sleep(0.1)
        began = time.monotonic()
        for at in range(100):
            live.record(Sent(at, b"NOOP\r\n"))
        assert time.monotonic() - began < 1
        assert not recorder.close(0.1)
        assert len(told) == 1
        assert "does not answer" in told[0]
    finally:
        answers.set()
    wait_until(lambda: not recorder._writer._thread.is_alive())
    assert len(load_session(recorder.path)[0].exchanges) < 20


def _delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def _delete(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can there")
@pytest.mark.parametrize("harm", [_delete_folder, _delete, _empty])
@pytest.mark.parametrize("when", ["while it runs", "at the end"])
def test_a_file_that_is_taken_away_is_written_anew(
    tmp_path: Path, harm: Callable[[Path], None], when: str
) -> None:
    told: list[str] = []
    live, folder = converse("S: 220 hi", "C: NOOP", "S: 250 ok"), tmp_path / "sessions"
    recorder = Recorder.in_folder(
        live, folder, "mx", told.append, on_recovery=lambda: told.append("recovered")
    )
    wait_until(lambda: recorder.path.exists() and b"250 ok" in recorder.path.read_bytes())
    wait_until(lambda: recorder._writer._file.is_synced)
    harm(recorder.path)
    if when == "while it runs":
        live.record(Sent(50, b"VRFY a\r\n"))
        wait_until(lambda: recorder._writer.is_gone)
        old = recorder._writer._thread
        live.record(Received(60, b"502 no\r\n"))
        wait_until(lambda: recorder.path.exists() and b"502 no" in recorder.path.read_bytes())
        old.join()
        assert is_marked(recorder.path), "the new one's mark is not taken for the old one's"
    live.record(Received(61, b"250 ok\r\n"))
    assert recorder.close()
    assert "was being recorded in it" in told[0]
    assert told[1:] == ["recovered"]
    assert_same(live, load_session(recorder.path)[0])
    assert not is_marked(recorder.path)
    assert list((folder / FOLDER).iterdir()) == []
