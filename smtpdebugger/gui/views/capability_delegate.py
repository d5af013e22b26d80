"""Capability delegate: a mark and a keyword, its parameters, where it is defined."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QTableView

from smtpdebugger.gui.models.capability_model import CapabilityModel, Column
from smtpdebugger.gui.models.capability_rows import CapabilityRow, Standing
from smtpdebugger.gui.theme import pixmap, text_font, tokens, wire_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

MARK_WIDTH = 20
PAD = 4
NEW = "new"

_MARKS = {
    Standing.OFFERED: ("check", "positive"),
    Standing.DONE: ("dash", "muted"),
    Standing.GONE: ("dash", "warning"),
    Standing.REFUSED: ("warning", "warning"),
    Standing.MISSING: ("dash", "muted"),
}
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
)
_ELIDE = Qt.TextElideMode.ElideRight

Index = QModelIndex | QPersistentModelIndex


class CapabilityDelegate(QStyledItemDelegate):
    """Draws the cells of the capability table."""

    def __init__(self, model: CapabilityModel, table: QTableView) -> None:
        super().__init__(table)
        self._model = model
        self._table = table
        self.refresh_fonts()

    def refresh_fonts(self) -> None:
        """Read the fonts anew, after the system's changed."""
        self._keyword, self._plain = wire_font(bold=True), text_font(small=True)
        self.keyword_metrics = QFontMetrics(self._keyword)
        self.plain_metrics = QFontMetrics(self._plain)

    def sizeHint(self, _option: "QStyleOptionViewItem", _index: Index) -> QSize:
        """Rows have one height for all."""
        return QSize(0, self.plain_metrics.height() + 7)

    def paint(self, painter: QPainter, option: "QStyleOptionViewItem", index: Index) -> None:
        """One cell."""
        row = self._model.row(index)
        if row is None:
            return
        painter.save()
        colours = tokens()
        if self._table.selectionModel().isSelected(index):
            painter.fillRect(option.rect, colours.color("selection"))
        inner = option.rect.adjusted(PAD, 0, -PAD, 0)
        painter.setClipRect(option.rect)
        if index.column() == Column.KEYWORD:
            self._paint_keyword(painter, inner, row)
        elif index.column() == Column.WORDS:
            self._paint_words(painter, inner, row)
            self._paint_spilled_keyword(painter, option.rect, row)
        else:
            painter.setFont(self._plain)
            painter.setPen(colours.color("muted"))
            # Nothing stands at the left of it, so it may use that margin too.
            rect = option.rect.adjusted(0, 0, -PAD, 0)
            reference = self.plain_metrics.elidedText(row.reference, _ELIDE, rect.width())
            painter.drawText(rect, _RIGHT, reference)
        if self._table.hasFocus() and index.row() == self._table.currentIndex().row():
            painter.setPen(QPen(colours.color("selection_border"), 1))
            top = option.rect.top()
            width = self._table.viewport().width()
            painter.drawRect(QRect(0, top, width - 1, option.rect.height() - 1))
        painter.restore()

    def _paint_keyword(self, painter: QPainter, rect: QRect, row: CapabilityRow) -> None:
        name, token = _MARKS[row.standing]
        picture = pixmap(name, token, 13, self._table.devicePixelRatioF())
        painter.drawPixmap(rect.left(), rect.top() + (rect.height() - 13) // 2, picture)
        rect = rect.adjusted(MARK_WIDTH, 0, 0 if row.words or row.is_new else 1000, 0)
        self._paint_name(painter, rect, row)

    def _paint_spilled_keyword(self, painter: QPainter, cell: QRect, row: CapabilityRow) -> None:
        """The rest of a long keyword, where no words need the room."""
        if not (row.words or row.is_new):
            left = self._table.columnViewportPosition(Column.KEYWORD) + PAD + MARK_WIDTH
            rect = QRect(left, cell.top(), cell.right() - left, cell.height())
            self._paint_name(painter, rect, row)

    def _paint_name(self, painter: QPainter, rect: QRect, row: CapabilityRow) -> None:
        is_there = row.standing in {Standing.OFFERED, Standing.REFUSED}
        painter.setFont(self._keyword)
        painter.setPen(tokens().color("text" if is_there else "muted"))
        text = self.keyword_metrics.elidedText(row.keyword, _ELIDE, rect.width())
        painter.drawText(rect, _LEFT, text)

    def _paint_words(self, painter: QPainter, rect: QRect, row: CapabilityRow) -> None:
        painter.setFont(self._plain)
        if row.is_new:
            width = self.plain_metrics.horizontalAdvance(NEW)
            words = self.plain_metrics.horizontalAdvance(row.words)
            left = rect.left() + min(words + (6 if words else 0), rect.width() - width)
            painter.setPen(tokens().color("accent"))
            painter.drawText(QRect(left, rect.top(), width, rect.height()), _LEFT, NEW)
            rect = rect.adjusted(0, 0, -width - 6, 0)
        painter.setPen(tokens().color(_WORDS_TOKEN.get(row.standing, "muted")))
        painter.drawText(
            rect, _LEFT, self.plain_metrics.elidedText(row.words, _ELIDE, rect.width())
        )


_WORDS_TOKEN = {
    Standing.OFFERED: "text",
    Standing.REFUSED: "warning",
    Standing.GONE: "warning",
}
