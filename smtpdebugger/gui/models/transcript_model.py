"""Transcript model: a session's rows, an annotation under each negative reply, as a Qt table."""

from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QElapsedTimer,
    QModelIndex,
    QObject,
    Qt,
    QTimer,
    Signal,
)

from smtpdebugger.gui.models.annotations import Annotation, Annotations
from smtpdebugger.gui.models.colour_rules import Colour
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.flat_model import ROOT, AnyIndex, FlatModel
from smtpdebugger.gui.models.row_colours import RowColours
from smtpdebugger.gui.models.row_details import defects
from smtpdebugger.gui.models.row_words import (
    Column,
    LineTexts,
    line_sentence,
    line_text,
    row_sentence,
    row_text,
    unfolded,
)
from smtpdebugger.gui.models.shown_rows import Folds, ShownRows, no_findings
from smtpdebugger.gui.models.turns import next_turn
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.theme.plain import plain_tip
from smtpdebugger.session.filter import Filter, read_filter
from smtpdebugger.session.filter_terms import FindingsOf
from smtpdebugger.session.filter_words import FilterError
from smtpdebugger.session.rows import Row
from smtpdebugger.session.unfolding import Line, lines_of

FIRST_ROWS = 100
"""So many are shown as soon as they are found."""
INSERT_MILLISECONDS = 250
"""How often more of them are shown while many are read."""
TURN_MILLISECONDS = 24
"""From the first explanation of a burst to the next share of them."""
_ALIGN_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class ShownRow(NamedTuple):
    """A row as it is shown."""

    row: Row
    colour: Colour | None
    """What the person's rules say of it."""
    lines: int
    is_foldable: bool
    is_open: bool
    is_marked: bool


