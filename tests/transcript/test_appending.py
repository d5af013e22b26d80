"""A file that only grows: never over another one, no hole in it."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smtpdebugger.transcript import appending
from smtpdebugger.transcript.appending import AppendingFile, GoneError, reason_of, sync_folder


def test_it_appends_and_makes_folders(tmp_path: Path) -> None:
    file = AppendingFile(tmp_path / "a" / "b" / "c")
    file.waiting += b"one"
    file.write()
    file.waiting += b"two"
    file.write()
    file.close()
    assert file.path.read_bytes() == b"onetwo"
    assert not file.waiting


def test_a_large_backlog_is_written_whole(tmp_path: Path) -> None:
    file = AppendingFile(tmp_path / "a")
    octets = bytes(range(256)) * 12_345
    file.waiting += octets
    file.write()
    file.close()
    assert file.path.read_bytes() == octets


def test_what_was_written_in_part_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, calls = os.write, 0

    def now_and_then(fd: int, octets: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls % 2:
            return write(fd, octets[:3])
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(appending.os, "write", now_and_then)
    file = AppendingFile(tmp_path / "a")
    file.waiting += b"0123456789"
    for rest in (b"3456789", b"6789", b"9"):
        with pytest.raises(OSError, match="full"):
            file.write()
        assert file.waiting == rest
    file.write()
    file.close()
    assert file.path.read_bytes() == b"0123456789"


def test_it_never_writes_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.smtpsession"
    path.write_text("mine")
    (tmp_path / "a-2.smtpsession").symlink_to(tmp_path / "elsewhere")
    file = AppendingFile(path)
    file.write()
    file.close()
    assert file.path.name == "a-3.smtpsession"
    assert path.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = AppendingFile(tmp_path / "file" / "a")
    with pytest.raises(OSError, match=r"exists|Not a directory") as caught:
        file.write()
    assert "no such folder" in reason_of(caught.value)


def test_it_syncs_at_most_ten_times_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, synced = 100.0, []
    monkeypatch.setattr(appending, "monotonic", lambda: now)
    monkeypatch.setattr(appending.os, "fsync", synced.append)
    file = AppendingFile(tmp_path / "a")
    for _ in range(100):
        file.waiting += b"x"
        file.write()
        now += 0.01
    assert 9 <= len(synced) <= 11
    now += 1
    for _ in range(2):
        file.waiting += b"x"
        file.write()
    assert not file.is_synced
    file.close()
    assert file.is_synced


def test_what_cannot_be_synced_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(appending.os, "fsync", refuse)
    file = AppendingFile(tmp_path / "a")
    file.waiting += b"x"
    file.write()
    assert file.is_synced
    file.close()


def test_a_disk_that_cannot_sync_is_an_error_and_the_file_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    close = os.close

    def note(fd: int) -> None:
        closed.append(fd)
        close(fd)

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(appending.os, "fsync", fail)
    monkeypatch.setattr(appending.os, "close", note)
    file = AppendingFile(tmp_path / "a")
    file.waiting += b"x"
    for work in (file.write, file.close):
        closed.clear()
        with pytest.raises(OSError, match="Input/output"):
            work()
    assert len(closed) == 1
    file.close()


def test_it_is_told_of_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    opened: list[tuple[Path, int]] = []
    file = AppendingFile(tmp_path / "a", lambda path: opened.append((path, path.stat().st_size)))
    file.waiting += b"one"
    file.write()
    file.write()
    file.close()
    assert opened == [(file.path, 0)]


def test_names_outlast_a_power_cut_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(
        appending.os, "fsync", lambda fd: synced.append(Path(f"/dev/fd/{fd}").is_dir())
    )
    file = AppendingFile(tmp_path / "a")
    file.waiting += b"x"
    file.write()
    file.close()
    assert synced == [True, False]
    sync_folder(tmp_path / "nowhere")


def _delete(path: Path) -> None:
    path.unlink()


def _replace(path: Path) -> None:
    (path.parent / "other").write_text("other")
    (path.parent / "other").replace(path)


def _move(path: Path) -> None:
    path.rename(path.parent / "moved")


def _empty(path: Path) -> None:
    path.write_text("")


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can there")
@pytest.mark.parametrize("harm", [_delete, _replace, _move, _empty])
@pytest.mark.parametrize("when", ["write", "close"])
def test_a_file_that_was_taken_away_is_told(
    tmp_path: Path, harm: Callable[[Path], None], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = AppendingFile(tmp_path / "a")
    file.waiting += b"one"
    file.write()
    harm(file.path)
    if when == "write":
        monkeypatch.setattr(appending, "SYNC_SECONDS", 0.0)
        file.waiting += b"t"
    with pytest.raises(GoneError, match="was"):
        getattr(file, when)()


def test_others_may_read_it_and_add_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "SYNC_SECONDS", 0.0)
    file = AppendingFile(tmp_path / "a")
    file.waiting += b"one\n"
    file.write()
    with file.path.open("ab") as other:
        other.write(b"foreign\n")
    file.waiting += b"two\n"
    file.write()
    file.close()
    assert file.path.read_bytes() == b"one\nforeign\ntwo\n"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "full"),
        (errno.EACCES, "not allowed"),
        (errno.EROFS, "read-only"),
        (errno.EFBIG, "grow"),
        (errno.ENOTDIR, "no such folder"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_every_reason_says_what_to_do(number: int, told: str) -> None:
    reason = reason_of(OSError(number, os.strerror(number)))
    assert told in reason
    assert "Choose another folder" in reason or "Make room" in reason
