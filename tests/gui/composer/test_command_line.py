"""The single-line editor."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.command_line import CommandLine

KNOWN = ["STARTTLS", "SEND FROM:<", "MAIL FROM:<", "MAIL FROM:<>"]


def complete(line: str) -> list[str]:
    return [each for each in KNOWN if each.startswith(line.upper()) and each != line]


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[CommandLine]:
    parent = QWidget()
    layout = QVBoxLayout(parent)
    made = CommandLine(complete)
    layout.addWidget(made)
    other = QWidget()
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout.addWidget(other)
    qtbot.addWidget(parent)
    parent.show()
    parent.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    yield made
    parent.close()


def test_tab_completes_and_goes_round(qtbot: QtBot, line: CommandLine) -> None:
    qtbot.keyClicks(line, "s")
    assert line.ghost == "TARTTLS"
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert line.text() == "STARTTLS"
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert line.text() == "SEND FROM:<"
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert line.text() == "STARTTLS"
    assert line.hasFocus()


def test_tab_moves_on_where_nothing_can_be_completed(qtbot: QtBot, line: CommandLine) -> None:
    qtbot.keyClicks(line, "NOOP")
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert line.text() == "NOOP"
    assert not line.hasFocus()


def test_the_right_arrow_takes_what_is_shown(qtbot: QtBot, line: CommandLine) -> None:
    qtbot.keyClicks(line, "ma")
    line.grab()
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert line.text() == "maIL FROM:<"


def test_the_arrows_bring_back_what_was_sent(qtbot: QtBot, line: CommandLine) -> None:
    line.history.add("EHLO me")
    line.history.add("NOOP")
    qtbot.keyClicks(line, "QUI")
    for expected in ("NOOP", "EHLO me", "EHLO me"):
        qtbot.keyClick(line, Qt.Key.Key_Up)
        assert line.text() == expected
    for expected in ("NOOP", "QUI"):
        qtbot.keyClick(line, Qt.Key.Key_Down)
        assert line.text() == expected


def test_what_was_replaced_cannot_be_undone(qtbot: QtBot, line: CommandLine) -> None:
    qtbot.keyClicks(line, "AUTH PLAIN c2VjcmV0")
    line.replace("")
    assert not line.isUndoAvailable()
    line.undo()
    assert line.text() == ""


def test_several_pasted_lines_are_asked_about(qtbot: QtBot, line: CommandLine) -> None:
    QGuiApplication.clipboard().setText("NOOP\nQUIT\n")
    with qtbot.waitSignal(line.lines_pasted) as pasted:
        qtbot.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert pasted.args == [["NOOP", "QUIT"]]
    assert line.text() == ""


def test_one_pasted_line_is_inserted_without_its_end(qtbot: QtBot, line: CommandLine) -> None:
    qtbot.keyClicks(line, "VRFY ")
    QGuiApplication.clipboard().setText("alice\r\n")
    qtbot.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert line.text() == "VRFY alice"


@pytest.mark.qt_log_ignore("does not support")
def test_the_menu_asks_about_several_lines_too(qtbot: QtBot, line: CommandLine) -> None:
    QGuiApplication.clipboard().setText("NOOP\nQUIT")
    line.open_menu(line.mapToGlobal(line.rect().center()))
    menu = line.findChild(QMenu)
    assert isinstance(menu, QMenu)
    paste = next(a for a in menu.actions() if a.objectName() == "edit-paste")
    with qtbot.waitSignal(line.lines_pasted):
        paste.trigger()
    menu.close()


def test_enter_and_escape_are_told(qtbot: QtBot, line: CommandLine) -> None:
    with qtbot.waitSignal(line.submitted):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    with qtbot.waitSignal(line.dropped):
        qtbot.keyClick(line, Qt.Key.Key_Escape)
