from PySide6.QtGui import QAction
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
            if entry.method:
                setattr(self, entry.method, lambda name=entry.method: self.called.append(name))


def test_every_entry_calls_its_method(qtbot: QtBot) -> None:
    window = Called()
    qtbot.addWidget(window)
    actions = add_actions(window)
    for action in actions.values():
        action.trigger()
    assert window.called == [entry.method for entry in ENTRIES if entry.method]


def test_every_method_is_one_of_the_window(qtbot: QtBot) -> None:
    window = MainWindow("light")
    qtbot.addWidget(window)
    assert all(callable(getattr(window, entry.method)) for entry in ENTRIES if entry.method)


def test_no_key_stands_twice() -> None:
    keys = [entry.key for entry in ENTRIES if entry.key]
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
