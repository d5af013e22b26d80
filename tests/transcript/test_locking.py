"""Locks: one holder at a time, and gone with its process."""

import errno
import os
import sys
from pathlib import Path

import pytest

from smtpdebugger.transcript import locking
from smtpdebugger.transcript.locking import hold, try_lock


def test_one_holds_it_until_the_file_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    one, other = os.open(path, os.O_RDWR), os.open(path, os.O_RDWR)
    assert try_lock(one)
    assert not try_lock(other)
    os.close(one)
    assert try_lock(other)
    os.close(other)


@pytest.mark.skipif(not hasattr(locking, "fcntl"), reason="Windows locks differently")
def test_without_locks_everybody_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locking.fcntl, "flock", refuse)
    with (tmp_path / "a").open("wb") as file:
        assert try_lock(file.fileno())


@pytest.mark.skipif(sys.platform == "win32", reason="no lock can be shared there")
def test_readers_share_and_keep_a_recorder_away(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("x")
    with path.open("rb") as one, path.open("rb") as other, path.open("ab") as writer:
        hold(one.fileno())
        assert try_lock(other.fileno(), shared=True)
        assert not try_lock(writer.fileno())
    with path.open("ab") as writer, path.open("rb") as reader:
        assert try_lock(writer.fileno())
        hold(reader.fileno())
        assert not try_lock(reader.fileno(), shared=True)
