import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.theme import tokens
from smtpdebugger.gui.views.colour_dialog import ColourDialog
from smtpdebugger.settings import Settings

OK = QDialogButtonBox.StandardButton.Ok


@pytest.fixture
def dialog(qtbot: QtBot) -> ColourDialog:
    made = ColourDialog("red code:5xx\namber code:4xx")
    qtbot.addWidget(made)
    made.show()
    return made


def shown(dialog: ColourDialog) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def test_rules_are_shown_in_their_colours(dialog: ColourDialog) -> None:
    assert shown(dialog) == ["code:5xx", "code:4xx"]
    item = dialog.list.item(0)
    assert item.foreground().color().name() == tokens().negative
    assert item.background().color().name() == tokens().negative_surface
    assert item.data(Qt.ItemDataRole.AccessibleTextRole).startswith("red: code:5xx")
    assert (dialog.filter.text(), dialog.colour.currentText()) == ("code:5xx", "Red")


def test_a_rule_is_changed_added_moved_and_removed(dialog: ColourDialog, qtbot: QtBot) -> None:
    told: list[str] = []
    dialog.chosen.connect(told.append)
    dialog.add.click()
    assert dialog.filter.hasFocus()
    qtbot.keyClicks(dialog.filter, "verb:DATA")
    dialog.colour.setCurrentText("Green")
    dialog.colour.activated.emit(dialog.colour.currentIndex())
    assert shown(dialog) == ["code:5xx", "verb:DATA", "code:4xx"]
    dialog.up.click()
    assert shown(dialog)[0] == "verb:DATA"
    assert not dialog.up.isEnabled()
    dialog.list.setCurrentRow(1)
    dialog.remove.click()
    dialog.down.click()
    dialog._box.button(OK).click()

    assert told == ["green verb:DATA\namber code:4xx"]


def test_what_is_wrong_is_said_and_not_taken(dialog: ColourDialog, qtbot: QtBot) -> None:
    dialog.filter.selectAll()
    qtbot.keyClicks(dialog.filter, "code:")
    assert "missing" in dialog._problem.text()
    assert not dialog._box.button(OK).isEnabled()
    dialog.list.setCurrentRow(1)
    assert dialog._problem.text().startswith("code:: "), "another rule is still wrong"
    dialog.list.setCurrentRow(0)
    dialog.remove.click()
    assert dialog._box.button(OK).isEnabled()


def test_without_rules_there_is_nothing_to_change(dialog: ColourDialog) -> None:
    dialog.remove.click()
    dialog.remove.click()
    assert not (dialog.filter.isEnabled() or dialog.remove.isEnabled() or dialog.up.isEnabled())
    dialog._box.button(QDialogButtonBox.StandardButton.RestoreDefaults).click()
    assert len(shown(dialog)) == len(Settings().colour_rules.splitlines())


def test_keys_move_a_rule(dialog: ColourDialog) -> None:
    assert [dialog.up.shortcut().toString(), dialog.down.shortcut().toString()] == [
        "Alt+Up",
        "Alt+Down",
    ]
    dialog._move(1)
    assert shown(dialog) == ["code:4xx", "code:5xx"]
    assert dialog.list.currentRow() == 1
