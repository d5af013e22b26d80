"""Shown rows: which rows of a session a filter lets through, read in slices.

What is shown is a list of numbers. Each is a row of the session and, in its lowest bits, what of
the row stands there: the row itself, one line of it where it is unfolded, or the annotation under
it. Reading stops when a slice's time is over, so that neither a burst of replies nor a large file
nor a filter ever holds up the window. Only the session's columns are read, but for texts.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from enum import IntEnum
from time import perf_counter

from smtpdebugger.session.columns import KIND_BITS, NEGATIVE, REPLY
from smtpdebugger.session.filter import Filter
from smtpdebugger.session.filter_terms import FindingsOf
from smtpdebugger.session.rows import Row
from smtpdebugger.session.session import Session
from smtpdebugger.session.unfolding import MOST_LINES, lines_below

SLICE_SECONDS = 0.004
"""How long one slice may take; the view needs the rest of its turn."""
STEP_ROWS = 1024
"""Rows read between two looks at the clock."""
MOST_UNFOLDED = 2_000_000
"""Lines of unfolded rows that are shown at most; rows behind those stay folded."""

_BITS = 13
_ROW = 1 << _BITS
_PART = _ROW - 1


class Part(IntEnum):
    """What of a row an entry stands for; other numbers are lines of it, counted from 1."""

    ROW = 0
    ANNOTATION = _PART


_ANNOTATION = int(Part.ANNOTATION)
assert MOST_LINES + 1 < _ANNOTATION

_IS_REFUSAL = bytes(mark & NEGATIVE and mark & KIND_BITS == REPLY and 1 for mark in range(256))
_IS_NEGATIVE = bytes(mark & NEGATIVE and 1 for mark in range(256))


def no_findings(_: int) -> frozenset[str]:
    """While nobody has looked for findings there are none."""
    return frozenset()


def part_of(entry: int) -> tuple[int, int]:
    """The session's row that an entry stands for, and what of it."""
    return entry >> _BITS, entry & _PART


class Folds:
    """Which rows are unfolded: none or all, but for some."""

    def __init__(self) -> None:
        self.are_open = False
        """Whether rows are unfolded unless the person folded them."""
        self._others: set[int] = set()

    def is_open(self, row: int) -> bool:
        """Whether a row of the session is unfolded."""
        return (row in self._others) is not self.are_open

    def set_open(self, row: int, is_open: bool) -> None:
        """Unfold or fold a row."""
        if is_open is self.are_open:
            self._others.discard(row)
        else:
            self._others.add(row)

    def set_all(self, are_open: bool) -> None:
        """Unfold or fold all rows, those to come too."""
        self.are_open = are_open
        self._others.clear()

    @property
    def are_all_shut(self) -> bool:
        """Whether no row is unfolded."""
        return not (self.are_open or self._others)


