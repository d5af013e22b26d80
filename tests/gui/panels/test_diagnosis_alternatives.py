"""The alternatives."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.panels.diagnosis_alternatives import AlternativesBox
from tests.gui.panels.sample import INSTEAD


def box(qtbot: QtBot) -> AlternativesBox:
    made = AlternativesBox(INSTEAD)
    qtbot.addWidget(made)
    made.resize(240, 400)
    made.show()
    return made


def test_each_is_a_button_named_by_its_commands(qtbot: QtBot) -> None:
    made = box(qtbot)
    assert made.accessibleName() == "Alternatives"
    names = [button.accessibleName() for button in made.buttons]
    assert names == [
        "MAIL FROM:<> · RCPT TO:<alice@{domain}> · RSET",
        "Reconnect to port 587 with STARTTLS",
        "DATA",
    ]
    assert [button.text() for button in made.buttons] == names
    assert all(button.geometry().right() <= made.width() for button in made.buttons)


def test_pressing_chooses(qtbot: QtBot) -> None:
    made = box(qtbot)
    with qtbot.waitSignal(made.chosen) as chosen:
        made.buttons[1].click()
    assert chosen.args == [INSTEAD[1]]


def test_a_key_chooses(qtbot: QtBot) -> None:
    made = box(qtbot)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    assert made.buttons[0].shortcut() == QKeySequence("Alt+1")
    with qtbot.waitSignal(made.chosen) as chosen:
        qtbot.keyClick(made, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert chosen.args == [INSTEAD[2]]


def test_what_delivers_and_what_is_missing_is_told(qtbot: QtBot) -> None:
    made = box(qtbot)
    texts = [label.text() for label in made.findChildren(QLabel)]
    assert texts.count("▲ Could deliver mail") == 1
    assert texts[0] == "Asks the same question.\nYou fill in: domain.\nRFC 5321 §3.5 · Alt+1"
    assert "Could deliver mail." in made.buttons[2].accessibleDescription()
