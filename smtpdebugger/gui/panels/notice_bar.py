"""A notice above the transcript: one sentence, at most one thing to do about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget


class NoticeBar(QFrame):
    """Hidden while there is nothing to say. It never takes the keyboard away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setAccessibleName("Notice")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        close = QPushButton("Dismiss")
        close.setAccessibleName("Dismiss notice")
        close.clicked.connect(self.hide)
        self._action: Callable[[], None] | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(close)
        self.hide()

    def tell(
        self, sentence: str, label: str = "", action: Callable[[], None] | None = None
    ) -> None:
        """Show a sentence, with a button that does something about it where there is one."""
        self._look("notice")
        self._show(sentence, label, action)

    def mention(
        self, sentence: str, label: str = "", action: Callable[[], None] | None = None
    ) -> None:
        """The same of what goes as it should: no warning, and it does not look like one."""
        self._look("news")
        self._show(sentence, label, action)

    def _look(self, role: str) -> None:
        if role != self.property("role"):
            self.setProperty("role", role)
            for each in (self, self._text):
                each.style().unpolish(each)
                each.style().polish(each)

    def _show(self, sentence: str, label: str, action: Callable[[], None] | None) -> None:
        self._text.setText(sentence)
        self._text.setAccessibleName(sentence)
        self.setAccessibleDescription(sentence)
        self._button.setText(label)
        self._button.setAccessibleName(label)
        self._button.setVisible(bool(label))
        self._action = action
        self.show()

    def _act(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