class ShownRows:
    """The rows shown, by position from 0; lines and annotations have positions of their own."""

    def __init__(
        self,
        session: Session,
        wanted: Filter | None = None,
        findings: FindingsOf = no_findings,
        folds: Folds | None = None,
    ) -> None:
        self.session = session
        self.total = 0
        """How many of the session's rows were read so far, whatever the filter."""
        self.matched = 0
        """How many of them are shown, lines and annotations not counted."""
        self.refusals = 0
        """Negative replies among the rows read so far."""
        self.unfolded = 0
        """How many lines of unfolded rows were read so far."""
        self._wanted = wanted
        self._findings = findings
        self._folds = folds or Folds()
        self._entries = array("q")

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_reading(self) -> bool:
        """Whether rows are still to be read in later slices."""
        return self.total < len(self.session.columns.marks)

    @property
    def leaves_folded(self) -> bool:
        """Whether so many lines are shown that rows behind them stay folded."""
        return self.unfolded >= MOST_UNFOLDED

    def next_slice(self, seconds: float | None = None) -> "array[int]":
        """Read on; what is to be shown of it. Give that to ``extend``."""
        new = array("q")
        marks = self.session.columns.marks
        until = perf_counter() + (SLICE_SECONDS if seconds is None else seconds)
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

    def taken(self, ranges: Iterable[tuple[int, int]]) -> "array[int]":
        """The entries from each first to each last position, in order, each once."""
        found, behind = array("q"), 0
        for first, last in sorted(ranges):
            found.extend(self._entries[max(first, behind) : last + 1])
            behind = max(behind, last + 1)
        return found

    def row_at(self, position: int) -> Row:
        """The row shown at a position, or the one whose line or annotation is. IndexError."""
        return self.session.rows[self.session_row(position)]

    def session_row(self, position: int) -> int:
        """Its place in the session's rows. Raises IndexError."""
        return self._entries[position] >> _BITS

    def is_annotation(self, position: int) -> bool:
        """Whether an annotation is shown at a position."""
        return self._part(position) == _ANNOTATION

    def line_at(self, position: int) -> int:
        """Which line of its row is shown at a position, from 1; 0 for all that is no line."""
        part = self._part(position)
        return 0 if part == _ANNOTATION else part

    def annotated_exchange(self, position: int) -> int:
        """The exchange of the annotation at a position or under its row; 0 without one."""
        if not 0 <= position < len(self._entries):
            return 0
        row = self.session_row(position)
        place = bisect_left(self._entries, row << _BITS | _ANNOTATION, position)
        if place < len(self._entries) and self._entries[place] == row << _BITS | _ANNOTATION:
            return self.session.columns.row_exchanges[row]
        return 0

    def position_of(self, session_row: int) -> int:
        """Where a row of the session is shown, or the next one that is; -1 if none is."""
        if not self._entries:
            return -1
        found = bisect_left(self._entries, session_row << _BITS)
        if found == len(self._entries):
            # Behind the last row: the last row itself, not a line of it or its annotation.
            return bisect_left(self._entries, self._entries[-1] & ~_PART)
        return found

    def shows(self, session_row: int) -> bool:
        """Whether a row of the session is among those shown."""
        found = bisect_left(self._entries, session_row << _BITS)
        return found < len(self._entries) and self._entries[found] == session_row << _BITS

    def position_of_exchange(self, number: int) -> int:
        """Where an exchange's reply, or else its command, is shown; -1 if neither is."""
        columns = self.session.columns
        if not 1 <= number <= len(columns.verbs):
            return -1
        for place in (columns.reply_rows[number - 1], columns.sent_rows[number - 1]):
            if place and self.shows(place - 1):
                return self.position_of(place - 1)
        return -1

    def next_row(self, position: int, step: int) -> int:
        """The next row after (step 1) or before (step -1) a position; behind the last the first.

        Lines and annotations are passed over; -1 where nothing is shown.
        """
        if not self._entries:
            return -1
        if step < 0:
            before = position if position > 0 else len(self)
            return self.position_of(self._entries[before - 1] >> _BITS)
        place = position + 1
        while 0 < place < len(self) and self._part(place):
            place += 1
        return place if place < len(self) else 0

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
            if self.shows(row):
                return self.position_of(row)
        return -1

    # Folding

    def is_foldable(self, position: int) -> bool:
        """Whether the row at a position, or the one whose line it is, has lines of its own."""
        return (
            0 <= position < len(self) and lines_below(self.session, self.session_row(position)) > 0
        )

    def is_open(self, position: int) -> bool:
        """Whether lines of the row at a position are shown."""
        row = self.session_row(position)
        place = self.position_of(row) + 1
        return place < len(self) and self._entries[place] == row << _BITS | 1

    def lines_to_show(self, position: int) -> "array[int]":
        """What unfolding the row at a position would put right under it."""
        row = self.session_row(position)
        first = row << _BITS | 1
        return array("q", range(first, first + lines_below(self.session, row)))

    def unfold(self, position: int, lines: "array[int]") -> None:
        """Show the lines of the row at a position."""
        self._entries[position + 1 : position + 1] = lines
        self.unfolded += len(lines)

    def fold(self, position: int, count: int) -> None:
        """Show so many lines under the row at a position no longer."""
        del self._entries[position + 1 : position + 1 + count]
        self.unfolded -= count

    def _part(self, position: int) -> int:
        return self._entries[position] & _PART if 0 <= position < len(self._entries) else 0

    # Reading

    def _take(self, rows: "range | list[int]", stop: int, new: "array[int]") -> None:
        """Rows up to ``stop`` were looked at; these are to be shown."""
        refused = self.session.columns.marks[self.total : stop].tobytes().translate(_IS_REFUSAL)
        first, self.total = self.total, stop
        self.matched += len(rows)
        self.refusals += refused.count(1)
        if isinstance(rows, range) and self._folds.are_all_shut:
            place = refused.find(1)
            while place >= 0:
                row = first + place
                new.extend(range(rows.start << _BITS, (row + 1) << _BITS, _ROW))
                new.append(row << _BITS | _ANNOTATION)
                rows = range(row + 1, stop)
                place = refused.find(1, place + 1)
            new.extend(range(rows.start << _BITS, stop << _BITS, _ROW))
            return
        made = array("q", [row << _BITS for row in rows])
        extra = self._lines(made, first, stop)
        extra.extend(row << _BITS | _ANNOTATION for row in rows if refused[row - first])
        # Runs that are in order each: sorting merges them.
        new.extend(array("q", sorted(made + extra)) if extra else made)

    def _lines(self, shown: "array[int]", first: int, stop: int) -> "array[int]":
        """The lines of rows that are unfolded, from ``first`` up to ``stop``."""
        found = array("q")
        if self._folds.are_all_shut:
            return found
        long_rows = self.session.columns.long_rows
        start = bisect_left(long_rows, first)
        for row in long_rows[start : bisect_right(long_rows, stop - 1, start)]:
            at = bisect_left(shown, row << _BITS)
            is_shown = at < len(shown) and shown[at] == row << _BITS
            if is_shown and self._folds.is_open(row) and self.unfolded < MOST_UNFOLDED:
                lines = lines_below(self.session, row)
                self.unfolded += lines
                found.extend(range(row << _BITS | 1, (row << _BITS) + 1 + lines))
        return found
