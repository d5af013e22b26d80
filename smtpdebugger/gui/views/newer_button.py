"""Newer button: tells how many rows came while the person reads older ones."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

_MARGIN = 8


class NewerButton(QPushButton):
    """Floats at the lower edge of its parent; hidden while nothing is new."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._count = 0
        self.setProperty("role", "primary")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Go to the newest row and follow (Esc in the table)")
        self.hide()

    @property
    def count(self) -> int:
        """How many rows are new."""
        return self._count

    def show_count(self, count: int) -> None:
        """Tell a number of new rows; 0 hides the button."""
        self._count = count
        text = f"{count:,} new row{'s' * (count != 1)}"
        self.setText(f"{text} ↓")
        self.setAccessibleName(text)
        self.setVisible(count > 0)
        self.place()

    def place(self) -> None:
        """Take the place in the middle of the parent's lower edge."""
        self.adjustSize()
        parent = self.parentWidget()
        if parent is None:
            return
        area = parent.rect()
        self.move((area.width() - self.width()) // 2, area.height() - self.height() - _MARGIN)
