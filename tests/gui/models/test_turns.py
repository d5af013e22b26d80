"""Slices of work between the events of the window."""

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.turns import next_turn


def test_each_start_gives_one_call_and_never_at_once(qtbot: QtBot) -> None:
    owner, calls = QObject(), [3, 2, 1]

    def work() -> None:
        calls.pop()
        if calls:
            timer.start()

    timer = next_turn(owner, work)
    qtbot.wait(1)
    assert len(calls) == 3
    timer.start()
    timer.start()
    assert len(calls) == 3
    qtbot.waitUntil(lambda: not calls)
    assert not timer.isActive()
