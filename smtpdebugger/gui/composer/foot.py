"""The composer's last line: the chips and the advice, beside each other where there is room."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from smtpdebugger.gui.composer.chips import ChipRow
from smtpdebugger.gui.composer.title import AdviceLabel

WIDE = 700
"""Pixels from which the advice stands beside the chips, not under them."""


class Foot(QWidget):
    """What could be sent now, and what is to be said of what is being written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips = ChipRow("Legal now", "Legal now")
        self.advice = AdviceLabel()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addWidget(self.chips, 1)
        self._layout.addWidget(self.advice)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may want another direction."""
        wide = event.size().width() >= WIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        super().resizeEvent(event)
