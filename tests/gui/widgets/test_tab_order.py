"""What is made late and reached in its place."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.widgets.tab_order import stands_behind


def test_tab_reaches_it_where_it_stands(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    first, last = QPushButton("first"), QPushButton("last")
    layout.addWidget(first)
    layout.addWidget(last)
    late = QWidget()
    inside = QVBoxLayout(late)
    for each in (QPushButton("one"), QLabel("no stop"), QPushButton("two")):
        inside.addWidget(each)
    layout.insertWidget(1, late)
    stands_behind(first, late)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    first.setFocus()
    reached = []
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton)
        reached.append(focused.text())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert reached == ["first", "one", "two", "last"]
