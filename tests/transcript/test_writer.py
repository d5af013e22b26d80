"""The writer: a disk that refuses loses nothing, is told of once and stops nobody."""

import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from smtpdebugger.session.events import Closed, Received, Sent
from smtpdebugger.session.session import Session
from smtpdebugger.transcript import appending, writer
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import Recorder
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


def test_memory_is_bounded_and_the_gap_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = _Disk(room=0)
    monkeypatch.setattr(appending.os, "write", disk.write)
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.02)
    monkeypatch.setattr(writer, "BACKLOG_OCTETS", 10_000)
    live = Session()
    with Recorder(live, tmp_path / "a.smtpsession") as recorder:
        for at in range(1000):
            live.record(Sent(at, b"NOOP %d\r\n" % at))
        wait_until(lambda: bool(recorder.problem) and recorder._writer.lost > 0)
        time.sleep(0.1)
        assert len(recorder._writer._file.waiting) < 20_000
        disk.room = 1_000_000
        wait_until(lambda: recorder.path.stat().st_size > 5_000)
        live.record(Sent(2000, b"QUIT\r\n"))
    assert not recorder.close(), "not everything is in the file"
    loaded, problems = load_session(recorder.path)
    assert problems == ()
    assert loaded.exchanges[-1].verb == "QUIT"
    gap = next(row for row in loaded.rows if row.head == "record")
    assert "events are missing here" in gap.text
    assert loaded.rows.index(gap) < len(loaded.rows) - 1, "it stands where they are missing"
    lost = 1000 - len(loaded.exchanges) + 1
    assert str(lost) in gap.text


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
    assert recorder._writer.lost > 80
