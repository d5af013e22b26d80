"""Transcript model: a session's rows, an annotation under each negative reply, as a Qt table.

What is shown is a list of numbers: ``i`` stands for the session's row i, ``~i`` for the annotation
under it. The session is read in slices, so that neither a burst of replies nor a large file nor a
filter ever holds up the window.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from enum import IntEnum
from time import perf_counter
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from smtpdebugger.gui.models.annotations import Annotation, Annotations
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.row_filter import RowTest, read_filter
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.theme.plain import plain_tip
from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.session import Session

SLICE_SECONDS = 0.004
"""How long one slice may take; the view needs the rest of its turn."""
STEP_ROWS = 128
"""Rows read between two looks at the clock."""

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Column(IntEnum):
    """What stands where."""

    TIME = 0
    WAIT = 1
    DIRECTION = 2
    HEAD = 3
    TEXT = 4


_TITLES = ("Time in seconds", "Reply time", "Direction", "Verb or code", "Text")
_ALIGN_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class TranscriptModel(QAbstractTableModel):
    """All rows, or those a filter lets through."""

    grown = Signal()
    """Rows were read; ``total``, ``refusals`` and ``waits`` may have changed."""

    def __init__(
        self, watcher: SessionWatcher, explainer: Explainer, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._watcher = watcher
        self._explainer = explainer
        self._annotations = Annotations(explainer)
        self._entries = array("q")
        self._read = 0
        self._test: RowTest | None = None
        self._filter = ""
        self.refusals = 0
        """Negative replies among the rows read so far."""
        self.waits = array("q")
        """Reply times in microseconds, of the rows read so far."""
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._advance)
        watcher.replaced.connect(self._restart)
        watcher.changed.connect(self._advance)
        explainer.ready.connect(self._explain_anew)
        self._restart()

    # What the view asks

    @property
    def session(self) -> Session:
        """The session shown."""
        return self._watcher.session

    @property
    def total(self) -> int:
        """How many of the session's rows were read so far, whatever the filter."""
        return self._read

    @property
    def shown(self) -> int:
        """How many of them are shown, annotations not counted."""
        return len(self._entries) if self._test is None else self._shown

    @property
    def filter_text(self) -> str:
        """The filter as it was given; empty without one."""
        return self._filter

    @property
    def is_reading(self) -> bool:
        """Whether rows are still to be read in later slices."""
        return self._read < len(self.session.rows)

    def row_at(self, position: int) -> Row:
        """The row shown at a position, or the row whose annotation is. Raises IndexError."""
        return self.session.rows[self.session_row(position)]

    def session_row(self, position: int) -> int:
        """Its place in the session's rows. Raises IndexError."""
        entry = self._entries[position]
        return entry if entry >= 0 else ~entry

    def is_annotation(self, position: int) -> bool:
        """Whether an annotation is shown at a position."""
        return 0 <= position < len(self._entries) and self._entries[position] < 0

    def annotation_at(self, position: int) -> Annotation | None:
        """The annotation shown at a position or right under it, or None."""
        if not self.is_annotation(position):
            position += 1
            if not self.is_annotation(position):
                return None
        number = self.row_at(position).exchange
        return self._annotations.of(self.session, number, self.refusals)

    def position_of(self, session_row: int) -> int:
        """Where a row of the session is shown, or the next one that is; -1 if none is."""
        if not self._entries:
            return -1
        found = bisect_left(self._entries, session_row, key=lambda entry: max(entry, ~entry))
        return min(found, len(self._entries) - 1)

    def position_of_exchange(self, number: int, *, reply: bool = True) -> int:
        """Where an exchange's reply (or else its command) is shown; -1 if it is not."""
        found = -1
        for position in self._positions(reversed(range(len(self._entries)))):
            row = self.row_at(position)
            if row.exchange != number or row.kind is RowKind.REMARK:
                continue
            if (row.kind is RowKind.REPLY) == reply:
                return position
            found = position
        return found

    def next_refusal(self, position: int, step: int) -> int:
        """The next negative row after (step 1) or before (step -1) a position; -1 if none."""
        stop = len(self._entries) if step > 0 else -1
        for found in self._positions(iter(range(position + step, stop, step))):
            if self.row_at(found).is_negative:
                return found
        return -1

    def copied_line(self, position: int) -> str:
        """What stands at a position, as one line of plain text; secrets are masked."""
        annotation = self.annotation_at(position) if self.is_annotation(position) else None
        return self.row_at(position).line if annotation is None else annotation.line

    def set_filter(self, text: str) -> None:
        """Show only the rows a filter lets through (see row_filter); all of them for ``""``."""
        if text.strip() == self._filter:
            return
        self._filter = text.strip()
        self._test = read_filter(self._filter)
        self._restart(forget=False)

    # What Qt asks

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Rows shown, annotations included."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """One for each Column."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What a column tells."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return _TITLES[section] if 0 <= section < len(_TITLES) else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; the delegate paints from ``row_at`` and ``annotation_at`` instead."""
        position = index.row()
        if not index.isValid() or position >= len(self._entries):
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(position)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(position, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(position, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() <= Column.WAIT:
            return _ALIGN_RIGHT
        return None

    def _sentence(self, position: int) -> str:
        if self.is_annotation(position):
            annotation = self.annotation_at(position)
            return "" if annotation is None else annotation.spoken
        return self.row_at(position).sentence

    def _text(self, position: int, column: int) -> str:
        if self.is_annotation(position):
            annotation = self.annotation_at(position)
            if annotation is None or column != Column.TEXT:
                return "▲" if column == Column.DIRECTION else ""
            return f"{annotation.sentence} {annotation.offer}".rstrip()
        return row_text(self.row_at(position), column)

    def _tip(self, position: int, column: int) -> str | None:
        if self.is_annotation(position):
            return plain_tip(self._text(position, Column.TEXT))
        row = self.row_at(position)
        if column == Column.WAIT and row.wait is not None:
            return plain_tip(f"Answered after {row.wait / 1000:.3f} ms")
        if column == Column.DIRECTION and row.direction:
            return "Encrypted" if row.tls else "In clear"
        return plain_tip(f"{row.head} {row.text}") if column >= Column.HEAD else None

    # How it grows

    def _restart(self, *, forget: bool = True) -> None:
        self.beginResetModel()
        self._entries = array("q")
        self._read = 0
        self._shown = 0
        self.refusals = 0
        self.waits = array("q")
        if forget:
            self._annotations.forget()
        self._entries.extend(self._next_slice())
        self.endResetModel()
        self._after_slice()

    def _advance(self) -> None:
        new = self._next_slice()
        if new:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._entries.extend(new)
            self.endInsertRows()
        self._after_slice()

    def _after_slice(self) -> None:
        if self.is_reading:
            self._timer.start()
        self.grown.emit()

    def _next_slice(self) -> "array[int]":
        new = array("q")
        rows = self.session.rows
        until = perf_counter() + SLICE_SECONDS
        while self._read < len(rows):
            stop = min(self._read + STEP_ROWS, len(rows))
            for number in range(self._read, stop):
                self._take(number, rows[number], new)
            self._read = stop
            if perf_counter() >= until:
                break
        return new

    def _take(self, number: int, row: Row, new: "array[int]") -> None:
        is_refusal = row.is_negative and row.kind is RowKind.REPLY
        self.refusals += is_refusal
        if row.wait is not None:
            self.waits.append(row.wait)
        if self._test is not None and not self._test(self.session, row):
            return
        self._shown += 1
        new.append(number)
        if is_refusal:
            new.append(~number)

    def _positions(self, positions: Iterator[int]) -> Iterator[int]:
        return (each for each in positions if self._entries[each] >= 0)

    def _explain_anew(self) -> None:
        self._annotations.forget()
        if self._entries:
            self.dataChanged.emit(
                self.index(0, 0), self.index(len(self._entries) - 1, len(Column) - 1)
            )


def row_text(row: Row, column: int) -> str:
    """What a row shows in a column; lines of a multiline reply are parted by two blanks."""
    match column:
        case Column.TIME:
            return time_text(row.at)
        case Column.WAIT:
            return "" if row.wait is None else wait_text(row.wait)
        case Column.DIRECTION:
            return {"C:": "→", "S:": "←"}.get(row.direction, "•")
        case Column.HEAD:
            return row.head
        case _:
            return row.text.replace("\n", "  ")


def time_text(microseconds: int) -> str:
    """A time since the session began, in seconds."""
    seconds = microseconds / 1e6
    return f"+{seconds:.3f}" if seconds < 9999.9995 else f"+{seconds:.0f}"


def wait_text(microseconds: int) -> str:
    """A reply time with its unit."""
    if microseconds < 999_950:
        return f"{microseconds / 1000:.1f} ms"
    return f"{microseconds / 1e6:.1f} s"
