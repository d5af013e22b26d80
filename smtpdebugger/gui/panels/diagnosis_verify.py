"""The verification of a diagnosis: the steps before they run, and what they changed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from smtpdebugger.diagnosis.model import Step
from smtpdebugger.gui.panels.diagnosis_advice import column, section
from smtpdebugger.gui.panels.diagnosis_text import shown
from smtpdebugger.gui.theme import set_icon
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.read_only import ReadOnlyText
from smtpdebugger.gui.widgets.text import WrappedLabel

KEY = "F9"
"""The menu has it; a shortcut of the button as well would be one too many."""


class ShowedBox(QWidget):
    """What the steps that ran have changed."""

    def __init__(self, changes: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Verified")
        self.told = ReadOnlyText()
        self.told.setAccessibleName("What the steps showed")
        first, *others = map(shown, changes)
        self.told.show_paragraphs(first, tuple(others))
        layout = column(self)
        layout.addWidget(section("WHAT THE STEPS SHOWED"))
        layout.addWidget(self.told)


class VerifyBox(QWidget):
    """Steps that would tell the causes apart, on one key.

    What is sent is always in sight, what each would tell is one press away.
    """

    wanted = Signal()

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        possible: bool = False,
        again: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """``possible``: whether there is a connection on which the steps can run.

        ``again``: whether others ran already.
        """
        super().__init__(parent)
        self.setAccessibleName("Verification")
        self.button = EnterButton(f"Run {_counted(len(steps), 'step')}")
        self.toggle = EnterButton("What they tell")
        self.steps: list[WrappedLabel] = []
        """What is sent, a line for each step."""
        self._tells: list[QWidget] = []
        layout = column(self)
        layout.addWidget(section("TO BE SURER" if again else "TO BE SURE"))
        for step in steps:
            self.steps.append(WrappedLabel(shown(step.label), "wire"))
            layout.addWidget(self.steps[-1])
            self._tells.append(WrappedLabel(shown(step.tells), "small"))
            layout.addWidget(self._tells[-1])
        self._add_foot(layout, steps, possible=possible)
        self.set_open(open_=False)

    @property
    def is_open(self) -> bool:
        """Whether it is shown what each step would tell."""
        return any(not each.isHidden() for each in self._tells)

    def set_open(self, *, open_: bool) -> None:
        """Show or hide what each step would tell."""
        for each in self._tells:
            each.setVisible(open_)
        set_icon(self.toggle, "chevron-down" if open_ else "chevron-right")
        self.toggle.setAccessibleDescription("Shown" if open_ else "Folded")

    def _add_foot(self, layout: QVBoxLayout, steps: Sequence[Step], *, possible: bool) -> None:
        self.toggle.setProperty("role", "link")
        self.toggle.clicked.connect(lambda: self.set_open(open_=not self.is_open))
        button = self.button
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.setEnabled(possible)
        tells = " ".join(step.tells for step in steps)
        button.setAccessibleDescription(f"{tells} Nothing is delivered, no password is tried.")
        button.setToolTip(f"Harmless: nothing is delivered, no password is tried ({KEY})")
        button.clicked.connect(self.wanted)
        row = QHBoxLayout()
        row.addWidget(button)
        row.addWidget(WrappedLabel(KEY, "small"), 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.toggle)
        layout.addLayout(row)
        if not possible:
            layout.addWidget(WrappedLabel("They can run while the connection is open.", "small"))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
