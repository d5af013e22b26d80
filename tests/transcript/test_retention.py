"""Retention: what is too old or too much goes, the oldest first, and nobody else's files."""

import gc
import os
import sys
from pathlib import Path

import pytest

from smtpdebugger.session.events import Mark, Received, Remark
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.lines import encode_event
from smtpdebugger.transcript.locking import try_lock
from smtpdebugger.transcript.recorder import save_copy
from smtpdebugger.transcript.retention import (
    Recording,
    Use,
    has_notes,
    held,
    tidy,
    told,
    use_of,
)
from smtpdebugger.transcript.unfinished import mark_begun
from tests.session.wire import converse

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


def files(found: list[Recording]) -> list[Path]:
    return [each.file for each in found]


def test_without_limits_everything_stays(recordings: list[Path], tmp_path: Path) -> None:
    assert tidy(tmp_path, 0, 0, NOW) == []
    assert tidy(tmp_path / "nowhere", 1, 1, NOW) == []
    assert all(each.exists() for each in recordings)


def test_old_ones_go(recordings: list[Path], tmp_path: Path) -> None:
    assert files(tidy(tmp_path, 3, 0, NOW)) == recordings[:2]
    assert [each.exists() for each in recordings] == [False, False, True, True, True]


def test_too_many_go_oldest_first(recordings: list[Path], tmp_path: Path) -> None:
    assert files(tidy(tmp_path, 0, 2, NOW)) == recordings[:3]


def test_both_limits_hold(recordings: list[Path], tmp_path: Path) -> None:
    assert files(tidy(tmp_path, 4, 2, NOW)) == recordings[:3]


def test_what_is_open_or_ended_abruptly_stays(recordings: list[Path], tmp_path: Path) -> None:
    mark_begun(recordings[0])
    with recordings[1].open("rb") as opened:
        assert try_lock(opened.fileno())
        assert files(tidy(tmp_path, 1, 1, NOW)) == recordings[2:]


@pytest.mark.parametrize(
    "note", [Mark(1, 2), Remark(1, "why?", 2), b'{"type":"titled","us":1,"title":"x"}\n']
)
def test_what_a_person_noted_something_in_stays(
    recordings: list[Path], tmp_path: Path, note: Mark | Remark | bytes
) -> None:
    line = note if isinstance(note, bytes) else encode_event(note)
    for file, before in ((recordings[0], 0), (recordings[2], 1024 * 1024 - 9)):
        file.write_bytes(b"x" * before + b"\n" + line)
        os.utime(file, (NOW - 50 * DAY, NOW - 50 * DAY))
        assert has_notes(file)
    assert files(tidy(tmp_path, 1, 0, NOW)) == [recordings[1], recordings[3]]


def test_what_a_server_says_is_no_note(recordings: list[Path], tmp_path: Path) -> None:
    recordings[0].write_bytes(encode_event(Received(1, b'250 {"type":"mark","us":1}\r\n')))
    assert not has_notes(recordings[0])


def test_what_somebody_shows_stays(tmp_path: Path) -> None:
    session = converse("S: 220 mx")
    file = tmp_path / "20261124T100005Z-mx.smtpsession"
    save_copy(session, file)
    shown = load_session(file)
    if sys.platform != "win32":
        assert use_of(file) is Use.SHOWN
    assert tidy(tmp_path, 1, 0, NOW + 1e9) == []
    del shown
    gc.collect()
    assert use_of(file) is Use.NONE
    assert files(tidy(tmp_path, 1, 0, NOW + 1e9)) == [file]


def test_what_is_to_be_spared_or_only_told_stays(recordings: list[Path], tmp_path: Path) -> None:
    assert files(tidy(tmp_path, 0, 1, NOW, only_tell=True)) == recordings[:4]
    assert held(tmp_path) == (5, 5_000_000)
    assert files(tidy(tmp_path, 0, 1, NOW, spare=recordings[:2])) == recordings[2:]


def test_the_use_of_a_recording(recordings: list[Path], tmp_path: Path) -> None:
    assert use_of(recordings[0]) is Use.NONE
    mark_begun(recordings[0])
    assert use_of(recordings[0]) is Use.UNFINISHED
    with recordings[0].open("ab") as recorder:
        assert try_lock(recorder.fileno())
        assert use_of(recordings[0]) is Use.RECORDED


def test_what_was_deleted_is_a_sentence(recordings: list[Path]) -> None:
    assert told([]) == ""
    one = Recording(1.0, 1_500_000, recordings[0])
    assert told([one]).startswith("1 old recording (1.5 MB) was deleted")
    assert told([one, one]).startswith("2 old recordings (3.0 MB) were deleted")


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
