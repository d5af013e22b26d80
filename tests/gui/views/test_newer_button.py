import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.views.newer_button import NewerButton


@pytest.mark.parametrize(("count", "name"), [(1, "1 new row"), (12, "12 new rows")])
def test_it_counts(qtbot: QtBot, count: int, name: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(300, 200)
    parent.show()
    button = NewerButton(parent)

    button.show_count(count)

    assert button.isVisible()
    assert button.count == count
    assert button.accessibleName() == name
    assert parent.rect().contains(button.geometry())

    button.show_count(0)
    assert not button.isVisible()
