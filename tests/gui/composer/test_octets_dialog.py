"""Any octets, as a person writes them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.octets_dialog import OctetsDialog
from smtpdebugger.gui.composer.requests import EndRequest, OctetsRequest


@pytest.fixture
def dialog(qtbot: QtBot) -> OctetsDialog:
    dialog = OctetsDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def button(dialog: OctetsDialog, name: str) -> QPushButton:
    found = dialog.findChildren(QPushButton)
    return next(each for each in found if each.accessibleName() == name)


def test_lines_with_escapes_and_an_ending(qtbot: QtBot, dialog: OctetsDialog) -> None:
    asked: list[OctetsRequest] = []
    dialog.wanted.connect(asked.append)
    qtbot.keyClicks(dialog.text, "NO\\0OP")
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return)
    qtbot.keyClicks(dialog.text, "\\xff")
    dialog.ending.setCurrentText("LF")
    dialog.way.setCurrentIndex(2)
    dialog.pause.setText("20")
    shown = next(
        e for e in dialog.findChildren(QPlainTextEdit) if e.accessibleName() == "Goes out as"
    )
    assert shown.toPlainText().startswith("NO‹NUL›OP‹LF›")
    assert dialog.told == "8 octets in 2 lines."
    qtbot.mouseClick(button(dialog, "Send octets"), Qt.MouseButton.LeftButton)
    assert asked == [OctetsRequest((b"NO\0OP", b"\xff"), b"\n", "split", 0.02)]


def test_without_escapes_a_backslash_is_one(dialog: OctetsDialog) -> None:
    dialog.text.setPlainText("a\\q")
    assert "there is no escape" in dialog.told
    assert not button(dialog, "Send octets").isEnabled()
    dialog.escapes.setChecked(False)
    assert dialog.request().lines == (b"a\\q",)
    assert button(dialog, "Send octets").isEnabled()


def test_an_end_is_tried(qtbot: QtBot, dialog: OctetsDialog) -> None:
    asked: list[EndRequest] = []
    dialog.end_wanted.connect(asked.append)
    dialog.end.setCurrentText("LF . LF")
    qtbot.mouseClick(button(dialog, "Try this end"), Qt.MouseButton.LeftButton)
    assert asked == [EndRequest("LF . LF")]
    dialog.tell("it waits")
    assert dialog.told == "it waits"
