"""Transcript table: the rows as a table that follows the newest one.

Keys: Return on an annotation (Ctrl+Return on its reply) chooses the alternative, Return on
another row shows its details, Right or + unfolds a row of several lines, Left or - folds it,
Ctrl+C copies, Esc lets go of the selection and follows again.
"""

from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QWidget,
)

from smtpdebugger.gui.models.copied_lines import copied_lines
from smtpdebugger.gui.models.row_words import Column
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.theme import text_font, tokens
from smtpdebugger.gui.views.following_table import FollowingTable, empty_text
from smtpdebugger.gui.views.transcript_delegate import (
    DIRECTION_WIDTH,
    PAD,
    TranscriptDelegate,
)
from smtpdebugger.gui.widgets.table import show_whole_rows

COPIED_AT_ONCE = 32
"""Each row may have to be read from a file, or to be explained."""
_WIDTHS = {Column.TIME: "+999.999", Column.WAIT: "999.9 ms", Column.HEAD: "STARTTLS00"}


class TranscriptTable(FollowingTable):
    """Shows a TranscriptModel; named ``Transcript`` for screen readers."""

    exchange_selected = Signal(int)
    """A row of this exchange was selected by the person; 0 when nothing is any more."""
    row_selected = Signal(int)
    """The session's row that was selected; -1 when nothing is any more."""
    alternative_chosen = Signal(int, int)
    details_wanted = Signal()
    copy_wanted = Signal(object)
    """Entries of the model's rows, too many to be copied in one turn."""
    painted = Signal(float)
    """Painting took so many seconds."""

    def __init__(self, transcript: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(transcript, parent)
        self._delegate = TranscriptDelegate(self)
        transcript.colours.changed.connect(self.viewport().update)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Transcript")
        self._set_up()
        self._copy = self._action("Copy", QKeySequence.StandardKey.Copy, self.copy)
        self._all = self._action("Select all", QKeySequence.StandardKey.SelectAll, self.selectAll)
        self._unfold_all = self._action("Unfold all rows", "Ctrl+Shift+Right", self.unfold_all)
        self._fold_all = self._action("Fold all rows", "Ctrl+Shift+Left", self.fold_all)
        transcript.explained.connect(self.viewport().update)

    def set_open(self, position: int, is_open: bool) -> None:
        """Unfold or fold the row at a position, without running off to the newest row."""
        bar = self.verticalScrollBar()
        followed, self.follows, self.stays = self.follows, False, True
        if not is_open and self.rows.line_at(position):
            self.select_position(self.rows.position_of(self.rows.session_row(position)))
        self.transcript.set_open(position, is_open)
        # Now, so that the new height is not taken for new rows.
        self.updateGeometries()
        self.stays = False
        self.follows = followed and bar.value() >= bar.maximum()
        # The mark has changed as well.
        self.viewport().update()

    def unfold_all(self) -> None:
        """Show every line of every row, now and from now on."""
        self.keeping_place(lambda: self.transcript.set_all_open(True))

    def fold_all(self) -> None:
        """Show one line for each row, now and from now on."""
        self.keeping_place(lambda: self.transcript.set_all_open(False))

    def copy(self) -> None:
        """Put the selected rows, or else the current one, on the clipboard as plain text.

        Many are copied between the turns of the event loop, by whoever hears ``copy_wanted``.
        """
        ranges = [
            (each.top(), each.bottom()) for each in self.selectionModel().selection().toList()
        ]
        current = self.currentIndex().row()
        if not ranges and current >= 0:
            ranges = [(current, current)]
        entries = self.rows.taken(ranges)
        if len(entries) > COPIED_AT_ONCE:
            self.copy_wanted.emit(entries)
        elif lines := list(copied_lines(self.transcript, entries)):
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
        self.follows = False
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
        elif event.key() in _UNFOLD | _FOLD and position >= 0 and not _is_modified(event):
            self._fold_by_key(position, is_open=event.key() in _UNFOLD)
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.follow()
        else:
            super().keyPressEvent(event)

    def _fold_by_key(self, position: int, *, is_open: bool) -> None:
        """As in a tree: from a line back to its row first."""
        if self.rows.line_at(position) and not is_open:
            self.select_position(self.rows.position_of(self.rows.session_row(position)))
        else:
            self.set_open(position, is_open)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a pill or on the mark of a fold leaves the selection alone."""
        place = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton:
            if (position := self._pill_at(place)) >= 0:
                self.choose_alternative(position)
                return
            if (position := self._fold_at(place)) >= 0:
                self.set_open(position, not self.rows.is_open(position))
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On an annotation, choose its alternative; on another row, show its details."""
        place = event.position().toPoint()
        position = self.indexAt(place).row()
        if position < 0 or self._pill_at(place) >= 0:
            return
        if self._fold_at(place) >= 0:
            self.set_open(position, not self.rows.is_open(position))
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
        menu.addSeparator()
        menu.addAction(self._unfold_all)
        menu.addAction(self._fold_all)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, each in one stroke; or what to do while there are none."""
        began = perf_counter()
        painter = QPainter(self.viewport())
        self._paint_rows(painter, event.rect())
        if len(self.rows) == 0:
            painter.setFont(text_font())
            painter.setPen(tokens().color("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            rect = self.viewport().rect().adjusted(24, 0, -24, 0)
            painter.drawText(rect, int(flags), empty_text(self.transcript.filter_text))
        painter.end()
        self.painted.emit(perf_counter() - began)

    def _selected_ranges(self) -> list[tuple[int, int]]:
        selection = self.selectionModel().selection().toList()
        return [(each.top(), each.bottom()) for each in selection]

    def _paint_rows(self, painter: QPainter, dirty: QRect) -> None:
        position = max(0, self.rowAt(max(0, dirty.top())))
        # Not isRowSelected: it asks the model about every cell.
        selected = self._selected_ranges()
        while position < len(self.rows):
            rect = self.row_rect(position)
            if rect.top() > dirty.bottom():
                break
            is_selected = any(first <= position <= last for first, last in selected)
            self._delegate.paint_row(painter, rect, position, is_selected)
            position += 1

    def changeEvent(self, event: QEvent) -> None:
        """Another font or theme: measure anew."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()

    # Setting up

    def _set_up(self) -> None:
        show_whole_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalScrollBar().valueChanged.connect(lambda: self._hover(-1))
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
        self.setColumnWidth(Column.DIRECTION, DIRECTION_WIDTH)

    def _action(self, text: str, keys: QKeySequence.StandardKey | str, run: object) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
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

    def _fold_at(self, place: QPoint) -> int:
        position = self.indexAt(place).row()
        return position if self._delegate.fold_rect(position).contains(place) else -1

    def _hover(self, position: int) -> None:
        if position == self.hovered_pill:
            return
        self.hovered_pill = position
        shape = Qt.CursorShape.PointingHandCursor if position >= 0 else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        self.viewport().update()


_UNFOLD = frozenset({Qt.Key.Key_Right, Qt.Key.Key_Plus})
_FOLD = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Minus})


def _is_modified(event: QKeyEvent) -> bool:
    wanted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(event.modifiers() & wanted)
