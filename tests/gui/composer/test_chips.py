"""The row of chips."""

import itertools

import pytest
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.chips import ChipRow

LABELS = ["EHLO", "STARTTLS", "AUTH PLAIN", "MAIL FROM:<…>", "VRFY", "NOOP", "QUIT"]


def row(qtbot: QtBot, width: int) -> ChipRow:
    chips = ChipRow("Legal now", "Legal now")
    qtbot.addWidget(chips)
    chips.resize(width, 30)
    chips.show_labels(LABELS)
    chips.show()
    return chips


def shown(chips: ChipRow) -> list[QPushButton]:
    found = (each for each in chips.findChildren(QPushButton) if each.isVisible())
    return sorted(found, key=lambda each: each.x())


def test_all_are_shown_where_there_is_room(qtbot: QtBot) -> None:
    chips = row(qtbot, 1200)
    assert [each.text() for each in shown(chips)] == LABELS
    assert [each.accessibleName() for each in shown(chips)] == LABELS


def test_those_that_do_not_fit_are_in_the_menu(qtbot: QtBot) -> None:
    chips = row(qtbot, 300)
    visible = shown(chips)
    fitting = len(visible) - 1
    assert 0 < fitting < len(LABELS)
    assert visible[-1].text() == f"+{len(LABELS) - fitting}"
    assert all(each.geometry().right() <= 300 for each in visible)
    menu = chips.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == LABELS[fitting:]
    with qtbot.waitSignal(chips.chosen) as chosen:
        menu.actions()[0].trigger()
    assert chosen.args == [fitting]


@pytest.mark.qt_log_ignore("does not support")
def test_the_menu_opens(qtbot: QtBot) -> None:
    chips = row(qtbot, 300)
    shown(chips)[-1].click()
    menu = chips.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert menu.isVisible()
    menu.close()


def test_pressing_tells_which(qtbot: QtBot) -> None:
    chips = row(qtbot, 1200)
    with qtbot.waitSignal(chips.chosen) as chosen:
        shown(chips)[2].click()
    assert chosen.args == [2]
    chips.show_labels(["RSET"])
    assert [each.text() for each in shown(chips)] == ["RSET"]
    assert chips.labels == ("RSET",)


def test_the_keyboard_goes_from_left_to_right(qtbot: QtBot) -> None:
    chips = row(qtbot, 300)
    visible = shown(chips)
    for before, behind in itertools.pairwise(visible):
        following = before.nextInFocusChain()
        while following not in visible:
            following = following.nextInFocusChain()
        assert following is behind
