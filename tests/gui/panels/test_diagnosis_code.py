"""The developer's code: written when somebody wants it, copied with one press."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Alternative, Code
from smtpdebugger.gui.panels.diagnosis_code import CodeBox

NOOP = Alternative("send", ("NOOP",))
CODE = Code("import smtplib\n\nx = 1\n", "import aiosmtplib\n")


def test_it_is_folded_and_not_even_written(qtbot: QtBot) -> None:
    asked: list[Alternative] = []
    box = CodeBox(NOOP, lambda alternative: asked.append(alternative) or CODE)
    qtbot.addWidget(box)
    assert not box.is_open
    assert asked == []
    assert box.toggle.accessibleName() == "Python for NOOP"

    box.show()
    box.toggle.click()
    assert box.is_open
    assert asked == [NOOP]
    (text,) = box.findChildren(QPlainTextEdit)
    assert text.isReadOnly()
    assert text.toPlainText() == "import smtplib\n\nx = 1"
    box.toggle.click()
    assert not box.is_open


def test_each_library_is_copied_whole(qtbot: QtBot) -> None:
    box = CodeBox(NOOP, lambda _: CODE)
    qtbot.addWidget(box)
    box.show()
    box.toggle.click()
    copied = []
    for button in box.copies:
        button.click()
        copied.append(QGuiApplication.clipboard().text())
    assert copied == [CODE.smtplib, CODE.aiosmtplib]


def test_without_code_there_is_nothing_to_unfold(qtbot: QtBot) -> None:
    box = CodeBox(NOOP, lambda _: None)
    qtbot.addWidget(box)
    box.show()
    box.toggle.click()
    assert not box.isVisible()
