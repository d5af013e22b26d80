"""The diagnosis panel: why a reply came, how sure that is, what to do instead, how to fix it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.tab_order import stands_behind
from smtpdebugger.gui.widgets.text import ElidedLabel, WrappedLabel
from smtpdebugger.session.session import Session

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.model import Diagnosis
    from smtpdebugger.gui.panels.diagnosis_content import DiagnosisContent

SETTLE_MILLISECONDS = 120
"""How long the session may move on before what is shown is looked at again."""

KEY_REPEAT_MILLISECONDS = 60
"""Faster than so nobody goes from row to row but by holding a key."""

LEAST_SUBJECT = 9
"""Characters of the command; fewer tell nobody anything."""

NO_STEPS = "There are no harmless steps that would tell more about this."

NOTHING = "Nothing was refused yet. A reply that refuses is explained here; so is any selected row."


class DiagnosisPanel(QFrame):
    """Explains the selected exchange, or the latest negative reply where none is selected."""

    alternative_chosen = Signal(object)
    """An Alternative of the diagnosis."""
    exchange_requested = Signal(int)
    verify_wanted = Signal(int)
    """The exchange whose verification steps are to be taken."""
    verify_refused = Signal(str)
    """Why there is nothing to verify, or no way to."""
    report_wanted = Signal(str)
    """``text`` or ``markdown``."""

    def __init__(
        self, watcher: SessionWatcher, explainer: Explainer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Diagnosis")
        self.setProperty("role", "card")
        self._watcher, self._explainer = watcher, explainer
        self._selected: int | None = None
        self._content: DiagnosisContent | None = None
        self._pointed_at: DiagnosisContent | None = None
        """The one whose steps were scrolled to."""
        self._code = ElidedLabel(role="error")
        self._subject = ElidedLabel(role="muted")
        self._subject.least = LEAST_SUBJECT
        self._copy = EnterButton("Copy")
        self._report = EnterButton("Report")
        self._is_live = False
        self._was_held = False
        self._empty = WrappedLabel(NOTHING, "muted")
        self._scroll = QScrollArea()
        self._holder = QVBoxLayout()
        self._built = QElapsedTimer()
        self._asked = QElapsedTimer()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self.refresh)
        self._place()
        watcher.changed.connect(self._grown)
        watcher.replaced.connect(self._begin)
        explainer.ready.connect(self._begin_to_explain)
        self.refresh()

    @property
    def diagnosis(self) -> "Diagnosis | None":
        """What is shown, or None while nothing is."""
        return None if self._content is None else self._content.diagnosis

    @property
    def content(self) -> "DiagnosisContent | None":
        """The widgets of what is shown."""
        return self._content

    def show_exchange(self, number: int | None) -> None:
        """Explain an exchange; None or 0: follow the latest negative reply again."""
        self._selected = number or None
        is_held = self._asked.isValid() and self._asked.elapsed() < KEY_REPEAT_MILLISECONDS
        self._asked.start()
        if is_held and self._selected is not None:
            # Nobody reads what is passed over.
            self._settle.start()
        else:
            self.refresh()

    def set_live(self, is_live: bool) -> None:
        """Whether verification steps can be taken now."""
        if is_live is not self._is_live:
            self._is_live = is_live
            self.refresh()

    def verify(self) -> None:
        """Take the steps that would tell the causes apart; nobody sends what he has not seen.

        Where they are out of sight they are shown first, and taken the next time.
        """
        content = self._content
        if content is None or content.verify is None:
            self.verify_refused.emit(NO_STEPS)
        elif not self._is_live:
            self.verify_refused.emit("These steps need the connection, and it is not open.")
        elif self._pointed_at is content or all(map(_is_in_sight, content.verify.steps)):
            self._take_steps()
        else:
            self._pointed_at = content
            self._scroll.ensureWidgetVisible(content.verify)
            self._scroll.ensureWidgetVisible(content.verify.button)
            content.verify.button.setFocus()

    def _take_steps(self) -> None:
        if self.diagnosis is not None:
            self.verify_wanted.emit(self.diagnosis.exchange)

    def refresh(self) -> None:
        """Explain what is to be explained as things stand now."""
        self._settle.stop()
        self._was_held = False
        session = self._watcher.session
        number = self._selected or session.latest_refusal
        diagnosis = None
        if number is not None and number <= len(session.exchanges):
            diagnosis = self._explainer.explain(session, session.exchange(number))
        if diagnosis is None:
            self._show_nothing(session, number)
        elif diagnosis != self.diagnosis or self._has_changed_around(diagnosis.exchange):
            self._show(diagnosis)

    def _has_changed_around(self, number: int) -> bool:
        content = self._content
        if content is None:
            return True
        around = content.around
        now = (self._explainer.changes(number), self._is_live)
        return now != (around.changes, around.is_live)

    def _grown(self) -> None:
        before = self.diagnosis.exchange if self.diagnosis is not None else None
        wanted = self._selected or self._watcher.session.latest_refusal
        is_burst = self._built.isValid() and self._built.elapsed() < SETTLE_MILLISECONDS
        if wanted != before and not is_burst and not self._was_held:
            self.refresh()
        elif wanted is not None and not self._settle.isActive():
            # The same reply, and only what is possible now may have changed; or refusals come
            # faster than anybody reads.
            self._settle.start()

    def _begin_to_explain(self) -> None:
        # Loaded here rather than with the first refusal, which nobody should wait for.
        import smtpdebugger.gui.panels.diagnosis_content  # noqa: F401, PLC0415

        self.refresh()

    def _begin(self) -> None:
        self._selected = None
        if self._watcher.is_held:
            # What was refused last is known when the whole file was read; then others are busy.
            self._was_held = True
            self._show_nothing(self._watcher.session, None)
        else:
            self.refresh()

    def _show_nothing(self, session: Session, number: int | None) -> None:
        self._put(None)
        waits = number is not None and session.exchange(number).reply is None
        if number is None:
            text = NOTHING
        elif waits:
            text = "The server has not replied to this yet."
        elif self._explainer.knowledge is None:
            text = "One moment: what is known of SMTP is still being read."
        else:
            text = "There is nothing to explain about this."
        self._empty.setText(text)
        self._code.setText("")
        self._subject.setText("")
        self._copy.hide()
        self._report.hide()
        self.setAccessibleDescription(text)

    def _show(self, diagnosis: "Diagnosis") -> None:
        # Not before: nothing can be diagnosed until the window is on the screen.
        from smtpdebugger.gui.panels.diagnosis_content import (  # noqa: PLC0415
            Around,
            DiagnosisContent,
        )

        same = self.diagnosis is not None and self.diagnosis.exchange == diagnosis.exchange
        session, number = self._watcher.session, diagnosis.exchange
        around = Around(
            self._explainer.changes(number),
            self._is_live,
            self.height() // self.fontMetrics().height(),
            lambda alternative: self._explainer.code(session, number, alternative),
        )
        content = DiagnosisContent(diagnosis, self._content if same else None, around)
        content.verify_wanted.connect(self._take_steps)
        content.alternative_chosen.connect(self.alternative_chosen)
        content.exchange_requested.connect(self.exchange_requested)
        before = self._content if same else None
        is_verified = before is not None and around.changes != before.around.changes
        offset = self._scroll.verticalScrollBar().value() if same and not is_verified else 0
        focused = QApplication.focusWidget()
        had_focus = before is not None and focused is not None and before.isAncestorOf(focused)
        self._put(content)
        self._built.start()
        if is_verified and had_focus and content.showed is not None:
            # The button that was pressed is gone; what came of it is to be read.
            content.showed.told.setFocus()
        self._show_head(diagnosis)
        if offset or is_verified:
            QTimer.singleShot(0, self, lambda: self._scroll.verticalScrollBar().setValue(offset))

    def _show_head(self, diagnosis: "Diagnosis") -> None:
        from smtpdebugger.gui.panels import diagnosis_text  # noqa: PLC0415 - as above

        role = "error" if diagnosis_text.is_refusal(diagnosis) else "ok"
        if role != self._code.property("role"):
            self._code.setProperty("role", role)
            self._code.style().unpolish(self._code)
            self._code.style().polish(self._code)
        self._code.setText(diagnosis_text.code_text(diagnosis))
        self._subject.setText(diagnosis_text.subject_text(diagnosis))
        self._copy.show()
        self._report.setVisible(diagnosis_text.is_refusal(diagnosis))
        self.setAccessibleDescription(diagnosis_text.description(diagnosis))

    def _put(self, content: "DiagnosisContent | None") -> None:
        if content is self._content:
            return
        old, self._content = self._content, content
        self._empty.setVisible(content is None)
        self._scroll.setVisible(content is not None)
        if old is not None:
            # It may be the sender of the very signal that brought us here.
            old.hide()
            old.deleteLater()
        if content is not None:
            self._holder.addWidget(content)
            stands_behind(self._copy, content)

    def _copy_text(self) -> None:
        if self.diagnosis is not None:
            from smtpdebugger.gui.panels.diagnosis_text import plain_text  # noqa: PLC0415 - as above

            QGuiApplication.clipboard().setText(plain_text(self.diagnosis))

    def _place(self) -> None:
        title = QLabel("Diagnosis")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setAccessibleName("Diagnosis heading")
        title.setProperty("role", "title")
        self._code.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._copy.setProperty("role", "flat")
        self._copy.setAccessibleName("Copy diagnosis")
        self._copy.setToolTip("Copy this diagnosis as plain text")
        self._copy.clicked.connect(self._copy_text)
        self._report.setProperty("role", "flat")
        self._report.setAccessibleName("Report for the administrator")
        self._report.setToolTip("Copy a report for the server's administrator (Ctrl+Shift+C)")
        self._report.clicked.connect(lambda: self.report_wanted.emit("text"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self._code)
        head.addWidget(self._subject, 1)
        head.addWidget(self._report)
        head.addWidget(self._copy)
        held = QWidget()
        held.setLayout(self._holder)
        self._holder.setContentsMargins(0, 0, 0, 0)
        self._scroll.setWidget(held)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.hide()
        self._copy.hide()
        self._report.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._empty)
        layout.addWidget(self._scroll, 1)
        layout.addStretch(0)


def _is_in_sight(widget: QWidget) -> bool:
    """Whether all of it is to be seen, and nothing hides it or has scrolled it away."""
    return widget.visibleRegion().boundingRect() == widget.rect()
