"""``smtpdebugger recordings``: lists, and deletes only what it says."""

import json
import os
from pathlib import Path

import pytest

from smtpdebugger.__main__ import main
from smtpdebugger.session.events import Mark
from smtpdebugger.transcript.annotating import append_note
from smtpdebugger.transcript.recorder import save_copy
from smtpdebugger.transcript.unfinished import mark_begun
from tests.session.wire import converse

LONG_AGO = 1_000_000_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three recordings from long ago: plain, marked, ended abruptly; and one of today."""
    monkeypatch.setenv("SMTPDEBUGGER_DATA", str(tmp_path))
    monkeypatch.setenv("SMTPDEBUGGER_CONFIG", str(tmp_path))
    sessions = tmp_path / "sessions"
    sessions.mkdir()
    for name in "abcd":
        save_copy(
            converse("S: 220 mx", "C: NOOP"),
            sessions / f"20200101T00000{ord(name) - 97}Z-{name}.smtpsession",
        )
    files = sorted(sessions.iterdir())
    append_note(files[1], Mark(1, 2))
    mark_begun(files[2])
    for number, each in enumerate(files[:3]):
        os.utime(each, (LONG_AGO + number, LONG_AGO + number))
    return sessions


def test_they_are_listed_with_what_keeps_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recordings"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head == f"4 recordings, 0.0 MB in {folder}"
    assert lines[0].startswith("2001-09-09T01:46:40Z       0.00 MB  20200101T000000Z-a.smtpsession")
    assert "(marks or remarks)" in lines[1]
    assert "(ended abruptly)" in lines[2]
    assert len(lines) == 4


def test_as_an_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recordings", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(folder)
    uses = [(each["use"], each["noted"]) for each in told["recordings"]]
    assert uses == [("", False), ("", True), ("ended abruptly", False), ("", False)]


def test_what_is_over_goes_and_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tidy = ["recordings", "--tidy", "--keep-days", "30"]
    assert main([*tidy, "--dry-run"]) == 0
    assert "1 recording, 0.0 MB would go" in capsys.readouterr().out
    assert len(list(folder.glob("*.smtpsession"))) == 4
    assert main([*tidy, "--format", "json"]) == 0
    deleted = json.loads(capsys.readouterr().out)["deleted"]
    assert [each["file"][-13:] for each in deleted] == ["a.smtpsession"]
    assert len(list(folder.glob("*.smtpsession"))) == 3


def test_the_limits_of_the_settings_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recordings", "--tidy"]) == 0
    assert "there is no limit" in capsys.readouterr().err
    (folder.parent / "settings.toml").write_text("keep_days = 30\n")
    assert main(["recordings", "--tidy"]) == 0
    assert "1 recording, 0.0 MB deleted" in capsys.readouterr().out


def test_a_folder_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recordings", "--folder", str(tmp_path / "nowhere")]) == 3
    assert "cannot be read" in capsys.readouterr().err


def test_nothing_was_ever_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_DATA", str(tmp_path))
    assert main(["recordings"]) == 0
    assert capsys.readouterr().out.startswith("0 recordings, 0.0 MB in ")


def test_wrong_use() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["recordings", "--keep-days", "soon"])
    assert ended.value.code == 2
