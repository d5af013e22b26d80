"""The verification of a diagnosis: the steps before they run, and what they changed."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from smtpdebugger.diagnosis.model import Step
from smtpdebugger.gui.panels.diagnosis_advice import column, section
from smtpdebugger.gui.panels.diagnosis_text import shown
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.read_only import ReadOnlyText
from smtpdebugger.gui.widgets.text import WrappedLabel

KEY = "F9"
"""The menu has it; a shortcut of the button as well would be one too many."""


class VerifyBox(QWidget):
    """Steps that would tell the causes apart, on one key; then what they showed."""

    wanted = Signal()

    def __init__(
        self,
        steps: Sequence[Step],
        changes: Sequence[str] = (),
        *,
        possible: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """``possible``: whether there is a connection on which the steps can run."""
        super().__init__(parent)
        self.setAccessibleName("Verification")
        self.button = EnterButton(f"Run {_counted(len(steps), 'step')}")
        layout = column(self)
        if changes:
            layout.addWidget(section("WHAT THE STEPS SHOWED"))
            self.told = ReadOnlyText()
            self.told.setAccessibleName("What the steps showed")
            first, *others = map(shown, changes)
            self.told.show_paragraphs(first, tuple(others))
            layout.addWidget(self.told)
        if steps:
            layout.addWidget(section("TO BE SURE" if not changes else "TO BE SURER"))
            self._add_steps(layout, steps, possible=possible)

    def _add_steps(self, layout: QVBoxLayout, steps: Sequence[Step], *, possible: bool) -> None:
        for step in steps:
            layout.addWidget(WrappedLabel(shown(step.label), "wire"))
            layout.addWidget(WrappedLabel(shown(step.tells), "small"))
        button = self.button
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.setEnabled(possible)
        tells = " ".join(step.tells for step in steps)
        button.setAccessibleDescription(f"{tells} Nothing is delivered, no password is tried.")
        button.setToolTip(f"Harmless: nothing is delivered, no password is tried ({KEY})")
        button.clicked.connect(self.wanted)
        row = QHBoxLayout()
        row.addWidget(button)
        row.addWidget(WrappedLabel(KEY, "small"), 1)
        layout.addLayout(row)
        if not possible:
            layout.addWidget(WrappedLabel("They can run while the connection is open.", "small"))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
