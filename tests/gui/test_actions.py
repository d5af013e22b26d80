from operator import attrgetter
from types import SimpleNamespace

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.actions import ENTRIES, THEMES, add_actions, add_theme_actions
from smtpdebugger.gui.window import MainWindow


class Called(QMainWindow):
    """A window that notes which of its methods were called."""

    def __init__(self) -> None:
        super().__init__()
        self.called: list[str] = []
        for entry in ENTRIES:
            owner: object = self
            *path, last = entry.method.split(".")
            for name in path:
                owner.__dict__.setdefault(name, SimpleNamespace())
                owner = getattr(owner, name)
            if last:
                setattr(owner, last, lambda name=entry.method: self.called.append(name))


def test_every_entry_calls_what_it_names(qtbot: QtBot) -> None:
    window = Called()
    qtbot.addWidget(window)
    actions = add_actions(window)
    for action in actions.values():
        action.trigger()
    assert window.called == [entry.method for entry in ENTRIES if entry.method]


def test_everything_named_is_there(qtbot: QtBot) -> None:
    window = MainWindow("light")
    qtbot.addWidget(window)
    for entry in ENTRIES:
        if entry.method:
            found = attrgetter(entry.method)(window)
            assert callable(found) or isinstance(found, SignalInstance)


def test_a_page_that_is_shown_later_is_meant_too(qtbot: QtBot) -> None:
    window = MainWindow("light")
    qtbot.addWidget(window)
    first, second = window.page, window.add_page()
    with qtbot.assertNotEmitted(first.options_wanted), qtbot.waitSignal(second.options_wanted):
        window.actions_by_name["page.options_wanted"].trigger()


def test_no_key_stands_twice() -> None:
    keys = [
        key.toString()
        for entry in ENTRIES
        for key in QKeySequence.listFromString(entry.key)
        if entry.key
    ]
    assert len(keys) == len(set(keys))


def test_one_theme_is_checked_at_a_time(qtbot: QtBot) -> None:
    window = Called()
    qtbot.addWidget(window)
    add_actions(window)
    chosen: list[str] = []
    add_theme_actions(window, "dark", chosen.append)
    actions = [each for each in window.findChildren(QAction) if each.isCheckable()]
    assert [each.isChecked() for each in actions] == [name == "dark" for _, name in THEMES]
    actions[1].trigger()
    assert chosen == ["light"]
    assert [each.isChecked() for each in actions] == [False, True, False]
