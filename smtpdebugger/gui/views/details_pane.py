"""Details pane: the selected row completely, below the transcript."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class DetailsPane(QPlainTextEdit):
    """Read-only text, named ``Row details`` for screen readers."""

    left = Signal()
    """Esc was pressed in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Row details")
        self.setProperty("role", "details")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 2)

    def show_text(self, text: str) -> None:
        """Show a text from its beginning."""
        if text != self.toPlainText():
            self.setPlainText(text)

    def wanted_height(self) -> int:
        """The height that shows the whole text, in pixels; lines that wrap count once."""
        margins = 2 * (self.frameWidth() + round(self.document().documentMargin())) + 4
        return self.blockCount() * self.fontMetrics().lineSpacing() + margins

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the rows."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
