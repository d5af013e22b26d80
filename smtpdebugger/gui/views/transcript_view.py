"""Transcript view: title, filter, the table of rows, and the details of the selected one."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.row_details import details, login_words
from smtpdebugger.gui.models.row_words import wait_text
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.theme import set_icon
from smtpdebugger.gui.views.details_pane import DetailsPane
from smtpdebugger.gui.views.search_bar import SearchBar
from smtpdebugger.gui.views.transcript_table import TranscriptTable
from smtpdebugger.gui.widgets.text import SteadyLabel

SUMMARY_MILLISECONDS = 200
"""The title's numbers change at most this often."""
MEDIAN_SAMPLE = 2000
"""The median of more reply times is taken of so many of them, evenly spread."""
DETAILS_SHARE = 0.4
"""How much of the rows' height the details take at most, unless the person drags the border."""


class TranscriptView(QFrame):
    """The live transcript of the session that the watcher shows."""

    exchange_selected = Signal(int)
    """The person selected a row of this exchange; 0 when nothing is selected any more."""
    alternative_chosen = Signal(int, int)
    """An exchange, and the place of the alternative in its diagnosis."""

    def __init__(
        self, watcher: SessionWatcher, explainer: Explainer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._watcher = watcher
        self.model = TranscriptModel(watcher, explainer, self)
        self.table = TranscriptTable(self.model, self)
        self.details = DetailsPane(self)
        self._row = -1
        self._wants_details = True
        self._is_dragged = False
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._summary = SteadyLabel("small")
        self._head = QHBoxLayout()
        self.search = SearchBar(watcher, self.table)
        self._problem = self._problem_label()
        self._toggle = self._details_button()
        self._reveal = self._reveal_button()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SUMMARY_MILLISECONDS)
        self._timer.timeout.connect(self._sum_up)
        self._place()
        self.model.grown.connect(self._grown)
        self.table.exchange_selected.connect(self.exchange_selected)
        self.table.alternative_chosen.connect(self.alternative_chosen)
        self.table.row_selected.connect(self._show_row)
        self.table.details_wanted.connect(self._enter_details)
        self.search.applied.connect(self._applied)
        self.search.problem.connect(self._show_problem)
        self.details.left.connect(self.table.setFocus)
        watcher.replaced.connect(self._forget_row)
        self._sum_up()

    def focus_filter(self) -> None:
        """Put the keyboard into Filter."""
        self.search.focus()

    @property
    def selected_exchange(self) -> int:
        """The exchange of the selected row; without one the newest, 0 where there is none."""
        session = self._watcher.session
        if 0 <= self._row < len(session.rows):
            return session.rows[self._row].exchange
        return len(session.exchanges)

    def follow(self) -> None:
        """Let go of the selection and follow the newest row."""
        self.table.follow()

    def show_from_top(self) -> None:
        """Show the first rows, and stay there whatever comes behind them."""
        self.table.stay_at_top()

    def select_exchange(self, number: int) -> None:
        """Select the reply of an exchange, or its command; a filter that hides it is lifted."""
        position = self.model.rows.position_of_exchange(number)
        if position < 0 and self.model.filter_text:
            self.search.clear()
            position = self.model.rows.position_of_exchange(number)
        self.table.select_position(position)

    def select_refusal(self, step: int) -> None:
        """Select the next (1) or the previous (-1) negative row, from the current one on."""
        has_selection = self.table.selectionModel().hasSelection()
        start = self.table.currentIndex().row() if has_selection else self.model.rowCount()
        if not has_selection and step > 0:
            start = -1
        self.table.select_position(self.model.rows.next_refusal(start, step))

    def next_match(self) -> None:
        """Select the next row that the filter lets through."""
        self.search.go(1)

    def previous_match(self) -> None:
        """Select the row before that the filter lets through."""
        self.search.go(-1)

    def _applied(self) -> None:
        # What one looks for needs the room more than the numbers.
        self._head.setStretchFactor(self.search, 3 if self.search.field.text() else 1)
        self._sum_up()

    def _show_problem(self, reason: str) -> None:
        self._problem.setText(reason)
        self._problem.setVisible(bool(reason))

    def _show_row(self, row: int) -> None:
        if row != self._row:
            # What one step of a login was revealed for is not revealed of another.
            self._reveal.setChecked(False)
        self._row = row
        is_login = row >= 0 and bool(
            login_words(self._watcher.session, self._watcher.session.rows[row])
        )
        self._reveal.setVisible(is_login)
        if row < 0:
            self.details.clear()
        else:
            session = self._watcher.session
            shown = session.rows[row]
            self.details.show_text(details(session, shown, reveal=self._reveal.isChecked()))
        self._show_details()

    def _forget_row(self) -> None:
        self._show_row(-1)

    def _show_details(self) -> None:
        is_shown = self._wants_details and self._row >= 0
        self.details.setVisible(is_shown)
        self._toggle.setChecked(self._wants_details)
        if is_shown:
            self._fit_details()
            # The table has its new height only after the layout's turn.
            QTimer.singleShot(0, self.table, self.table.show_current)

    def _fit_details(self) -> None:
        if self._is_dragged:
            return
        whole = self._splitter.height()
        height = min(self.details.wanted_height(), int(whole * DETAILS_SHARE))
        self._splitter.setSizes([max(0, whole - height), height])

    def _dragged(self) -> None:
        self._is_dragged = True

    def _enter_details(self) -> None:
        self._wants_details = True
        self._show_details()
        if self._row >= 0:
            self.details.setFocus()

    def _toggle_details(self, is_wanted: bool) -> None:
        self._wants_details = is_wanted
        if is_wanted and self._row < 0:
            self.table.select_position(self.table.currentIndex().row())
        self._show_details()

    # The title

    def _grown(self) -> None:
        self._toggle.setEnabled(self.model.rows.total > 0)
        if not self._timer.isActive():
            self._timer.start()

    def _sum_up(self) -> None:
        total = self.model.rows.total
        parts = [f"{total:,} event{'s' * (total != 1)}"]
        if self.model.filter_text:
            parts = [f"{self.model.rows.matched:,} of {parts[0]}"]
        if self.model.rows.leaves_folded:
            parts.append(f"{self.model.rows.unfolded:,} lines unfolded, the rest is not")
        if self.model.rows.refusals:
            parts.append(f"{self.model.rows.refusals:,} refused")
        if waits := self._some_waits():
            parts.append(f"{wait_text(int(_median(waits)))} median reply")
        self._summary.setText(" · ".join(parts) if total else "")

    def _some_waits(self) -> list[int]:
        columns = self._watcher.session.columns
        count = len(columns.verbs)
        numbers = range(1, count + 1, max(1, count // MEDIAN_SAMPLE))
        found = map(columns.wait_of, numbers)
        return [wait for wait in found if wait is not None]

    # Setting up

    def _place(self) -> None:
        title = QLabel("Transcript")
        title.setAccessibleName("Transcript heading")
        title.setProperty("role", "title")
        head = self._head
        head.setContentsMargins(10, 8, 8, 4)
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self._summary, 1)
        head.addWidget(self.search, 1)
        head.addWidget(self._reveal)
        head.addWidget(self._toggle)
        self.details.hide()
        splitter = self._splitter
        splitter.splitterMoved.connect(self._dragged)
        splitter.addWidget(self.table)
        splitter.addWidget(self.details)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setCollapsible(0, False)
        body = QVBoxLayout()
        body.setContentsMargins(9, 0, 9, 9)
        body.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._problem)
        layout.addLayout(body, 1)

    def _problem_label(self) -> QLabel:
        label = QLabel()
        label.setProperty("role", "error")
        label.setAccessibleName("What is wrong with the filter")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setContentsMargins(12, 0, 12, 4)
        label.hide()
        return label

    def _reveal_button(self) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setCheckable(True)
        button.setText("Reveal")
        button.setAccessibleName("Reveal the secret of this row")
        button.setToolTip("Show the secret in the details, as long as this row is selected")
        button.toggled.connect(lambda _on: self._show_row(self._row))
        button.hide()
        return button

    def _details_button(self) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setCheckable(True)
        button.setChecked(True)
        button.setAccessibleName("Show row details")
        button.setToolTip("Show the selected row completely, below the rows (Return)")
        set_icon(button, "note", "muted")
        button.clicked.connect(self._toggle_details)
        return button


def _median(values: Iterable[int]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return (ordered[half] + ordered[~half]) / 2
