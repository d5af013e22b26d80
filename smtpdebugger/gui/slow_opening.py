"""SlowOpening: reads a large file between the turns of the event loop, with progress and a stop.

The rows that were read are on the screen all the while, and everything else works as ever.
"""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import Reading, begin_opening

FIRST_SECONDS = 0.012
"""What is read before anything is shown: all of most files, more than a screenful of any."""
SLICE_SECONDS = 0.005


def begin_reading(path: Path) -> Reading:
    """Read a file's first rows. Raises TranscriptError with a sentence."""
    reading = begin_opening(path)
    reading.advance(FIRST_SECONDS)
    return reading


class SlowOpening(QObject):
    """At most one file at a time."""

    progressed = Signal(Path, int)
    """A file, and how much of it was read, in hundredths; told for each tenth."""
    finished = Signal(Path, tuple)
    """The whole file was read; what was wrong with it, in sentences."""
    stopped = Signal(Path, int)
    """Somebody stopped it, with so many hundredths read; ``go_on`` reads the rest."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._path = Path()
        self._tenths = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)

    @property
    def is_reading(self) -> bool:
        """Whether a file is being read now."""
        return self._timer.isActive()

    def take(self, path: Path, reading: Reading) -> None:
        """A file's first rows were read; what comes behind them is to be read here."""
        self.drop()
        if not reading.is_done:
            self._path, self._reading, self._tenths = path, reading, 0

    def go_on(self) -> None:
        """Read the rest, if there is one."""
        if self._reading is not None:
            self._timer.start(0)

    def stop(self) -> None:
        """Read no more for now."""
        if self._reading is not None and self.is_reading:
            self._timer.stop()
            self.stopped.emit(self._path, int(self._reading.fraction * 100))

    def drop(self) -> None:
        """Another session is shown: the rest is not read."""
        self._timer.stop()
        self._reading = None

    def _advance(self) -> None:
        reading = self._reading
        if reading is None:
            self._timer.stop()
            return
        try:
            is_done = reading.advance(SLICE_SECONDS)
        except TranscriptError as error:
            self.drop()
            self.failed.emit(str(error))
            return
        if is_done:
            self.drop()
            self.finished.emit(self._path, reading.problems)
        elif (tenths := int(reading.fraction * 10)) > self._tenths:
            self._tenths = tenths
            self.progressed.emit(self._path, tenths * 10)
