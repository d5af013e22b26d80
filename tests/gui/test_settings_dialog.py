"""The settings dialog: shows, checks in words, tells what was chosen; in a real window at once."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.settings_dialog import SettingsDialog, checked_folder
from smtpdebugger.gui.window_driver import WindowDriver
from smtpdebugger.settings import Settings
from tests.gui.driving import drive_window

FULL = Settings("me.test", False, "dark", False, "/tmp", 30, 500, False, {"command": 60.0})


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(FULL, Path("/home/me/sessions"))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def control(dialog: QWidget, kind: type, name: str) -> QWidget:
    return next(each for each in dialog.findChildren(kind) if each.accessibleName() == name)


def press(dialog: QWidget, name: str) -> None:
    button = control(dialog, QPushButton, name)
    assert isinstance(button, QPushButton)
    button.click()


def test_what_was_shown_is_chosen(dialog: SettingsDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.chosen) as told:
        press(dialog, "OK")
    assert told.args == [FULL]
    assert not dialog.isVisible()


def test_the_defaults_come_back_and_cancelling_changes_nothing(
    dialog: SettingsDialog, qtbot: QtBot
) -> None:
    press(dialog, "Restore Defaults")
    assert dialog.settings() == Settings()
    with qtbot.assertNotEmitted(dialog.chosen):
        press(dialog, "Cancel")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("Older than, in days", "-1", "a whole number from 1"),
        ("Older than, in days", "1.5", "a whole number from 1"),
        ("The oldest beyond MB", "lots", "a whole number from 1"),
        ("EHLO name", "two words", "one word"),
        ("EHLO name", "x" * 256, "at most 255 octets"),
        ("Folder", "relative/path", "needs its whole path"),
        ("Folder", "/dev/null", "is a file"),
        ("Folder", "/dev/null/x", "cannot be made"),
        ("Reply to a command", "0", "a number of seconds"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    dialog: SettingsDialog, qtbot: QtBot, name: str, text: str, sentence: str
) -> None:
    field = control(dialog, QLineEdit, name)
    assert isinstance(field, QLineEdit)
    field.setText(text)
    with qtbot.assertNotEmitted(dialog.chosen):
        press(dialog, "OK")
    assert dialog.isVisible()
    problem = control(dialog, QLabel, "Problem")
    assert isinstance(problem, QLabel)
    assert problem.isVisible()
    assert name in problem.text()
    assert sentence in problem.text()
    assert field.text() == text


def test_by_keyboard(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    bar = dialog.findChild(QTabBar)
    assert isinstance(bar, QTabBar)
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    QTest.keyClick(dialog, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: dialog.settings().record)
    box = control(dialog, QCheckBox, "Record every session, secrets masked")
    assert box.isVisible()
    with qtbot.waitSignal(dialog.chosen):
        QTest.keyClick(dialog, Qt.Key.Key_Return)


def test_it_fits_a_small_screen_and_everything_has_a_name(dialog: SettingsDialog) -> None:
    assert dialog.sizeHint().height() <= 560
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for each in dialog.findChildren(kind):
            assert each.accessibleName() or each.parent().accessibleName() or not each.isVisible()


def test_a_folder_is_made_when_it_can_be(tmp_path: Path) -> None:
    assert checked_folder("  ") == ""
    wanted = tmp_path / "a" / "b"
    assert checked_folder(str(wanted)) == str(wanted)
    assert wanted.is_dir()


def test_what_is_chosen_holds_at_once(qapp: QApplication, tmp_path: Path) -> None:
    name = "20260101T000000Z-mx.smtpsession"

    async def work(driver: WindowDriver) -> None:
        driver.window.actions_by_name["settings_wanted"].trigger()
        (dialog,) = driver.window.findChildren(SettingsDialog)
        folder = control(dialog, QLineEdit, "Folder")
        held = control(dialog, QLabel, "What the folder holds")
        assert isinstance(folder, QLineEdit)
        assert isinstance(held, QLabel)
        folder.setText(str(tmp_path))
        for _ in range(100):
            await asyncio.sleep(0.02)
            if "1 recording," in held.text():
                break
        assert held.text() == "It holds 1 recording, 0.5 MB."
        box = control(dialog, QComboBox, "Colours")
        assert isinstance(box, QComboBox)
        box.setCurrentIndex(2)
        told: list[str] = []
        driver.preferences.theme_changed.connect(told.append)
        press(dialog, "OK")
        assert told == ["dark"]
        driver.current.practise("legacy")
        await driver.settle(20)
        assert driver.current.live.file is not None
        assert driver.current.live.file.parent == tmp_path

    (tmp_path / name).write_bytes(b"x" * 500_000)
    drive_window(qapp, work)
    assert Settings.load()[0].folder == str(tmp_path)
