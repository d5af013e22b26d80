"""Whole files: all of it or what was there before, and never in place of a recording."""

import os
import stat
import sys
from pathlib import Path

import pytest

from smtpdebugger.session.events import Sent
from smtpdebugger.session.session import Session
from smtpdebugger.transcript import whole
from smtpdebugger.transcript.recorder import Recorder
from smtpdebugger.transcript.whole import WholeFile, write_whole
from tests.transcript.test_writer import wait_until


def test_it_replaces_what_was_there_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with WholeFile(path) as file:
        file.write(b"new ")
        file.write(b"and whole")
        assert path.read_text() == "old"
    assert path.read_text() == "new and whole"
    assert list(tmp_path.iterdir()) == [path]


def test_what_goes_wrong_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError):
        write_whole(path, (b"%d" % (1 // each) for each in (1, 0)))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, [b"new"])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_it_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    replace = Path.replace
    monkeypatch.setattr(whole.os, "fsync", lambda _: done.append("sync"))

    def noted(one: Path, other: Path) -> Path:
        done.append("name")
        return replace(one, other)

    monkeypatch.setattr(Path, "replace", noted)
    monkeypatch.setattr(whole, "sync_folder", lambda _: done.append("folder"))
    write_whole(tmp_path / "a", [b"x"])
    assert done == ["sync", "name", "folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="other rights, no devices")
def test_links_devices_and_rights(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, [b"new"])
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    write_whole(Path(os.devnull), [b"gone"])
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode), "the device is still one"
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, [b"x"])
    write_whole(tmp_path / ("n" * 250), [b"a long name"])


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can replace it there")
def test_a_file_that_is_being_recorded_is_never_replaced(tmp_path: Path) -> None:
    live = Session()
    with Recorder(live, tmp_path / "a.smtpsession") as recorder:
        live.record(Sent(1, b"NOOP\r\n"))
        wait_until(lambda: recorder.path.exists() and b"NOOP" in recorder.path.read_bytes())
        with pytest.raises(OSError, match="being recorded"):
            write_whole(recorder.path, [b"a copy"])
    write_whole(recorder.path, [b"a copy"])
