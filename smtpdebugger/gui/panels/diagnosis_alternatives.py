"""The alternatives of a diagnosis: a group of buttons, each named by what it would send."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGroupBox, QHBoxLayout, QVBoxLayout, QWidget

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.panels.diagnosis_code import CodeBox, CodeOf
from smtpdebugger.gui.panels.diagnosis_text import consequence_lines, reference_text, shown
from smtpdebugger.gui.widgets.text import WrappedButton, WrappedLabel

WITH_KEYS = 9
"""Alt+1 to Alt+9 choose an alternative."""


class AlternativesBox(QGroupBox):
    """Buttons, because a screen reader can press a button and not an item of a list."""

    chosen = Signal(Alternative)

    def __init__(
        self,
        alternatives: tuple[Alternative, ...],
        code_of: CodeOf | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._code_of = code_of
        self.codes: list[CodeBox] = []
        self.setAccessibleName("Alternatives")
        self.setFlat(True)
        self.buttons: list[WrappedButton] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for alternative in alternatives:
            layout.addLayout(self._entry(alternative))

    def _entry(self, alternative: Alternative) -> QVBoxLayout:
        entry = QVBoxLayout()
        entry.setSpacing(2)
        row = QHBoxLayout()
        button = self._button(alternative)
        row.addWidget(button, 1)
        row.addStretch(0)
        entry.addLayout(row)
        key = button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        about = " · ".join(part for part in (reference_text(alternative.reference), key) if part)
        lines = (*consequence_lines(alternative), about)
        entry.addWidget(WrappedLabel("\n".join(line for line in lines if line), "small"))
        if alternative.delivers:
            entry.addWidget(WrappedLabel("▲ Could deliver mail", "warning"))
        if self._code_of is not None and (alternative.action != "other" or alternative.kind):
            box = CodeBox(alternative, self._code_of)
            self.codes.append(box)
            entry.addWidget(box)
        return entry

    def _button(self, alternative: Alternative) -> WrappedButton:
        button = WrappedButton(shown(alternative.label), "pill")
        about = " ".join(consequence_lines(alternative))
        delivers = " Could deliver mail." if alternative.delivers else ""
        button.setAccessibleDescription(f"{about}{delivers}")
        button.clicked.connect(lambda: self.chosen.emit(alternative))
        self.buttons.append(button)
        if len(self.buttons) <= WITH_KEYS:
            button.setShortcut(QKeySequence(f"Alt+{len(self.buttons)}"))
        return button
