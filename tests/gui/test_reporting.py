"""The report on the clipboard."""

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.panels.diagnosis import DiagnosisPanel
from smtpdebugger.gui.panels.notice_bar import NoticeBar
from smtpdebugger.gui.reporting import COPIED, NOTHING, Reporter
from tests.gui.stage import READY, explainer, session_of, watcher_of


def reporter(qtbot: QtBot, *lines: str) -> tuple[Reporter, DiagnosisPanel, NoticeBar]:
    watcher, explaining = watcher_of(session_of(*lines)), explainer()
    panel, notice = DiagnosisPanel(watcher, explaining), NoticeBar()
    feed = FindingsFeed(watcher, explaining, panel)
    for each in (panel, notice):
        qtbot.addWidget(each)
    qtbot.waitUntil(lambda: feed.is_settled)
    return Reporter(watcher, explaining, feed, panel, notice), panel, notice


def test_what_the_panel_shows_is_reported(qtbot: QtBot) -> None:
    made, panel, notice = reporter(qtbot, *READY, "C: VRFY a", "S: 502 5.5.1 no")
    panel.report_wanted.emit("text")

    text = QGuiApplication.clipboard().text()
    assert text.startswith("VRFY answered 502 by mail.example.test\n")
    assert "Also seen in this session" in text
    assert notice.accessibleDescription() == COPIED
    made.copy_markdown()
    assert QGuiApplication.clipboard().text().startswith("## VRFY answered 502")


def test_where_nothing_was_refused_it_says_so(qtbot: QtBot) -> None:
    made, _, notice = reporter(qtbot, *READY)
    made.copy()
    assert notice.accessibleDescription() == NOTHING
