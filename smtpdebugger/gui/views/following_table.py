"""Following table: stays at the newest row until the person looks at another, and keeps that."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QItemSelectionModel, QModelIndex
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from smtpdebugger.gui.models.row_words import Column
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.views.newer_button import NewerButton
from smtpdebugger.gui.views.rows_table import RowsTable

EMPTY = "Connect to a server, or open a saved session"
NO_MATCH = "No row matches the filter"


_NO_CHANGE = QItemSelectionModel.SelectionFlag.NoUpdate
_SELECT_ROW = (
    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
)


class _Place(NamedTuple):
    """A row of the session."""

    row: int
    is_selected: bool


class FollowingTable(RowsTable):
    """A table of rows that knows where the person wants to be."""

    def __init__(self, transcript: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(transcript, parent)
        self.follows = True
        """Whether new rows are scrolled into view."""
        self._follows_later = False
        """Whether to follow again once all rows there are have been read."""
        self.stays = False
        """Whether the rows keep their places for now, whatever comes."""
        self._maximum = 0
        self._seen = 0
        """How many rows there were when the newest was in view last."""
        self._place: _Place | None = None
        """Where to go back to once it has been read."""
        self.newer = NewerButton(self.viewport())
        self.newer.clicked.connect(self.follow)
        transcript.rowsInserted.connect(self._rows_added)
        transcript.modelReset.connect(self._rows_replaced)
        transcript.grown.connect(self._caught_up)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)
        self._rows_replaced()

    def follow(self) -> None:
        """Let go of the selection and show the newest row, now and from now on."""
        self.follows, self._follows_later = True, False
        self.clearSelection()
        self._make_current(len(self.rows) - 1)
        self.scrollToBottom()
        self.newer.show_count(0)

    def stay_at_top(self) -> None:
        """Show the first rows, and follow no longer."""
        self._make_current(0)
        self.scrollToTop()
        self.follows = self._follows_later = False

    def select_position(self, position: int) -> None:
        """Select a row as a person would."""
        if 0 <= position < len(self.rows):
            index = self.transcript.index(position, Column.TEXT)
            self.selectionModel().setCurrentIndex(index, _SELECT_ROW)
            self.scrollTo(index)

    def show_current(self) -> None:
        """Scroll to the current row, if it is not to be seen."""
        self.scrollTo(self.currentIndex())

    def keeping_place(self, change: Callable[[], None]) -> None:
        """Run what shows other rows; the current row stays so, or else what came after it."""
        current = self.currentIndex().row()
        is_selected = self.selectionModel().hasSelection()
        place = None
        if current >= 0 and (is_selected or not self.follows):
            place = _Place(self.rows.session_row(current), is_selected)
        change()
        self._place = place
        self._return_to_place()

    def _return_to_place(self) -> None:
        place, last = self._place, len(self.rows) - 1
        is_reached = last >= 0 and place is not None and self.rows.session_row(last) >= place.row
        if place is None or (self.rows.is_reading and not is_reached):
            return
        self._place = None
        position = self.rows.position_of(place.row)
        if place.is_selected and self.rows.shows(place.row):
            self.select_position(position)
        elif position >= 0:
            self.follows = self._follows_later = False
            self.scrollTo(self.transcript.index(position, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button for newer rows in its place."""
        super().resizeEvent(event)
        self.newer.place()

    def _rows_added(self, _parent: QModelIndex, first: int, last: int) -> None:
        if self.transcript.is_folding:
            return
        if not self.selectionModel().hasSelection():
            if self.follows:
                self._make_current(last)
            elif not self.currentIndex().isValid():
                self._make_current(first)
        if self.follows:
            self.scrollToBottom()
        if self.follows or not self.transcript.adds_new_rows:
            self._seen = self.rows.matched
        else:
            self.newer.show_count(self.rows.matched - self._seen)
        if first == 0:
            self.viewport().update()

    def _rows_replaced(self) -> None:
        self.hovered_pill = -1
        self._place = None
        self._seen = self.rows.matched
        self.newer.show_count(0)
        if self.rows.is_reading:
            # To run after the end of what is still being read would take longer than to read it.
            wants_end = self.follows or self._follows_later
            self.stay_at_top()
            self._follows_later = wants_end
        else:
            self._follows_later = True
            self._caught_up()
        self.setAccessibleDescription(
            empty_text(self.transcript.filter_text) if len(self.rows) == 0 else ""
        )

    def _caught_up(self) -> None:
        self._return_to_place()
        if self._follows_later and not self.rows.is_reading:
            self.follows, self._follows_later = True, False
            self._make_current(len(self.rows) - 1)
            self.scrollToBottom()

    def _make_current(self, position: int) -> None:
        """Keep a valid current index for screen readers without selecting anything."""
        if position >= 0:
            index = self.transcript.index(position, Column.TEXT)
            self.selectionModel().setCurrentIndex(index, _NO_CHANGE)

    def _scrolled(self, value: int) -> None:
        self.follows = value >= self.verticalScrollBar().maximum()
        if self.follows:
            self._seen = self.rows.matched
            self.newer.show_count(0)

    def _range_changed(self, _minimum: int, maximum: int) -> None:
        # Rows were added or the table was resized: stay at the end if we were there. Who reached
        # it while rows kept coming was there too, though it has moved on since.
        bar, before = self.verticalScrollBar(), self._maximum
        self._maximum = maximum
        is_reached = 0 < before <= bar.value() and not self.selectionModel().hasSelection()
        if self.follows or (is_reached and not self.stays):
            bar.setValue(maximum)


def empty_text(filter_text: str) -> str:
    """What stands in the table while it has no rows."""
    return NO_MATCH if filter_text else EMPTY
