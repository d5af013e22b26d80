"""Transcript table: the rows as a table that follows the newest one.

Keys: Return on an annotation (Ctrl+Return on its reply) chooses the alternative, Return on
another row shows its details, Ctrl+C copies, Esc lets go of the selection and follows again.
"""

from time import perf_counter

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QWidget,
)

from smtpdebugger.gui.models.transcript_model import Column, TranscriptModel
from smtpdebugger.gui.theme import text_font, tokens
from smtpdebugger.gui.views.newer_button import NewerButton
from smtpdebugger.gui.views.rows_table import RowsTable
from smtpdebugger.gui.views.transcript_delegate import PAD, TranscriptDelegate
from smtpdebugger.gui.widgets.table import show_whole_rows

EMPTY = "Connect to a server, or open a saved session"
NO_MATCH = "No row matches the filter"

_NO_CHANGE = QItemSelectionModel.SelectionFlag.NoUpdate
_SELECT_ROW = (
    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
)
_WIDTHS = {Column.TIME: "+999.999", Column.WAIT: "999.9 ms", Column.HEAD: "STARTTLS00"}


class TranscriptTable(RowsTable):
    """Shows a TranscriptModel; named ``Transcript`` for screen readers."""

    exchange_selected = Signal(int)
    """A row of this exchange was selected by the person; 0 when nothing is any more."""
    row_selected = Signal(int)
    """The session's row that was selected; -1 when nothing is any more."""
    alternative_chosen = Signal(int, int)
    details_wanted = Signal()
    painted = Signal(float)
    """Painting took so many seconds."""

    def __init__(self, transcript: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(transcript, parent)
        self._follows = True
        self._follows_later = False
        """Whether to follow again once all rows there are have been read."""
        self._delegate = TranscriptDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Transcript")
        self._set_up()
        self.newer = NewerButton(self.viewport())
        self.newer.clicked.connect(self.follow)
        self._copy = self._action("Copy", QKeySequence.StandardKey.Copy, self.copy)
        self._all = self._action("Select all", QKeySequence.StandardKey.SelectAll, self.selectAll)
        transcript.rowsInserted.connect(self._rows_added)
        transcript.explained.connect(self.viewport().update)
        transcript.modelReset.connect(self._rows_replaced)
        transcript.grown.connect(self._caught_up)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)
        self._rows_replaced()

    @property
    def follows(self) -> bool:
        """Whether new rows are scrolled into view."""
        return self._follows

    def follow(self) -> None:
        """Let go of the selection and show the newest row, now and from now on."""
        self._follows, self._follows_later = True, False
        self.clearSelection()
        self._make_current(len(self.rows) - 1)
        self.scrollToBottom()
        self.newer.show_count(0)

    def stay_at_top(self) -> None:
        """Show the first rows, and follow no longer."""
        self._make_current(0)
        self.scrollToTop()
        self._follows = self._follows_later = False

    def select_position(self, position: int) -> None:
        """Select a row as a person would."""
        if 0 <= position < len(self.rows):
            index = self.transcript.index(position, Column.TEXT)
            self.selectionModel().setCurrentIndex(index, _SELECT_ROW)
            self.scrollTo(index)

    def show_current(self) -> None:
        """Scroll to the current row, if it is not to be seen."""
        self.scrollTo(self.currentIndex())

    def copy(self) -> None:
        """Put the selected rows, or else the current one, on the clipboard as plain text."""
        ranges = self.selectionModel().selection().toList()
        positions = sorted({row for each in ranges for row in range(each.top(), each.bottom() + 1)})
        current = self.currentIndex().row()
        if not positions and current >= 0:
            positions = [current]
        lines = [self.transcript.copied_line(position) for position in positions]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines) + "\n")

    def choose_alternative(self, position: int) -> bool:
        """Choose the alternative offered at or under a row; False where there is none."""
        annotation = self.transcript.annotation_at(position)
        if annotation is None or annotation.alternative < 0:
            return False
        self.alternative_chosen.emit(annotation.exchange, annotation.alternative)
        return True

    # What Qt calls

    def selectionChanged(self, selected: object, deselected: object) -> None:
        """Tell which row is selected now."""
        super().selectionChanged(selected, deselected)  # type: ignore[arg-type]
        position = self.currentIndex().row()
        if not self.selectionModel().hasSelection() or position < 0:
            self.row_selected.emit(-1)
            self.exchange_selected.emit(0)
            return
        # A row that is being read must not be scrolled away by new ones.
        self._follows = False
        self.row_selected.emit(self.rows.session_row(position))
        self.exchange_selected.emit(self.rows.row_at(position).exchange)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and Esc, as the module says; everything else is Qt's."""
        position = self.currentIndex().row()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and position >= 0:
            has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if not (has_control or self.rows.is_annotation(position)):
                self._show_details(position)
            else:
                self.choose_alternative(position)
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.follow()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a pill chooses its alternative and leaves the selection alone."""
        position = self._pill_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and position >= 0:
            self.choose_alternative(position)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On an annotation, choose its alternative; on another row, show its details."""
        place = event.position().toPoint()
        position = self.indexAt(place).row()
        if position < 0 or self._pill_at(place) >= 0:
            return
        if not (self.rows.is_annotation(position) and self.choose_alternative(position)):
            self._show_details(position)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which pill a click would choose."""
        self._hover(self._pill_at(event.position().toPoint()))
        if event.buttons() != Qt.MouseButton.NoButton:
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse left: no pill is under it."""
        self._hover(-1)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy and select, where there is something to."""
        if len(self.rows) == 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._copy)
        menu.addAction(self._all)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button for newer rows in its place."""
        super().resizeEvent(event)
        self.newer.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or what to do while there are none."""
        began = perf_counter()
        super().paintEvent(event)
        self.painted.emit(perf_counter() - began)
        if len(self.rows) == 0:
            painter = QPainter(self.viewport())
            painter.setFont(text_font())
            painter.setPen(tokens().color("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            rect = self.viewport().rect().adjusted(24, 0, -24, 0)
            painter.drawText(rect, int(flags), empty_text(self.transcript.filter_text))
            painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or theme: measure anew."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()

    # Following

    def _rows_added(self, _parent: QModelIndex, first: int, last: int) -> None:
        if not self.selectionModel().hasSelection():
            if self._follows:
                self._make_current(last)
            elif not self.currentIndex().isValid():
                self._make_current(first)
        if self._follows:
            self.scrollToBottom()
        elif self.transcript.adds_new_rows:
            self.newer.show_count(self.newer.count + last - first + 1)
        if first == 0:
            self.viewport().update()

    def _rows_replaced(self) -> None:
        self.hovered_pill = -1
        self.newer.show_count(0)
        if self.rows.is_reading:
            # To run after the end of what is still being read would take longer than to read it.
            wants_end = self._follows or self._follows_later
            self.stay_at_top()
            self._follows_later = wants_end
        else:
            self._follows_later = True
            self._caught_up()
        self.setAccessibleDescription(
            empty_text(self.transcript.filter_text) if len(self.rows) == 0 else ""
        )

    def _caught_up(self) -> None:
        if self._follows_later and not self.rows.is_reading:
            self._follows, self._follows_later = True, False
            self._make_current(len(self.rows) - 1)
            self.scrollToBottom()

    def _make_current(self, position: int) -> None:
        """Keep a valid current index for screen readers without selecting anything."""
        if position >= 0:
            index = self.transcript.index(position, Column.TEXT)
            self.selectionModel().setCurrentIndex(index, _NO_CHANGE)

    def _scrolled(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum()
        if self._follows:
            self.newer.show_count(0)
        self._hover(-1)

    def _range_changed(self, _minimum: int, maximum: int) -> None:
        # Rows were added or the table was resized: stay at the end if we were there.
        if self._follows:
            self.verticalScrollBar().setValue(maximum)

    # Setting up

    def _set_up(self) -> None:
        show_whole_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.horizontalHeader().setStretchLastSection(True)
        self._measure()

    def _measure(self) -> None:
        self._delegate.refresh_fonts()
        metrics = self._delegate.wire
        height = metrics.height() + 9
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height)
        for column, sample in _WIDTHS.items():
            self.setColumnWidth(column, metrics.horizontalAdvance(sample) + 2 * PAD)
        self.setColumnWidth(Column.DIRECTION, 34)

    def _action(self, text: str, keys: QKeySequence.StandardKey, run: object) -> QAction:
        action = QAction(text, self)
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(run)
        self.addAction(action)
        return action

    def _show_details(self, position: int) -> None:
        self.select_position(position)
        self.details_wanted.emit()

    def _pill_at(self, place: QPoint) -> int:
        position = self.indexAt(place).row()
        if self.rows.is_annotation(position) and self._delegate.pill_rect(position).contains(place):
            return position
        return -1

    def _hover(self, position: int) -> None:
        if position == self.hovered_pill:
            return
        self.hovered_pill = position
        shape = Qt.CursorShape.PointingHandCursor if position >= 0 else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        self.viewport().update()


def empty_text(filter_text: str) -> str:
    """What stands in the table while it has no rows."""
    return NO_MATCH if filter_text else EMPTY