class TranscriptModel(FlatModel):
    """All rows, or those a filter lets through."""

    TITLES = ("Time in seconds", "Reply time", "Direction", "Verb or code", "Text")

    explained = Signal()
    """Annotations that were put off can be had now."""
    found_more = Signal()
    """There are more findings."""
    grown = Signal()
    """Rows were read; the counts of ``rows`` may have changed."""

    def __init__(
        self, watcher: SessionWatcher, explainer: Explainer, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._watcher = watcher
        self._annotations = Annotations(explainer)
        self.colours = RowColours(watcher, self)
        """What the person's rules say of each row."""
        self.filter_text = ""
        """The filter as it was given last and could be read; empty without one."""
        self.findings: FindingsOf = no_findings
        """What was found about an exchange, for filters that ask for it."""
        self._wanted: Filter | None = None
        self._folds = Folds()
        self._lines = LineTexts()
        self.is_folding = False
        """Whether the rows that come or go right now are lines of a row that was there before."""
        self.rows = ShownRows(watcher.session)
        """What is shown now; another object after each reset."""
        self.adds_new_rows = False
        """Whether rows that are added now are news: all there were had been read before."""
        self._found = array("q")
        """What was read and is not shown yet."""
        self._inserted = QElapsedTimer()
        self._timer = next_turn(self, self._advance)
        self._turn = QTimer(self)
        self._turn.setInterval(TURN_MILLISECONDS)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._begin_turn)
        watcher.replaced.connect(self._replace)
        watcher.grown.connect(self._advance)
        explainer.ready.connect(self._explain_anew)
        self._restart()

    def annotation_at(self, position: int, *, at_once: bool = True) -> Annotation | None:
        """The annotation shown at a position or right under it, or None.

        Painters do not ask for it at once: in a burst they get one that is pending or out of
        date, and ``explained`` tells when to ask again.
        """
        number = self.rows.annotated_exchange(position)
        return self._annotation(number, at_once=at_once) if number else None

    def annotation_of(self, row: int) -> Annotation:
        """The annotation of a row of the session that is a refusal."""
        return self._annotation(self.rows.session.columns.row_exchanges[row], at_once=True)

    def _annotation(self, number: int, *, at_once: bool) -> Annotation:
        # While a file is read the turns are full already.
        later = self._watcher.is_held and not at_once
        found = self._annotations.of(
            self.rows.session, number, self._stand, at_once=at_once, later=later
        )
        if self._annotations.has_worked and not self._turn.isActive():
            self._turn.start()
        return found

    def look_at(self, position: int) -> "ShownRow":
        """All that is painted of the row at a position."""
        rows = self.rows
        number = rows.session_row(position)
        row, lines = rows.session.rows[number], rows.session.columns.lines_of(number)
        is_open = lines > 1 and rows.is_open(position)
        return ShownRow(
            unfolded(row) if is_open else row,
            self.colours.of(number),
            lines,
            lines > 1 and rows.is_foldable(position),
            is_open,
            row.exchange in rows.session.marked,
        )

    def shown_row(self, position: int) -> Row:
        """The row at a position as it is shown; where it is unfolded, without its lines."""
        row = self.rows.row_at(position)
        return unfolded(row) if self.rows.is_open(position) else row

    def line_at(self, position: int) -> Line:
        """The line of an unfolded row that is shown at a position."""
        row = self.rows.session_row(position)
        return self._lines.of(self.rows.session, row, self.rows.line_at(position))

    def lines_at(self, position: int) -> int:
        """How many lines the row at a position has."""
        return self.rows.session.columns.lines_of(self.rows.session_row(position))

    def line_with(self, position: int, needles: Sequence[str]) -> int:
        """Which line below a row, from 1, is the first with one of some casefolded texts.

        0 where none is, or where the row itself has one already.
        """
        if not needles or not self.rows.is_foldable(position):
            return 0
        session, row = self.rows.session, self.rows.session_row(position)
        first = unfolded(self.rows.row_at(position)).line
        lines = (first, *(f"{each.head}{each.text}" for each in lines_of(session, row)))
        found = (at for at, line in enumerate(lines) if any(n in line.casefold() for n in needles))
        return next(found, 0)

    # Folding

    def set_open(self, position: int, is_open: bool) -> None:
        """Show the lines of the row at a position below it, or hide them."""
        rows = self.rows
        if not rows.is_foldable(position) or rows.is_open(position) is is_open:
            return
        row = rows.session_row(position)
        position = rows.position_of(row)
        self._folds.set_open(row, is_open)
        lines = rows.lines_to_show(position)
        first, last = position + 1, position + len(lines)
        self.is_folding = True
        if is_open:
            self.beginInsertRows(QModelIndex(), first, last)
            rows.unfold(position, lines)
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), first, last)
            rows.fold(position, len(lines))
            self.endRemoveRows()
        self.is_folding = False

    def set_all_open(self, are_open: bool) -> None:
        """Show the lines of all rows, and of those to come, or hide them."""
        self._folds.set_all(are_open)
        self._restart()

    def show_matching(self, wanted: Filter | None, text: str) -> None:
        """Show only the rows a filter lets through; all without one. ``text`` is what it says."""
        text = text.strip() if wanted is not None else ""
        if text != self.filter_text:
            self._wanted, self.filter_text = wanted, text
            self._restart()

    def set_filter(self, text: str) -> FilterError | None:
        """Show only the rows a filter text lets through (see session.filter); all for ``""``.

        What is wrong with a text that cannot be read; then the last one stays.
        """
        try:
            wanted = read_filter(text)
        except FilterError as error:
            return error
        self.show_matching(wanted, text)
        return None

    # What Qt asks

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Rows shown, annotations included."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; the delegate paints from ``rows`` and ``annotation_at`` instead."""
        position, column = index.row(), index.column()
        if not index.isValid() or position >= len(self.rows):
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(position)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(position, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(position, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column <= Column.WAIT:
            return _ALIGN_RIGHT
        return None

    def _sentence(self, position: int) -> str:
        if self.rows.is_annotation(position):
            annotation = self.annotation_at(position)
            return "" if annotation is None else annotation.spoken
        row, lines = self.rows.row_at(position), self.lines_at(position)
        if number := self.rows.line_at(position):
            return line_sentence(row, self.line_at(position), number, lines)
        is_marked = row.exchange in self.rows.session.marked
        return row_sentence(row, lines, self.rows.is_open(position), is_marked=is_marked)

    def _text(self, position: int, column: int) -> str:
        if self.rows.line_at(position):
            return line_text(self.line_at(position), column)
        if not self.rows.is_annotation(position):
            return row_text(self.shown_row(position), column)
        annotation = self.annotation_at(position)
        if annotation is None or column != Column.TEXT:
            return "▲" if column == Column.DIRECTION else ""
        return f"{annotation.sentence} {annotation.offer}".rstrip()

    def _tip(self, position: int, column: int) -> str | None:
        if self.rows.is_annotation(position):
            return plain_tip(self._text(position, Column.TEXT))
        if self.rows.line_at(position):
            line = self.line_at(position)
            return plain_tip(f"{line.head}{line.text}") if column >= Column.HEAD else None
        row = self.rows.row_at(position)
        if column == Column.WAIT and row.wait is not None:
            return plain_tip(f"Answered after {row.wait / 1000:.3f} ms")
        if column == Column.DIRECTION and row.direction:
            return "Encrypted" if row.tls else "In clear"
        if column < Column.HEAD:
            return None
        lines = [f"{row.head} {row.text}"]
        if row.has_defects:
            exchange = self.rows.session.exchange(row.exchange)
            lines += [f"▲ {sentence}" for sentence in defects(exchange, row)]
        return plain_tip("\n".join(lines))

    # How it grows

    def _replace(self) -> None:
        self._annotations.forget()
        self._folds, self._lines = Folds(), LineTexts()
        self._restart()

    def findings_changed(self) -> None:
        """More was found: a filter that asks for findings is applied anew."""
        self.colours.take_findings(self.findings)
        self.found_more.emit()
        if self._wanted is not None and "finding:" in self.filter_text.lower():
            self._restart()

    def _restart(self) -> None:
        rows = ShownRows(self._watcher.session, self._wanted, self.findings, self._folds)
        rows.extend(rows.next_slice())
        self.adds_new_rows = False
        self._found = array("q")
        self._inserted.start()
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        self._after_slice()

    def _advance(self) -> None:
        self._found.extend(self.rows.next_slice())
        is_due = not self.rows.is_reading or len(self.rows) < FIRST_ROWS
        # Every insertion paints the rows anew, which takes longer than to find a thousand more.
        if is_due or self._inserted.elapsed() > INSERT_MILLISECONDS:
            self._insert()
        self._after_slice()

    def _insert(self) -> None:
        new, self._found = self._found, array("q")
        self._inserted.start()
        if new:
            first = len(self.rows)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self.rows.extend(new)
            self.endInsertRows()

    def _after_slice(self) -> None:
        if self.rows.is_reading:
            self._timer.start()
        else:
            self.adds_new_rows = not self._watcher.is_held
        self.grown.emit()

    @property
    def _stand(self) -> object:
        """What annotations depend on besides their exchanges."""
        session = self.rows.session
        # While a large file is read, each piece would make all of them out of date.
        is_held = self._watcher.is_held
        return None if is_held else (session.situation, session.columns.latest_refusal)

    def _begin_turn(self) -> None:
        if self._annotations.begin_turn():
            if self._watcher.is_held:
                self._annotations.catch_up(self.rows.session, self._stand)
            self.explained.emit()

    def _explain_anew(self) -> None:
        self._annotations.forget()
        if len(self.rows):
            last = self.index(len(self.rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
