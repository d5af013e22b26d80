"""Copies the report for the administrator, and says what it holds."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.panels.diagnosis import DiagnosisPanel
from smtpdebugger.gui.panels.notice_bar import NoticeBar

COPIED = (
    "The report for the administrator is on the clipboard. It holds addresses, but no passwords "
    "and no message."
)
NOTHING = "There is no refusal to report on."


class Reporter(QObject):
    """Reports on what the diagnosis panel shows."""

    def __init__(
        self,
        watcher: SessionWatcher,
        explainer: Explainer,
        feed: FindingsFeed,
        diagnosis: DiagnosisPanel,
        notice: NoticeBar,
    ) -> None:
        super().__init__(diagnosis)
        self._watcher, self._explainer, self._feed = watcher, explainer, feed
        self._diagnosis, self._notice = diagnosis, notice
        diagnosis.report_wanted.connect(self.copy)

    def copy(self, style: str = "text") -> None:
        """Copy it as ``text`` or as ``markdown``."""
        diagnosis = self._diagnosis.diagnosis
        if diagnosis is None:
            self._notice.tell(NOTHING)
            return
        text = self._explainer.report(
            self._watcher.session,
            diagnosis.exchange,
            "markdown" if style == "markdown" else "text",
            self._feed.findings,
        )
        QGuiApplication.clipboard().setText(text)
        if style == "markdown":
            self._notice.mention(COPIED)
        else:
            self._notice.mention(COPIED, "Copy it as Markdown instead", self.copy_markdown)

    def copy_markdown(self) -> None:
        """Copy it as Markdown."""
        self.copy("markdown")
