"""Matches: which rows of the session a filter lets through, sought without hiding the others."""

from array import array
from bisect import bisect_left, bisect_right
from time import perf_counter

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from smtpdebugger.gui.models.shown_rows import SLICE_SECONDS, STEP_ROWS, no_findings
from smtpdebugger.gui.models.turns import next_turn
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.session.filter import Filter
from smtpdebugger.session.filter_terms import FindingsOf

TELL_MILLISECONDS = 100
"""How often the growing number is told."""


class Matches(QObject):
    """Seeks between the turns of the event loop, and goes on as the session grows."""

    changed = Signal()
    """More were found, or the whole session was looked through."""

    def __init__(self, watcher: SessionWatcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.findings: FindingsOf = no_findings
        """What was found about an exchange, for filters that ask for it."""
        self._watcher = watcher
        self._wanted: Filter | None = None
        self._rows = array("I")
        self._looked = 0
        self._told = QElapsedTimer()
        self._timer = next_turn(self, self._advance)
        watcher.grown.connect(self._go_on)
        watcher.replaced.connect(self._begin)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def is_seeking(self) -> bool:
        """Whether a part of the session was not looked through yet."""
        return self._wanted is not None and self._looked < len(self._watcher.session.columns.marks)

    def seek(self, wanted: Filter | None) -> None:
        """Seek what a filter lets through; None stops seeking."""
        self._wanted = wanted
        self._begin()

    def next(self, row: int, step: int) -> int:
        """The next match behind a row (step 1), or the one before it (-1); -1 without any.

        Behind the last comes the first.
        """
        if not self._rows:
            return -1
        if step > 0:
            return self._rows[bisect_right(self._rows, row) % len(self._rows)]
        return self._rows[bisect_left(self._rows, row) - 1]

    def can_tell_next(self, row: int, step: int) -> bool:
        """Whether ``next`` gives what it will give when everything has been looked through."""
        if not self.is_seeking:
            return True
        if step > 0:
            return len(self._rows) > 0 and self._rows[-1] > row
        return self._looked > row >= 0 and len(self._rows) > 0 and self._rows[0] < row

    def number_of(self, row: int) -> int:
        """Which match a row is, from 1; 0 for a row that is none."""
        place = bisect_left(self._rows, row)
        return place + 1 if place < len(self._rows) and self._rows[place] == row else 0

    def _begin(self) -> None:
        self._rows, self._looked = array("I"), 0
        self._told.start()
        self._timer.stop()
        self._advance()
        self.changed.emit()

    def _go_on(self) -> None:
        if self.is_seeking:
            self._timer.start()

    def _advance(self) -> None:
        session, wanted = self._watcher.session, self._wanted
        if wanted is None:
            return
        before, until = len(self._rows), perf_counter() + SLICE_SECONDS
        while self.is_seeking:
            stop = min(self._looked + STEP_ROWS, len(session.columns.marks))
            for end, rows in wanted.select(session, self._looked, stop, self.findings):
                self._rows.extend(rows)
                self._looked = end
                if perf_counter() >= until:
                    break
            if perf_counter() >= until:
                break
        if self.is_seeking:
            self._timer.start()
        is_first = before == 0 and len(self._rows) > 0
        if is_first or not self.is_seeking or self._told.elapsed() >= TELL_MILLISECONDS:
            self._told.start()
            self.changed.emit()
