"""The preferences: what is changed holds at once, is told, and is kept."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.preferences import Preferences
from smtpdebugger.settings import Settings, settings_file


def test_a_change_is_told_and_kept(qtbot: QtBot) -> None:
    preferences = Preferences(Settings())
    with qtbot.waitSignal(preferences.changed), qtbot.assertNotEmitted(preferences.theme_changed):
        preferences.change(record=False, keep_days=30)
    assert preferences.settings == Settings(record=False, keep_days=30)
    assert Settings.load() == (preferences.settings, "")


def test_another_theme_is_told_apart(qtbot: QtBot) -> None:
    preferences = Preferences(Settings())
    with qtbot.waitSignal(preferences.theme_changed) as told:
        preferences.change(theme="dark")
    assert told.args == ["dark"]


def test_what_is_as_before_is_not_told(qtbot: QtBot) -> None:
    preferences = Preferences(Settings())
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.change(theme="system")
    assert not settings_file().exists()


def test_what_cannot_be_kept_holds_and_is_told(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SMTPDEBUGGER_CONFIG", str(tmp_path / "file"))
    preferences = Preferences(Settings())
    with qtbot.waitSignal(preferences.problem) as told:
        preferences.change(record=False)
    assert "could not be kept" in told.args[0]
    assert not preferences.settings.record
