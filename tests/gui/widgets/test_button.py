"""The button that Enter presses."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.widgets.button import EnterButton


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_these_keys_press_it(qtbot: QtBot, key: Qt.Key) -> None:
    button = EnterButton("Go")
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, key)


def test_other_keys_do_not(qtbot: QtBot) -> None:
    button = EnterButton("Go")
    qtbot.addWidget(button)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    qtbot.keyClick(button, Qt.Key.Key_Right)
    assert not pressed
