"""Search bar: the filter, and what it does: hide all other rows, or go from match to match."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from smtpdebugger.gui.models.matches import Matches
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.theme import plain_tip, set_icon
from smtpdebugger.gui.views.filter_field import FilterField
from smtpdebugger.gui.views.transcript_table import TranscriptTable
from smtpdebugger.session.filter import Filter, read_filter
from smtpdebugger.session.filter_words import FilterError

HIDES = "Hide other rows"
_HIDES_TIP = "Hide the rows that do not match. Off: all rows stay, F3 goes from match to match."


class SearchBar(QWidget):
    """Joins a filter field to a table of rows."""

    applied = Signal()
    """Other rows are shown now."""
    problem = Signal(str)
    """What is wrong with the filter; empty when nothing is."""

    def __init__(
        self, watcher: SessionWatcher, table: TranscriptTable, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._wanted: Filter | None = None
        self._step = 0
        """Where to go as soon as it is known what is there: 1, -1, or 0 for nowhere."""
        self.field = FilterField(watcher)
        self.matches = Matches(watcher, self)
        self.hides = self._button(HIDES, _HIDES_TIP, "funnel")
        self.hides.setCheckable(True)
        self.hides.setChecked(True)
        self._count = QLabel()
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setProperty("role", "small")
        self._previous = self._button("Previous match", "Go to the match before (Shift+F3)")
        self._next = self._button("Next match", "Go to the next match (F3)")
        set_icon(self._previous, "chevron-up", "muted")
        set_icon(self._next, "chevron-down", "muted")
        self._place()
        self.field.wanted.connect(self._apply)
        self.field.used.connect(self._use)
        self.field.left.connect(table.setFocus)
        self.hides.toggled.connect(lambda _on: self._apply(self.field.text()))
        self._previous.clicked.connect(lambda: self.go(-1))
        self._next.clicked.connect(lambda: self.go(1))
        self.matches.changed.connect(self._found)
        table.row_selected.connect(lambda _row: self._show_count())
        table.transcript.found_more.connect(self._seek_findings)
        self._show_tools()

    def focus(self) -> None:
        """Put the keyboard into Filter."""
        self.field.setFocus()
        self.field.selectAll()

    def clear(self) -> None:
        """Show all rows again."""
        self.field.clear()
        self._apply("")

    def go(self, step: int) -> None:
        """Select the next match (1) or the one before (-1); behind the last comes the first."""
        table, self._step = self._table, 0
        if not self.field.text().strip():
            self.focus()
            return
        has_selection = table.selectionModel().hasSelection()
        current = table.currentIndex().row() if has_selection else -1
        if self.hides.isChecked():
            # From a line of a row the way back leads out of that row.
            is_line = step < 0 and current >= 0 and table.rows.line_at(current)
            start = table.rows.position_of(table.rows.session_row(current)) if is_line else current
            position = table.rows.next_row(start, step)
        else:
            row = table.rows.session_row(current) if current >= 0 else -1
            if not self.matches.can_tell_next(row, step):
                self._step = step
                return
            found = self.matches.next(row, step)
            position = table.rows.position_of(found) if found >= 0 else -1
        self._select(position)

    def _select(self, position: int) -> None:
        """Select a match; where it is in a line that is folded away, the row is unfolded."""
        needles = self._wanted.needles if self._wanted is not None else ()
        line = self._table.transcript.line_with(position, needles) if position >= 0 else 0
        if line:
            self._table.set_open(position, True)
        self._table.select_position(position + line)

    def _use(self) -> None:
        """Return in the field: among all rows it goes to the first match."""
        if not self.hides.isChecked():
            self.go(1)

    def _apply(self, text: str) -> None:
        try:
            wanted = read_filter(text)
        except FilterError as error:
            self.field.show_error(error)
            self.problem.emit(error.reason)
            return
        self._wanted, hides = wanted, self.hides.isChecked()
        self._table.keeping_place(
            lambda: self._table.transcript.show_matching(wanted if hides else None, text)
        )
        self._seek(None if hides else wanted)
        self.field.show_error(None)
        self._show_tools()
        self.problem.emit("")
        self.applied.emit()

    def _found(self) -> None:
        if self._step:
            self.go(self._step)
        self._show_count()

    def _seek(self, wanted: Filter | None) -> None:
        self._step = 0
        self.matches.findings = self._table.transcript.findings
        self.matches.seek(wanted)

    def _seek_findings(self) -> None:
        text = self.field.text()
        if not self.hides.isChecked() and "finding:" in text.lower():
            self._apply(text)

    def _show_count(self) -> None:
        if self.hides.isChecked() or not self.field.text().strip():
            self._count.setText("")
            return
        current = self._table.currentIndex().row()
        is_selected = self._table.selectionModel().hasSelection() and current >= 0
        number = self.matches.number_of(self._table.rows.session_row(current)) if is_selected else 0
        more = " …" if self.matches.is_seeking else ""
        of = f"{number:,} of {len(self.matches):,}" if number else f"{len(self.matches):,}"
        words = f"{of}{more}" if len(self.matches) or more else "no match"
        self._count.setText(words if number or words == "no match" else f"{words} found")
        self._count.setAccessibleName(f"Matches: {self._count.text()}")

    def _show_tools(self) -> None:
        is_used = bool(self.field.text().strip())
        for each in (self.hides, self._previous, self._next):
            each.setVisible(is_used)
        self._count.setVisible(is_used and not self.hides.isChecked())
        self._show_count()

    def _button(self, name: str, tip: str, icon: str = "") -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setAccessibleName(name)
        button.setToolTip(plain_tip(tip))
        if icon:
            set_icon(button, icon, "muted")
        return button

    def _place(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.hides)
        layout.addWidget(self._count)
        layout.addWidget(self._previous)
        layout.addWidget(self._next)
