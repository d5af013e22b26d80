"""Files that would fill memory take next to none, and each gets a clear sentence."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import begin_opening, open_session
from tests.transcript.hostile_files import FILES, HEADER, LAST, SMALL

REFUSED = {
    "a header of a gigabyte": "not a session file",
    "a gigabyte of zeros": "binary data",
    "a transcript of a gigabyte": "too large",
    "nested in the header": "JSON of another kind",
    "garbage": "",
}
WHOLE = {"blank lines", "a line of 7 MB", "half a million unknown keys"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits and figures of Linux")
@pytest.mark.parametrize("name", FILES)
def test_memory_is_bounded_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "hostile.smtpsession"
    FILES[name](path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.transcript.hostile_files", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    # Masks are objects before anybody can count them.
    most = 112 if "masks" in name else 64
    assert told["octets"] < most * 1024 * 1024
    if name in REFUSED:
        assert REFUSED[name] in told["refused"]
        assert str(path) in told["refused"]
        return
    assert told["rows"][0] == "220"
    assert told["rows"][-1] == "closed"
    assert told["hits"] == 1
    assert bool(told["problems"]) is (name not in WHOLE)
    assert len(told["problems"]) <= 7
    path.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_what_is_no_regular_file_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        paths = [tmp_path / "fifo", tmp_path / "folder", tmp_path / "socket", Path("/dev/zero")]
        for path in paths:
            with pytest.raises(TranscriptError, match=str(path)):
                open_session(path)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(TranscriptError, match=str(loop)):
        open_session(loop)


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(SMALL)


def _shrink(path: Path) -> None:
    os.truncate(path, len(HEADER) + len(SMALL) * 100 + 7)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(len(HEADER) + 30)
        file.write(b"\xff\0\n" * 3000)


@pytest.mark.parametrize("change", [_grow, _shrink, _empty, _overwrite])
@pytest.mark.parametrize("when", ["while it is read", "after it was read"])
def test_a_file_that_changes_while_it_is_open(tmp_path: Path, change: Any, when: str) -> None:
    path = tmp_path / "a.smtpsession"
    path.write_bytes(HEADER + SMALL * 5000 + LAST)
    reading = begin_opening(path)
    reading.advance(0.0)
    assert not reading.is_done
    if when == "after it was read":
        reading.advance()
    change(path)
    reading.advance()
    session = reading.session
    rows = list(session.rows)
    assert len(rows) == len(session.rows) >= 1
    assert [each.sentence for each in rows]
    assert list(session.events)
    for number in range(1, len(session.exchanges) + 1, 97):
        assert session.exchange(number).number == number
