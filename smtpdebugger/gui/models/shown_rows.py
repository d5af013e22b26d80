"""Shown rows: which rows of a session a filter lets through, read in slices.

What is shown is a list of numbers: ``i`` stands for the session's row i, ``~i`` for the annotation
under it. Reading stops when a slice's time is over, so that neither a burst of replies nor a large
file nor a filter ever holds up the window.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from time import perf_counter

from smtpdebugger.gui.models.row_filter import RowTest
from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.session import Session

SLICE_SECONDS = 0.004
"""How long one slice may take; the view needs the rest of its turn."""
STEP_ROWS = 128
"""Rows read between two looks at the clock."""


class ShownRows:
    """The rows shown, by position from 0; annotations have positions of their own."""

    def __init__(self, session: Session, test: RowTest | None = None) -> None:
        self.session = session
        self.total = 0
        """How many of the session's rows were read so far, whatever the filter."""
        self.matched = 0
        """How many of them are shown, annotations not counted."""
        self.refusals = 0
        """Negative replies among the rows read so far."""
        self.waits = array("q")
        """Reply times in microseconds, of the rows read so far."""
        self._test = test
        self._entries = array("q")

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_reading(self) -> bool:
        """Whether rows are still to be read in later slices."""
        return self.total < len(self.session.rows)

    def next_slice(self) -> "array[int]":
        """Read on; what is to be shown of it. Give that to ``extend``."""
        new = array("q")
        rows = self.session.rows
        until = perf_counter() + SLICE_SECONDS
        while self.total < len(rows):
            stop = min(self.total + STEP_ROWS, len(rows))
            for number in range(self.total, stop):
                self._take(number, rows[number], new)
            self.total = stop
            if perf_counter() >= until:
                break
        return new

    def extend(self, new: "array[int]") -> None:
        """Show what a slice gave."""
        self._entries.extend(new)

    def row_at(self, position: int) -> Row:
        """The row shown at a position, or the one whose annotation is. Raises IndexError."""
        return self.session.rows[self.session_row(position)]

    def session_row(self, position: int) -> int:
        """Its place in the session's rows. Raises IndexError."""
        entry = self._entries[position]
        return entry if entry >= 0 else ~entry

    def is_annotation(self, position: int) -> bool:
        """Whether an annotation is shown at a position."""
        return 0 <= position < len(self._entries) and self._entries[position] < 0

    def annotated_exchange(self, position: int) -> int:
        """The exchange of the annotation at a position or right under it; 0 without one."""
        for place in (position, position + 1):
            if self.is_annotation(place):
                return self.row_at(place).exchange
        return 0

    def position_of(self, session_row: int) -> int:
        """Where a row of the session is shown, or the next one that is; -1 if none is."""
        if not self._entries:
            return -1
        found = bisect_left(self._entries, session_row, key=lambda entry: max(entry, ~entry))
        return min(found, len(self._entries) - 1)

    def position_of_exchange(self, number: int) -> int:
        """Where an exchange's reply, or else its command, is shown; -1 if neither is."""
        found = -1
        for position in self._without_annotations(range(len(self._entries) - 1, -1, -1)):
            row = self.row_at(position)
            if row.exchange != number or row.kind is RowKind.REMARK:
                continue
            if row.kind is RowKind.REPLY:
                return position
            found = position
        return found

    def next_refusal(self, position: int, step: int) -> int:
        """The next negative row after (step 1) or before (step -1) a position; -1 if none."""
        stop = len(self._entries) if step > 0 else -1
        for found in self._without_annotations(range(position + step, stop, step)):
            if self.row_at(found).is_negative:
                return found
        return -1

    def _take(self, number: int, row: Row, new: "array[int]") -> None:
        is_refusal = row.is_negative and row.kind is RowKind.REPLY
        self.refusals += is_refusal
        if row.wait is not None:
            self.waits.append(row.wait)
        if self._test is not None and not self._test(self.session, row):
            return
        self.matched += 1
        new.append(number)
        if is_refusal:
            new.append(~number)

    def _without_annotations(self, positions: range) -> Iterable[int]:
        return (each for each in positions if self._entries[each] >= 0)
