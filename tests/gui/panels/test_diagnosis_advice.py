"""Fixes and the guide."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import ServerGuess
from smtpdebugger.gui.panels.diagnosis_advice import FixesBox, GuideBox, server_text
from tests.gui.panels.sample import DISABLED, refused


def test_each_audience_has_its_own(qtbot: QtBot) -> None:
    box = FixesBox(DISABLED.fixes)
    qtbot.addWidget(box)
    assert [label.text() for label in box.findChildren(QLabel)] == [
        "HOW TO FIX",
        "Sender",
        "• Use RCPT TO.",
        "Developer",
        "• Read EHLO first.",
        "Administrator",
        "• disable_vrfy_command = no",
    ]


def test_the_guide_is_folded_until_asked_for(qtbot: QtBot) -> None:
    box = GuideBox(refused().guide, open_=False)
    qtbot.addWidget(box)
    box.show()
    assert box.findChildren(QLabel) == []
    box.toggle.click()
    assert box.is_open
    labels = box.findChildren(QLabel)
    assert [e.text() for e in labels] == ["Check first", "Read EHLO before you rely on it."]
    qtbot.waitUntil(lambda: all(label.isVisible() for label in labels))
    box.toggle.click()
    assert not any(label.isVisible() for label in labels)
    assert box.toggle.accessibleName() == "From the guide, 1 point"


def test_a_server_nobody_recognised_is_not_named() -> None:
    assert server_text(ServerGuess()) == ""
    guess = ServerGuess("postfix", "Postfix", 0.97, ("its greeting", "its EHLO"))
    assert server_text(guess) == "The server looks like Postfix (97 %). its greeting. its EHLO."
