"""The editors, of which one is shown."""

import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.editors import Editors, Page


@pytest.mark.parametrize("page", list(Page))
def test_the_shown_one_is_the_one_named_command(qtbot: QtBot, page: Page) -> None:
    editors = Editors(lambda _line: [])
    qtbot.addWidget(editors)
    editors.show()
    editors.turn_to(page, focus=False)
    fields = [*editors.findChildren(QLineEdit), *editors.findChildren(QPlainTextEdit)]
    shown = [each for each in fields if each.isVisible()]
    assert shown == [editors.current]
    assert [each for each in fields if each.accessibleName() == "Command"] == shown


def test_the_keyboard_follows(qtbot: QtBot) -> None:
    editors = Editors(lambda _line: [])
    qtbot.addWidget(editors)
    editors.show()
    editors.activateWindow()
    editors.line.setFocus()
    qtbot.waitUntil(editors.line.hasFocus)
    editors.turn_to(Page.SASL, focus=False)
    assert editors.sasl.field.hasFocus()
    editors.turn_to(Page.MAIL_DATA, focus=True)
    assert editors.payload.hasFocus()


def test_it_says_what_is_missing_where_nothing_can_be_sent(qtbot: QtBot) -> None:
    editors = Editors(lambda _line: [])
    qtbot.addWidget(editors)
    editors.set_usable(False)
    assert editors.line.isReadOnly()
    assert editors.line.placeholderText() == "Connect first"
    editors.set_usable(True)
    assert not editors.line.isReadOnly()
