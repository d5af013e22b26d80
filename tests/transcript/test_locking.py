"""Locks: one holder at a time, and gone with its process."""

import errno
import os
from pathlib import Path

import pytest

from smtpdebugger.transcript import locking
from smtpdebugger.transcript.locking import try_lock


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
