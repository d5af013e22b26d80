from pathlib import Path

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.tab import FRESH, Tab


def test_a_file_that_waits_has_its_name(qtbot: QtBot) -> None:
    tab = Tab(Path("/tmp/a.smtpsession"))
    qtbot.addWidget(tab)
    assert (tab.title, tab.is_waiting, tab.is_fresh, tab.is_live) == (
        "a.smtpsession", True, False, False,
    )  # fmt: skip
    assert tab.standing.words == ""


def test_without_a_file_it_is_fresh(qtbot: QtBot) -> None:
    tab = Tab()
    qtbot.addWidget(tab)
    assert tab.title == FRESH
    assert tab.is_fresh
