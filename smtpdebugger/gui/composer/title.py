"""The composer's first line, with the syntax of the command, and the label for the advice."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from smtpdebugger.diagnosis.advice import Advice
from smtpdebugger.gui.widgets.text import ElidedLabel

_SECTION = r"(RFC \d+) (\d)"
_SIGNS = {"ok": "✓ ", "warning": "▲ ", "note": ""}
_ROLES = {"ok": "ok", "warning": "warning", "note": "muted"}


def with_section_sign(reference: str) -> str:
    """``RFC 5321 4.1.1.2`` as ``RFC 5321 §4.1.1.2``."""
    return re.sub(_SECTION, r"\1 §\2", reference)


class TitleRow(QWidget):
    """The title and how the command being typed is written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel("Composer")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setAccessibleName("Composer heading")
        title.setProperty("role", "title")
        self._syntax = ElidedLabel(role="small")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(self._syntax, 1)

    def show_syntax(self, advice: Advice) -> None:
        """Show the syntax and where it is defined."""
        parts = (advice.syntax, with_section_sign(advice.reference))
        self._syntax.setText(" · ".join(part for part in parts if part))


class AdviceLabel(ElidedLabel):
    """The sentence of an advice, in the colour of its level and with a sign for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(role="muted", parent=parent)
        self.advice = Advice()
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_advice(self, advice: Advice) -> None:
        """Show another advice."""
        if advice.level != self.advice.level:
            self.setProperty("role", _ROLES[advice.level])
            self.style().unpolish(self)
            self.style().polish(self)
        self.advice = advice
        self.setText(_SIGNS[advice.level] + advice.sentence if advice.sentence else "")
