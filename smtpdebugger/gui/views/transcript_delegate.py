"""Transcript delegate: paints the rows, and the annotation under each negative reply."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate

from smtpdebugger.gui.models.annotations import Annotation
from smtpdebugger.gui.models.row_words import Column, row_text
from smtpdebugger.gui.models.transcript_model import ShownRow
from smtpdebugger.gui.theme import pixmap, text_font, tokens, wire_font
from smtpdebugger.gui.views.rows_table import RowsTable
from smtpdebugger.session.rows import Row, RowKind

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

PAD = 4
"""Pixels between a cell's edge and its text."""
_BAR = 3
"""Width of the mark at the left of an annotation."""
_PILL_PAD = 11
_MIN_PILL = 90
_FOLD_LEFT, _FOLD_SIZE = 30, 12
"""Where in the column of the direction the mark stands that folds and unfolds a row."""
DIRECTION_WIDTH = 46
_DEFECT_ROOM = 20
"""Pixels at the right for the mark of a row whose octets break a rule."""

_EVENT_ICONS = {RowKind.EVENT: "dot", RowKind.REMARK: "note", RowKind.FAILURE: "cross"}

Index = QModelIndex | QPersistentModelIndex


class TranscriptDelegate(QStyledItemDelegate):
    """Draws the rows of one table; it holds fonts and metrics, and no state of the session."""

    def __init__(self, table: RowsTable) -> None:
        super().__init__(table)
        self._table = table
        self.refresh_fonts()

    def refresh_fonts(self) -> None:
        """Read the fonts anew, after the system's changed."""
        self._wire, self._bold = wire_font(), wire_font(bold=True)
        self._sentence = text_font(small=True)
        self.wire = QFontMetrics(self._wire)
        self._bold_metrics = QFontMetrics(self._bold)
        self._sentence_metrics = QFontMetrics(self._sentence)

    def sizeHint(self, _option: "QStyleOptionViewItem", _index: Index) -> QSize:
        """Rows have one height for all; the table asks for it once."""
        return QSize(0, self.wire.height() + 9)

    def paint_row(self, painter: QPainter, row: QRect, position: int, is_selected: bool) -> None:
        """Everything that stands at a position."""
        rows = self._table.rows
        if rows.is_annotation(position):
            self._paint_annotation(painter, row, position, is_selected)
        elif number := rows.line_at(position):
            self._paint_line(painter, row, position, is_selected, number)
        else:
            self._paint_whole(painter, row, position, is_selected)
        self._paint_focus(painter, row, position)

    def pill_rect(self, position: int) -> QRect:
        """Where the offer of an annotation stands in the viewport; empty where there is none."""
        annotation = self._table.transcript.annotation_at(position, at_once=False)
        if annotation is None or not annotation.offer:
            return QRect()
        return self._annotation_layout(self._table.row_rect(position), annotation)[1]

    def fold_rect(self, position: int) -> QRect:
        """Where the mark that folds and unfolds a row stands; empty where there is none."""
        rows = self._table.rows
        if not rows.is_foldable(position) or rows.is_annotation(position) or rows.line_at(position):
            return QRect()
        row = self._table.row_rect(position)
        left = self._table.columnViewportPosition(Column.DIRECTION) + _FOLD_LEFT - 3
        return QRect(left, row.top(), DIRECTION_WIDTH - _FOLD_LEFT + 3, row.height())

    # Rows

    def _paint_whole(
        self, painter: QPainter, rect: QRect, position: int, is_selected: bool
    ) -> None:
        shown = self._table.transcript.look_at(position)
        colours, row = tokens(), shown.row
        if is_selected:
            painter.fillRect(rect, colours.color("selection"))
        elif shown.colour is not None:
            painter.fillRect(rect, colours.color(shown.colour.ground))
        if shown.is_marked:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), colours.color("accent"))
        painter.setFont(self._wire)
        painter.setPen(colours.color("muted"))
        for column in (Column.TIME, Column.WAIT):
            if text := row_text(row, column):
                painter.drawText(self._cell(rect, column), _RIGHT, text)
        direction = self._cell(rect, Column.DIRECTION)
        self._paint_direction(painter, direction, row)
        if shown.is_foldable:
            name = "chevron-down" if shown.is_open else "chevron-right"
            self._paint_icon(painter, name, "muted", _fold_left(direction), rect, _FOLD_SIZE)
        self._paint_words(painter, self._words_rect(rect), shown)

    def _cell(self, row: QRect, column: int) -> QRect:
        left, width = self._table.columnViewportPosition(column), self._table.columnWidth(column)
        return QRect(left + PAD, row.top(), width - 2 * PAD, row.height())

    def _words_rect(self, row: QRect) -> QRect:
        """Head and text are painted as one."""
        left = self._table.columnViewportPosition(Column.HEAD) + PAD
        return QRect(left, row.top(), max(0, row.right() - PAD - left), row.height())

    def _paint_line(
        self, painter: QPainter, row: QRect, position: int, is_selected: bool, number: int
    ) -> None:
        """One line of an unfolded row."""
        painter.fillRect(row, tokens().color("selection" if is_selected else "raised"))
        left = _fold_left(self._cell(row, Column.DIRECTION)) + _FOLD_SIZE // 2
        # One stroke from line to line tells which row they belong to.
        painter.setPen(QPen(tokens().color("control_border"), 1))
        painter.drawLine(left, row.top(), left, row.bottom())
        line = self._table.transcript.line_at(position)
        rect = self._words_rect(row)
        painter.setFont(self._wire)
        painter.setPen(tokens().color("muted"))
        if line.head:
            painter.drawText(rect, _LEFT, line.head)
            rect = rect.adjusted(self._table.columnWidth(Column.HEAD), 0, 0, 0)
            painter.setPen(tokens().color("text"))
        painter.drawText(rect, _LEFT, self.wire.elidedText(line.text, _ELIDE, rect.width()))

    def _paint_words(self, painter: QPainter, rect: QRect, shown: ShownRow) -> None:
        row, colour, lines = shown.row, shown.colour, shown.lines
        column = self._table.columnWidth(Column.HEAD)
        painter.setFont(self._bold)
        painter.setPen(tokens().color(colour.text if colour else head_token(row)))
        head = self._bold_metrics.elidedText(row.head, _ELIDE, rect.width() // 2)
        painter.drawText(rect, _LEFT, head)
        # A longer verb than its column has room for pushes its text to the right.
        start = max(column, self._bold_metrics.horizontalAdvance(head) + 2 * PAD)
        rest = rect.adjusted(start, 0, -_DEFECT_ROOM if row.has_defects else 0, 0)
        painter.setFont(self._wire)
        painter.setPen(tokens().color(colour.text if colour else "text"))
        tail = f"  {lines:,} lines" if lines > 1 else ""
        room = rest.width() - (self.wire.horizontalAdvance(tail) if tail else 0)
        text = self._fitted(row, room)
        painter.drawText(rest, _LEFT, text)
        if tail:
            painter.setPen(tokens().color("muted"))
            painter.drawText(rest.adjusted(self.wire.horizontalAdvance(text), 0, 0, 0), _LEFT, tail)
        if row.has_defects:
            self._paint_icon(painter, "warning", "warning", rest.right() + 6, rect, 11)

    def _paint_direction(self, painter: QPainter, rect: QRect, row: Row) -> None:
        name = {"C:": "arrow-right", "S:": "arrow-left"}.get(row.direction)
        if name is None:
            name = _EVENT_ICONS[row.kind]
        self._paint_icon(painter, name, head_token(row), rect.left() - 2, rect, 14)
        if row.tls and row.direction:
            self._paint_icon(painter, "lock", "muted", rect.left() + 13, rect, 11)

    def _paint_icon(
        self, painter: QPainter, name: str, token: str, left: int, rect: QRect, size: int
    ) -> None:
        picture = pixmap(name, token, size, self._table.devicePixelRatioF())
        painter.drawPixmap(left, rect.top() + (rect.height() - size) // 2, picture)

    def _fitted(self, row: Row, width: int) -> str:
        """The row's text cut to a width, its lines one behind the other."""
        # No more than could be shown is joined and measured: a reply may have thousands of lines.
        room = max(1, width // max(1, self.wire.averageCharWidth())) * 2 + 8
        text = row.text[:room].replace("\n", "  ")
        if len(row.text) > room:
            text += "…"
        return self.wire.elidedText(text, _ELIDE, width)

    # Annotations

    def _paint_annotation(
        self, painter: QPainter, row: QRect, position: int, is_selected: bool
    ) -> None:
        ground = "selection" if is_selected else "warning_surface"
        painter.fillRect(row, tokens().color(ground))
        bar = QRect(row.left(), row.top(), _BAR, row.height())
        painter.fillRect(bar, tokens().color("warning"))
        annotation = self._table.transcript.annotation_at(position, at_once=False)
        if annotation is None:
            return
        text, pill = self._annotation_layout(row, annotation)
        self._paint_icon(painter, "warning", "warning", self._annotation_left(), row, 12)
        painter.setFont(self._sentence)
        painter.setPen(tokens().color("warning"))
        shown = self._sentence_metrics.elidedText(annotation.sentence, _ELIDE, text.width())
        painter.drawText(text, _LEFT, shown)
        if not pill.isEmpty():
            self._paint_pill(painter, pill, annotation, position == self._table.hovered_pill)

    def _paint_pill(
        self, painter: QPainter, pill: QRect, annotation: Annotation, is_hovered: bool
    ) -> None:
        colours = tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.color("warning" if is_hovered else "warning_border"), 1))
        painter.setBrush(colours.color("surface"))
        radius = pill.height() / 2
        painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(self._wire)
        painter.setPen(colours.color("warning"))
        inner = pill.adjusted(_PILL_PAD, 0, -_PILL_PAD, 0)
        painter.drawText(inner, _LEFT, self._offer(annotation, inner.width()))

    def _annotation_left(self) -> int:
        return self._table.columnViewportPosition(Column.DIRECTION) + 3

    def _annotation_layout(self, row: QRect, annotation: Annotation) -> tuple[QRect, QRect]:
        """Where the sentence and the pill of an annotation stand; the pill may be empty."""
        left = self._annotation_left() + 18
        room = max(0, row.right() - PAD - left)
        wanted = self._sentence_metrics.horizontalAdvance(annotation.sentence) + 2
        if not annotation.offer:
            return QRect(left, row.top(), min(wanted, room), row.height()), QRect()
        full = self.wire.horizontalAdvance(annotation.offer) + 2 * _PILL_PAD + 2
        short = self.wire.horizontalAdvance(_short(annotation)) + 2 * _PILL_PAD + 2
        # The sentence comes first; the pill shrinks to its first command, then both share.
        pill = full if wanted + 12 + full <= room else min(short, full)
        text = min(wanted, max(room - 12 - pill, room // 2))
        pill = min(pill, max(room - 12 - text, min(_MIN_PILL, room)))
        text = max(0, min(text, room - 12 - pill))
        height = row.height() - 6
        top = row.top() + (row.height() - height) // 2
        return (
            QRect(left, row.top(), text, row.height()),
            QRect(left + text + (12 if text else 0), top, pill, height),
        )

    def _offer(self, annotation: Annotation, width: int) -> str:
        if self.wire.horizontalAdvance(annotation.offer) <= width:
            return annotation.offer
        return self.wire.elidedText(_short(annotation), _ELIDE, width)

    # Focus

    def _paint_focus(self, painter: QPainter, row: QRect, position: int) -> None:
        """A line around the current row."""
        if not self._table.hasFocus() or position != self._table.currentIndex().row():
            return
        painter.setPen(QPen(tokens().color("selection_border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(row.adjusted(0, 0, -1, -1))


def _fold_left(direction: QRect) -> int:
    return direction.left() - PAD + _FOLD_LEFT


def head_token(row: Row) -> str:
    """The colour of a row's head and arrow."""
    if row.is_negative:
        return "negative"
    return {
        RowKind.COMMAND: "command",
        RowKind.REPLY: "positive",
        RowKind.EVENT: "event",
        RowKind.REMARK: "muted",
    }.get(row.kind, "text")


def _short(annotation: Annotation) -> str:
    more = " …" if len(annotation.commands) > 1 else ""
    return f"Try {annotation.commands[0]}{more}"


_ELIDE = Qt.TextElideMode.ElideRight
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
)
