"""Servers used before, by keyboard, in the bar."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.panels.connection_bar import Choice, ConnectionBar

SERVERS = [
    Choice("mail.example.test", 587, "starttls", True, ""),
    Choice("mail.example.test", 25, "none", True, ""),
    Choice("other.test", 465, "tls", True, ""),
]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_part_of_a_name_finds_them_and_enter_takes_one(qtbot: QtBot) -> None:
    bar = ConnectionBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.activateWindow()
    bar.set_servers(SERVERS)
    host = next(each for each in bar.findChildren(QLineEdit) if each.accessibleName() == "Host")
    host.setFocus()
    qtbot.waitUntil(host.hasFocus)
    QTest.keyClicks(host, "EXAMPLE")
    completer = host.completer()
    assert completer.completionCount() == 2
    popup = completer.popup()
    assert popup.accessibleName() == "Servers used before"
    model = completer.completionModel()
    shown = [model.index(row, 0).data() for row in range(2)]
    assert shown == ["mail.example.test   587   STARTTLS", "mail.example.test   25   None"]
    with qtbot.waitSignal(bar.server_chosen) as chosen:
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return)
    assert chosen.args == [1]
    assert host.text() == "mail.example.test"


def test_they_may_be_others_later(qtbot: QtBot) -> None:
    bar = ConnectionBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.activateWindow()
    with qtbot.waitSignal(bar.host_entered):
        bar.focus_host()
    bar.set_servers(SERVERS)
    bar.set_servers(SERVERS[2:])
    host = next(each for each in bar.findChildren(QLineEdit) if each.accessibleName() == "Host")
    assert host.completer().model().rowCount() == 1
