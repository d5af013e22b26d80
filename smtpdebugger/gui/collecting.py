"""Python's garbage collector, kept to the thread of the window.

By itself it runs in whichever thread happens to make the next object, the writer's or a helper's of
the event loop too, and then ends widgets there. Qt allows that in the thread of the window only;
anywhere else the program dies now and then, with nothing said.
"""

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MILLISECONDS = 100
COLLECT_AFTER = (10_000, 20, 50)
"""Rows and exchanges stay as long as their session; with Python's own numbers a burst of 10,000
replies has one collection that looks through all of them and holds up the window for 25 ms."""


class Collector(QObject):
    """Collects garbage between two turns of Qt's event loop, where Python would have done so."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, and the younger ones with it."""
        for generation, (count, most) in reversed(
            list(enumerate(zip(gc.get_count(), COLLECT_AFTER, strict=True)))
        ):
            if count > most:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
