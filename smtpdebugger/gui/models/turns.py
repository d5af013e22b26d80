"""Turns: long work in slices, one at each turn of the event loop."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def next_turn(owner: QObject, slice_: Callable[[], None]) -> QTimer:
    """A timer that, whenever it is started, calls ``slice_`` once: at the next turn of the loop.

    A slice that leaves work to do starts it again.
    """
    timer = QTimer(owner)
    timer.setInterval(0)
    timer.setSingleShot(True)
    timer.timeout.connect(slice_)
    return timer
