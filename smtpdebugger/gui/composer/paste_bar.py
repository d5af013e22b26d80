"""Asks what to do with several pasted lines, in place: no dialog stands in the way."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from smtpdebugger.gui.theme import plain_tip
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.text import ElidedLabel


class PasteBar(QFrame):
    """One by one, all ahead, or not at all."""

    chosen = Signal(list, bool)
    """The lines, and whether to send them ahead of their replies."""
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setAccessibleName("Pasted lines")
        self._lines: list[str] = []
        self._question = ElidedLabel()
        self.one_by_one = _button("One by one", "Each line waits for the reply to the one before.")
        self.one_by_one.clicked.connect(lambda: self._choose(ahead=False))
        self.ahead = _button("All ahead (pipelined)", "All lines at once, then the replies.")
        self.ahead.clicked.connect(lambda: self._choose(ahead=True))
        self.cancel = _button("Cancel", "Send none of them.")
        self.cancel.clicked.connect(self._cancel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.addWidget(self._question, 1)
        for button in (self.one_by_one, self.ahead, self.cancel):
            layout.addWidget(button)
        self.hide()

    def ask(self, lines: list[str], *, pipelining: bool) -> None:
        """Show the question."""
        self._lines = list(lines)
        doubt = "" if pipelining else " PIPELINING is not offered."
        self._question.setText(f"Send {len(lines)} lines?{doubt}")
        self.setToolTip(plain_tip("\n".join(lines[:20])))
        self.show()
        self.one_by_one.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc sends none of them."""
        if event.key() == Qt.Key.Key_Escape:
            self._cancel()
        else:
            super().keyPressEvent(event)

    def _choose(self, *, ahead: bool) -> None:
        lines, self._lines = self._lines, []
        self.hide()
        self.chosen.emit(lines, ahead)

    def _cancel(self) -> None:
        self._lines = []
        self.hide()
        self.cancelled.emit()


def _button(text: str, tip: str) -> QPushButton:
    button = EnterButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button
