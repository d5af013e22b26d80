"""One likely cause: a bar for its probability, and folded under it what speaks for and against."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from smtpdebugger.diagnosis.model import Evidence, RankedCause
from smtpdebugger.gui.panels.diagnosis_text import cause_title, evidence_sentence, percent, shown
from smtpdebugger.gui.theme import text_font, tokens
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.tab_order import stands_behind
from smtpdebugger.gui.widgets.text import WrappedLabel, wrap, wrapped_height

SHOWN_FOR, SHOWN_AGAINST = 2, 2
"""Pieces of evidence shown at once; the others are one press away."""
BAR_WIDTH = 56
BAR_HEIGHT = 6
_GAP = 8
_PERCENT_WIDTH = 44
_PADDING = 4


class CauseHead(EnterButton):
    """The cause's line: pressing it, or Enter, unfolds the evidence."""

    def __init__(self, cause: RankedCause, *, leading: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cause = cause
        self._leading = leading
        self._title = shown(cause_title(cause))
        self.setAccessibleName(f"{self._title}, {percent(cause.probability)}")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def hasHeightForWidth(self) -> bool:
        """The height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the title in lines of what the bar leaves."""
        return max(self._line_height(), wrapped_height(self._layout(width))) + 2 * _PADDING

    def sizeHint(self) -> QSize:
        """A column of forty characters."""
        width = BAR_WIDTH + _PERCENT_WIDTH + self.fontMetrics().averageCharWidth() * 40
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """The bar and a few characters."""
        return QSize(BAR_WIDTH + _PERCENT_WIDTH + 60, self._line_height() + 2 * _PADDING)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bar, title, percentage; a ring where the keyboard is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens()
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.color("raised"))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        self._draw_bar(painter)
        painter.setPen(colours.color("text"))
        top = QPointF(BAR_WIDTH + _GAP + _PADDING, _PADDING)
        self._layout(self.width()).draw(painter, top)
        painter.setPen(colours.color("muted"))
        painter.setFont(text_font(small=True))
        right = QRectF(0, _PADDING, self.width() - _PADDING, self._line_height())
        painter.drawText(
            right,
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            percent(self._cause.probability),
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _draw_bar(self, painter: QPainter) -> None:
        colours = tokens()
        top = _PADDING + (self._line_height() - BAR_HEIGHT) / 2
        track = QRectF(_PADDING, top, BAR_WIDTH, BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.color("track"))
        painter.drawRoundedRect(track, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        length = max(2.0, BAR_WIDTH * min(1.0, self._cause.probability))
        painter.setBrush(colours.color("accent"))
        filled = QRectF(_PADDING, top, length, BAR_HEIGHT)
        radius = min(BAR_HEIGHT, length) / 2
        painter.drawRoundedRect(filled, radius, radius)

    def _layout(self, width: int) -> QTextLayout:
        layout = QTextLayout(self._title, text_font(), self)
        if self._leading:
            bold = QTextLayout.FormatRange()
            bold.start, bold.length = 0, len(self._cause.family_title or self._title)
            bold.format.setFontWeight(QFont.Weight.DemiBold)
            layout.setFormats([bold])
        wrap(layout, width - BAR_WIDTH - _GAP - 2 * _PADDING - _PERCENT_WIDTH)
        return layout

    def _line_height(self) -> int:
        return self.fontMetrics().height()


class CauseRow(QWidget):
    """A cause with its evidence, folded or not."""

    toggled = Signal(str)
    """The id of the cause whose line was pressed."""
    exchange_requested = Signal(int)

    def __init__(self, cause: RankedCause, *, leading: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cause = cause
        self.head = CauseHead(cause, leading=leading)
        self.head.clicked.connect(lambda: self.toggled.emit(cause.id))
        self._body: QWidget | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        self.set_open(open_=False)

    @property
    def is_open(self) -> bool:
        """Whether the evidence is shown."""
        return self._body is not None and not self._body.isHidden()

    def set_open(self, *, open_: bool) -> None:
        """Show or hide the evidence; it is only built when it is first asked for."""
        if open_ and self._body is None:
            self._body = self._make_body()
            layout = self.layout()
            if layout is not None:
                layout.addWidget(self._body)
            stands_behind(self.head, self._body)
        if self._body is not None:
            self._body.setVisible(open_)
        state = "Evidence is shown" if open_ else "Press for the evidence"
        self.head.setAccessibleDescription(f"{shown(self.cause.explanation)} {state}")

    def _make_body(self) -> QWidget:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(_PADDING, 0, 0, 2)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        if self.cause.explanation:
            grid.addWidget(WrappedLabel(shown(self.cause.explanation), "small"), 0, 0, 1, 3)
        speaking_for = [("+", piece) for piece in self.cause.evidence]
        against = [("−", piece) for piece in self.cause.against]
        for sign, piece in speaking_for[:SHOWN_FOR] + against[:SHOWN_AGAINST]:
            self._add_evidence(grid, sign, piece)
        rest = speaking_for[SHOWN_FOR:] + against[SHOWN_AGAINST:]
        if rest:
            self._add_more(grid, rest)
        return body

    def _add_more(self, grid: QGridLayout, rest: list[tuple[str, Evidence]]) -> None:
        more = EnterButton(f"{len(rest)} more")
        more.setProperty("role", "link")
        more.setAccessibleName(f"{len(rest)} more pieces of evidence")

        def show_rest() -> None:
            more.hide()
            for sign, piece in rest:
                self._add_evidence(grid, sign, piece)
            if self._body is not None:
                stands_behind(self.head, self._body)
            self.head.setFocus()

        more.clicked.connect(show_rest)
        grid.addWidget(more, grid.rowCount(), 1, Qt.AlignmentFlag.AlignLeft)

    def _add_evidence(self, grid: QGridLayout, sign: str, piece: Evidence) -> None:
        row = grid.rowCount()
        speaks_for = sign == "+"
        mark = QLabel(sign)
        mark.setTextFormat(Qt.TextFormat.PlainText)
        mark.setProperty("role", "ok" if speaks_for else "error")
        mark.setAccessibleName("For" if speaks_for else "Against")
        grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(WrappedLabel(evidence_sentence(piece), "small"), row, 1)
        if piece.exchange:
            grid.addWidget(self._link(piece.exchange), row, 2, Qt.AlignmentFlag.AlignTop)

    def _link(self, exchange: int) -> QPushButton:
        link = EnterButton(f"#{exchange}")
        link.setProperty("role", "link")
        link.setAccessibleName(f"Show exchange {exchange}")
        link.setToolTip(f"Show exchange {exchange} in the transcript")
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.clicked.connect(lambda: self.exchange_requested.emit(exchange))
        return link
