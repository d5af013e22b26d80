"""What the diagnosis panel scrolls: one diagnosis, from what it means to how to fix it."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from smtpdebugger.diagnosis.model import Alternative, Diagnosis
from smtpdebugger.gui.panels.diagnosis_advice import FixesBox, GuideBox, section, server_text
from smtpdebugger.gui.panels.diagnosis_alternatives import AlternativesBox
from smtpdebugger.gui.panels.diagnosis_cause import CauseRow
from smtpdebugger.gui.panels.diagnosis_code import CodeOf
from smtpdebugger.gui.panels.diagnosis_text import (
    brief_lines,
    code_text,
    fixes_of,
    is_refusal,
    meaning_lines,
    shown,
)
from smtpdebugger.gui.panels.diagnosis_verify import ShowedBox, VerifyBox
from smtpdebugger.gui.widgets.read_only import ReadOnlyText
from smtpdebugger.gui.widgets.text import WrappedLabel

LEAST_SHOWN = 0.02
"""A cause less probable than this is not worth a line."""

ROOM_LINES = 28
"""Lines of text that a panel has to have for evidence to be shown unasked."""
LINES_OF_CAUSE = 4
"""As many more for each further cause."""


@dataclass(frozen=True)
class Around:
    """What stands around a diagnosis and is no part of it."""

    changes: tuple[str, ...] = ()
    """What verification changed."""
    is_live: bool = False
    """Whether steps can be taken now."""
    lines: int = 1000
    """How many lines of text the panel is high."""
    code_of: CodeOf | None = None
    """Writes the developer's code of an alternative; None where there is none."""


NOTHING_AROUND = Around()


class DiagnosisContent(QWidget):
    """Built once for a diagnosis; ``before`` hands on what a person had unfolded."""

    alternative_chosen = Signal(Alternative)
    exchange_requested = Signal(int)
    verify_wanted = Signal()

    def __init__(
        self,
        diagnosis: Diagnosis,
        before: "DiagnosisContent | None" = None,
        around: Around = NOTHING_AROUND,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.diagnosis = diagnosis
        self.around = around
        self.verify: VerifyBox | None = None
        self.showed: ShowedBox | None = None
        self.causes: list[CauseRow] = []
        self.alternatives: AlternativesBox | None = None
        self.guide: GuideBox | None = None
        self.open_cause = ""
        self.is_chosen = False
        """Whether the person chose which cause is unfolded."""
        self.summary = ReadOnlyText()
        self._fixes: dict[str, FixesBox] = {}
        self._fixes_layout = QVBoxLayout()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 8, 0)
        self._layout.setSpacing(6)
        self._add_summary()
        self._add_changes()
        if is_refusal(diagnosis):
            self._add_causes()
        # Steps that cannot be taken come after what can be done.
        parts = [self._add_verification, self._add_alternatives]
        for add in parts if around.is_live else reversed(parts):
            add()
        self._layout.addLayout(self._fixes_layout)
        self._add_meaning()
        self._add_guide(open_=before is not None and before.guide_is_open)
        self._add_server()
        self._layout.addStretch(1)
        if self.causes:
            self._unfold_first(before)

    @property
    def guide_is_open(self) -> bool:
        """Whether the guide's points are shown."""
        return self.guide is not None and self.guide.is_open

    @property
    def _has_room(self) -> bool:
        """Whether evidence, steps and the first alternative can be in sight together.

        Else evidence waits until somebody asks for it.
        """
        return self.around.lines >= ROOM_LINES + LINES_OF_CAUSE * (len(self.causes) - 1)

    def unfold(self, cause: str) -> None:
        """As a person wants it: show the evidence of one cause, and how to fix that one.

        An open one is folded.
        """
        self.is_chosen = True
        self._unfold(cause)

    def _unfold(self, cause: str) -> None:
        self.open_cause = "" if cause == self.open_cause else cause
        for row in self.causes:
            row.set_open(open_=row.cause.id == self.open_cause)
        self._show_fixes()

    def _unfold_first(self, before: "DiagnosisContent | None") -> None:
        ids = [row.cause.id for row in self.causes]
        if before is not None and before.is_chosen and before.open_cause in {"", *ids}:
            first, self.is_chosen = before.open_cause, True
        else:
            first = ids[0] if self._has_room else ""
        if first:
            self._unfold(first)
        else:
            self._show_fixes()

    def _add_summary(self) -> None:
        text = self.summary
        text.setAccessibleName("Diagnosis")
        text.show_paragraphs(shown(self.diagnosis.summary), brief_lines(self.diagnosis))
        self._layout.addWidget(text)

    def _add_changes(self) -> None:
        if self.around.changes:
            self.showed = ShowedBox(self.around.changes)
            self._layout.addWidget(self.showed)

    def _add_causes(self) -> None:
        causes = self.diagnosis.causes
        probable = [each for each in causes if each.probability >= LEAST_SHOWN] or causes[:1]
        if not probable:
            return
        self._add_section("LIKELY CAUSES")
        rows = QVBoxLayout()
        rows.setSpacing(0)
        self._layout.addLayout(rows)
        for index, cause in enumerate(probable):
            row = CauseRow(cause, leading=index == 0)
            row.toggled.connect(self.unfold)
            row.exchange_requested.connect(self.exchange_requested)
            self.causes.append(row)
            rows.addWidget(row)

    def _add_alternatives(self) -> None:
        if not self.diagnosis.alternatives:
            return
        self._add_section("INSTEAD")
        self.alternatives = AlternativesBox(self.diagnosis.alternatives, self.around.code_of)
        self.alternatives.chosen.connect(self.alternative_chosen)
        self._layout.addWidget(self.alternatives)

    def _add_verification(self) -> None:
        steps, around = self.diagnosis.verification, self.around
        if steps:
            again = bool(around.changes)
            self.verify = VerifyBox(steps, possible=around.is_live, again=again)
            self.verify.wanted.connect(self.verify_wanted)
            self._layout.addWidget(self.verify)

    def _show_fixes(self) -> None:
        rows = [row for row in self.causes if row.cause.id == self.open_cause] or self.causes[:1]
        cause = rows[0].cause
        if cause.id not in self._fixes and fixes_of(cause.fixes):
            box = FixesBox(cause.fixes)
            self._fixes[cause.id] = box
            self._fixes_layout.addWidget(box)
        for each, box in self._fixes.items():
            box.setVisible(each == cause.id)

    def _add_meaning(self) -> None:
        lines = meaning_lines(self.diagnosis)
        if lines:
            self._add_section(f"WHAT {code_text(self.diagnosis)} MEANS")
            self._layout.addWidget(WrappedLabel("\n".join(lines)))

    def _add_guide(self, *, open_: bool) -> None:
        if self.diagnosis.guide:
            self.guide = GuideBox(self.diagnosis.guide, open_=open_)
            self._layout.addWidget(self.guide)

    def _add_server(self) -> None:
        text = server_text(self.diagnosis.server)
        if text:
            self._layout.addWidget(WrappedLabel(text, "small"))

    def _add_section(self, title: str) -> None:
        self._layout.addWidget(section(title))
