"""Retention: what is too old or too much goes, the oldest first, and nobody else's files."""

import os
from pathlib import Path

import pytest

from smtpdebugger.transcript.locking import try_lock
from smtpdebugger.transcript.retention import held, tidy
from smtpdebugger.transcript.unfinished import mark_begun

NOW = 1_800_000_000.0
DAY = 86_400


@pytest.fixture
def recordings(tmp_path: Path) -> list[Path]:
    """Five recordings of 1 MB, the first five days old, the last one day."""
    found = []
    for age in range(5, 0, -1):
        file = tmp_path / f"2026112{9 - age}T100005Z-mx.smtpsession"
        file.write_bytes(b"x" * 1_000_000)
        os.utime(file, (NOW - age * DAY, NOW - age * DAY))
        found.append(file)
    return found


def test_without_limits_everything_stays(recordings: list[Path], tmp_path: Path) -> None:
    assert tidy(tmp_path, 0, 0, NOW) == []
    assert tidy(tmp_path / "nowhere", 1, 1, NOW) == []
    assert all(each.exists() for each in recordings)


def test_old_ones_go(recordings: list[Path], tmp_path: Path) -> None:
    assert tidy(tmp_path, 3, 0, NOW) == recordings[:2]
    assert [each.exists() for each in recordings] == [False, False, True, True, True]


def test_too_many_go_oldest_first(recordings: list[Path], tmp_path: Path) -> None:
    assert tidy(tmp_path, 0, 2, NOW) == recordings[:3]


def test_both_limits_hold(recordings: list[Path], tmp_path: Path) -> None:
    assert tidy(tmp_path, 4, 2, NOW) == recordings[:3]


def test_what_is_open_or_ended_abruptly_stays(recordings: list[Path], tmp_path: Path) -> None:
    mark_begun(recordings[0])
    with recordings[1].open("rb") as opened:
        assert try_lock(opened.fileno())
        assert tidy(tmp_path, 1, 1, NOW) == recordings[2:]


def test_other_files_are_nobodys_business(tmp_path: Path) -> None:
    for name in ("mine.smtpsession", "20261124T100005Z-mx.txt", "notes"):
        (tmp_path / name).write_text("x")
    target = tmp_path / "elsewhere"
    target.write_text("x")
    (tmp_path / "20261124T100005Z-mx.smtpsession").symlink_to(target)
    (tmp_path / "20261124T100006Z-mx.smtpsession").mkdir()
    assert tidy(tmp_path, 1, 1, NOW + 1e9) == []
    assert len(list(tmp_path.iterdir())) == 6


def test_what_a_folder_holds(recordings: list[Path], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not ours")
    assert held(tmp_path) == (5, 5_000_000)
    assert held(tmp_path / "nowhere") == (0, 0)
