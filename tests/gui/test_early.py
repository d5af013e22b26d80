from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.early import EarlyRequests


class Asking(QObject):
    connect_requested = Signal(str, int)
    practice_requested = Signal(str)


def test_what_was_asked_early_is_told_once_when_somebody_listens(qtbot: QtBot) -> None:
    asking = Asking()
    early = EarlyRequests(asking.connect_requested, asking.practice_requested)
    asking.connect_requested.emit("first.example.test", 25)
    asking.practice_requested.emit("legacy")
    asking.connect_requested.emit("second.example.test", 587)
    told: list[tuple[object, ...]] = []
    asking.connect_requested.connect(lambda *asked: told.append(asked))
    asking.practice_requested.connect(lambda *asked: told.append(asked))
    early.replay()
    assert told == [("legacy",), ("second.example.test", 587)]


def test_what_is_asked_later_is_told_as_ever(qtbot: QtBot) -> None:
    asking = Asking()
    early = EarlyRequests(asking.practice_requested)
    told: list[str] = []
    asking.practice_requested.connect(told.append)
    early.replay()
    asking.practice_requested.emit("modern")
    assert told == ["modern"]
