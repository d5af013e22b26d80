"""Stage bar: how far the connection came, from connecting to QUIT, in one line."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from smtpdebugger.gui.models.stages import Progress, Stage, in_words, stages
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.theme import plain_tip, text_font, tokens

_RADIUS = 5.5
_PAD = 8
_GAP = 4

_TOKENS = {
    Progress.DONE: "positive",
    Progress.FAILED: "negative",
    Progress.CURRENT: "accent",
    Progress.SKIPPED: "control_border",
    Progress.PENDING: "control_border",
}


class StageBar(QLabel):
    """Named ``Session stage``; its description tells the stage in words.

    It is a label for the role that a label has with screen readers; it has no text of its own.
    """

    def __init__(self, watcher: SessionWatcher, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("Session stage")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._watcher = watcher
        self._stages: tuple[Stage, ...] = ()
        watcher.replaced.connect(self.refresh)
        watcher.changed.connect(self.refresh)
        self.refresh()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is shown."""
        return self._stages

    def refresh(self) -> None:
        """Show the session as it stands."""
        now = stages(self._watcher.session)
        if now != self._stages:
            self._stages = now
            self.setAccessibleDescription(in_words(now))
            self.update()

    def tip_at(self, x: int) -> str:
        """How the stage at a place stands."""
        stage = self._stage_at(x)
        note = f" ({stage.note})" if stage.note else ""
        return f"{stage.name}: {stage.progress.value}{note}"

    def sizeHint(self) -> QSize:
        """One line of marks, one of names."""
        height = 2 * _PAD + round(2 * _RADIUS) + _GAP + QFontMetrics(text_font(small=True)).height()
        return QSize(600, height)

    def minimumSizeHint(self) -> QSize:
        """As low as it is, and narrow."""
        return QSize(360, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """A stage's tool tip tells how it stands."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.tip_at(event.pos().x())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line of marks; what is done is joined by a coloured line."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in range(len(self._stages) - 1):
            self._paint_line(painter, place)
        for place, stage in enumerate(self._stages):
            self._paint_mark(painter, self._mark(place), stage.progress)
            self._paint_name(painter, place, stage)
        painter.end()

    def _cell(self) -> float:
        return (self.width() - 2 * _PAD) / max(1, len(self._stages))

    def _mark(self, place: int) -> QPointF:
        return QPointF(_PAD + (place + 0.5) * self._cell(), _PAD + _RADIUS + 1)

    def _stage_at(self, x: int) -> Stage:
        place = int((x - _PAD) / self._cell())
        return self._stages[min(max(place, 0), len(self._stages) - 1)]

    def _paint_line(self, painter: QPainter, place: int) -> None:
        after = self._stages[place + 1 :]
        went_on = any(stage.progress is Progress.DONE for stage in after)
        painter.setPen(QPen(tokens().color("positive" if went_on else "track"), 2))
        start, end = self._mark(place), self._mark(place + 1)
        gap = QPointF(_RADIUS + 2, 0)
        painter.drawLine(start + gap, end - gap)

    def _paint_mark(self, painter: QPainter, centre: QPointF, progress: Progress) -> None:
        colours = tokens()
        painter.setPen(QPen(colours.color(_TOKENS[progress]), 2))
        is_full = progress in {Progress.DONE, Progress.FAILED}
        painter.setBrush(colours.color(_TOKENS[progress] if is_full else "surface"))
        painter.drawEllipse(centre, _RADIUS - 1, _RADIUS - 1)
        if progress is Progress.FAILED:
            # Not by colour alone: a failed stage carries a cross.
            painter.setPen(QPen(colours.color("surface"), 1.4))
            arm = QPointF(2, 2)
            painter.drawLine(centre - arm, centre + arm)
            painter.drawLine(centre + QPointF(-2, 2), centre + QPointF(2, -2))
        elif progress is Progress.SKIPPED:
            painter.drawLine(centre - QPointF(2, 0), centre + QPointF(2, 0))

    def _paint_name(self, painter: QPainter, place: int, stage: Stage) -> None:
        font = text_font(small=True, bold=stage.progress is Progress.CURRENT)
        painter.setFont(font)
        token = {
            Progress.DONE: "text",
            Progress.CURRENT: "text",
            Progress.FAILED: "negative",
        }.get(stage.progress, "muted")
        painter.setPen(tokens().color(token))
        cell = self._cell()
        top = _PAD + round(2 * _RADIUS) + _GAP
        rect = QRectF(_PAD + place * cell, top, cell, QFontMetrics(font).height())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), stage.name)
