"""A button that Enter presses too, not only the space bar."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton


class EnterButton(QPushButton):
    """Qt lets Enter press a button in dialogs only; in a panel people expect it as well."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, every other key does what it always does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)
