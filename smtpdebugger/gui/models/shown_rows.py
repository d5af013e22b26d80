"""Shown rows: which rows of a session a filter lets through, read in slices.

What is shown is a list of numbers: ``i`` stands for the session's row i, ``~i`` for the annotation
under it. Reading stops when a slice's time is over, so that neither a burst of replies nor a large
file nor a filter ever holds up the window. Only the session's columns are read, but for texts.
"""

from array import array
from bisect import bisect_left
from time import perf_counter

from smtpdebugger.session.columns import KIND_BITS, NEGATIVE, REPLY
from smtpdebugger.session.filter import Filter
from smtpdebugger.session.filter_terms import FindingsOf
from smtpdebugger.session.rows import Row
from smtpdebugger.session.session import Session

SLICE_SECONDS = 0.004
"""How long one slice may take; the view needs the rest of its turn."""
STEP_ROWS = 1024
"""Rows read between two looks at the clock."""

_IS_REFUSAL = bytes(mark & NEGATIVE and mark & KIND_BITS == REPLY and 1 for mark in range(256))
_IS_NEGATIVE = bytes(mark & NEGATIVE and 1 for mark in range(256))


def no_findings(_: int) -> frozenset[str]:
    """While nobody has looked for findings there are none."""
    return frozenset()


class ShownRows:
    """The rows shown, by position from 0; annotations have positions of their own."""

    def __init__(
        self,
        session: Session,
        wanted: Filter | None = None,
        findings: FindingsOf = no_findings,
    ) -> None:
        self.session = session
        self.total = 0
        """How many of the session's rows were read so far, whatever the filter."""
        self.matched = 0
        """How many of them are shown, annotations not counted."""
        self.refusals = 0
        """Negative replies among the rows read so far."""
        self._wanted = wanted
        self._findings = findings
        self._entries = array("q")

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_reading(self) -> bool:
        """Whether rows are still to be read in later slices."""
        return self.total < len(self.session.columns.marks)

    def next_slice(self) -> "array[int]":
        """Read on; what is to be shown of it. Give that to ``extend``."""
        new = array("q")
        marks = self.session.columns.marks
        until = perf_counter() + SLICE_SECONDS
        while self.total < len(marks):
            stop = min(self.total + STEP_ROWS, len(marks))
            if self._wanted is None:
                self._take(range(self.total, stop), stop, new)
            else:
                for end, rows in self._wanted.select(
                    self.session, self.total, stop, self._findings
                ):
                    self._take(rows, end, new)
                    if perf_counter() >= until:
                        break
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
                return self.session.columns.row_exchanges[self.session_row(place)]
        return 0

    def position_of(self, session_row: int) -> int:
        """Where a row of the session is shown, or the next one that is; -1 if none is."""
        if not self._entries:
            return -1
        found = bisect_left(self._entries, session_row, key=lambda entry: max(entry, ~entry))
        return min(found, len(self._entries) - 1)

    def position_of_exchange(self, number: int) -> int:
        """Where an exchange's reply, or else its command, is shown; -1 if neither is."""
        columns = self.session.columns
        if not 1 <= number <= len(columns.verbs):
            return -1
        for place in (columns.reply_rows[number - 1], columns.sent_rows[number - 1]):
            position = self.position_of(place - 1) if place else -1
            if position >= 0 and self._entries[position] == place - 1:
                return position
        return -1

    def next_refusal(self, position: int, step: int) -> int:
        """The next negative row after (step 1) or before (step -1) a position; -1 if none."""
        if not self._entries:
            return -1
        flags = self.session.columns.marks.tobytes().translate(_IS_NEGATIVE)
        if step > 0:
            row = -1 if position < 0 else self.session_row(min(position, len(self) - 1))
        else:
            row = len(flags) if position >= len(self) else self.session_row(max(position, 0))
        while (row := flags.find(1, row + 1) if step > 0 else flags.rfind(1, 0, row)) >= 0:
            found = self.position_of(row)
            if self._entries[found] == row:
                return found
        return -1

    def _take(self, rows: "range | list[int]", stop: int, new: "array[int]") -> None:
        """Rows up to ``stop`` were looked at; these are to be shown."""
        refused = self.session.columns.marks[self.total : stop].tobytes().translate(_IS_REFUSAL)
        first, self.total = self.total, stop
        self.matched += len(rows)
        if count := refused.count(1):
            self.refusals += count
            for row in rows:
                new.append(row)
                if refused[row - first]:
                    new.append(~row)
        else:
            new.extend(rows)
