"""Lists of requirements on disk, and one list for all tabs of a window."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.requirements import Profile, Requirement
from smtpdebugger.gui.needing import Needing
from smtpdebugger.gui.window import MainWindow
from smtpdebugger.gui.window_driver import WindowDriver
from smtpdebugger.transcript.requirements import load_profile
from tests.gui.driving import SETTLE_SECONDS, drive_window

APP = Profile("app", (Requirement("extension", "ETRN"), Requirement("extension", "8BITMIME")))


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow("light")
    qtbot.addWidget(window)
    window.show()
    return window


def test_what_was_saved_is_opened_again(window: MainWindow, tmp_path: Path) -> None:
    needing, path = Needing(window.page, window.needs), tmp_path / "app.toml"
    needing.save(path)
    assert "no requirement in the list" in window.page.notice.accessibleDescription()
    window.needs.put(APP)
    needing.save(path)
    assert "smtpdebugger requirements app.toml" in window.page.notice.accessibleDescription()
    assert load_profile(path) == APP
    window.needs.put(Profile())
    needing.open(path)
    assert window.needs.profile == APP


def test_what_does_not_work_is_told(window: MainWindow, tmp_path: Path) -> None:
    needing = Needing(window.page, window.needs)
    (tmp_path / "bad.toml").write_text("format = 1")
    needing.open(tmp_path / "bad.toml")
    assert "bad.toml" in window.page.notice.accessibleDescription()
    assert window.needs.profile is None
    window.needs.put(APP)
    needing.save(tmp_path / "no" / "folder.toml")
    assert "cannot be written" in window.page.notice.accessibleDescription()


def test_files_are_asked_for(window: MainWindow, tmp_path: Path) -> None:
    needing = Needing(window.page, window.needs)
    assert window.page.requirements is None, "built when it is looked at"
    window.actions_by_name["page.focus_requirements"].trigger()
    panel = window.page.requirements
    assert panel is not None
    window.needs.put(APP)
    panel.save_wanted.emit()
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "a.toml"))
    dialog.close()
    assert load_profile(tmp_path / "a.toml") == APP
    assert needing is not None


def test_each_server_is_held_against_the_same_list(qapp: QApplication) -> None:
    async def work(driver: WindowDriver) -> list[list[str]]:
        driver.window.needs.put(APP)
        found = []
        for name in ("modern", "legacy"):
            there = driver.current if name == "modern" else driver.new_tab()
            there.practise(name)
            await driver.settle(SETTLE_SECONDS)
            driver.window.page.focus_requirements()
            await driver.settle(SETTLE_SECONDS)
            panel = driver.window.page.requirements
            assert panel is not None
            verdicts = panel.feed.verdicts
            assert verdicts is not None
            found.append([each.verdict for each in verdicts.checked])
        return found

    modern, legacy = drive_window(qapp, work)
    assert "met" in modern
    assert "met" not in legacy
