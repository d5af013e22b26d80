"""Findings as a table."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.models.findings_model import Column, FindingsModel
from tests.gui.models.test_findings_feed import CLEAR, settle
from tests.gui.stage import GREETED, explainer, session_of, tell, watcher_of


def test_it_grows_and_begins_anew(qtbot: QtBot) -> None:
    session = session_of(*CLEAR)
    watcher = watcher_of(session)
    feed = FindingsFeed(watcher, explainer())
    model = FindingsModel(feed)
    tester = QAbstractItemModelTester(model)
    settle(qtbot, feed)
    assert model.rowCount() == 1

    with qtbot.waitSignal(model.rowsInserted):
        tell(session, "C: STARTTLS", "S: 502 no")
    assert model.rowCount() == 2

    with qtbot.waitSignal(model.modelReset):
        watcher.show(session_of(*GREETED))
    assert model.rowCount() == 0
    tester.deleteLater()


def test_a_row_shows_and_says_what_it_is(qtbot: QtBot) -> None:
    feed = FindingsFeed(watcher_of(session_of(*CLEAR)), explainer())
    model = FindingsModel(feed)
    settle(qtbot, feed)

    shown = [model.data(model.index(0, column)) for column in Column]
    assert shown == [None, "#2", "Passwords are invited in the clear"]
    icon = model.data(model.index(0, Column.SEVERITY), Qt.ItemDataRole.DecorationRole)
    assert not icon.isNull()  # type: ignore[attr-defined]
    for column in Column:
        spoken = model.data(model.index(0, column), Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == "warning, exchange 2: Passwords are invited in the clear"
    assert model.finding(0) is feed.findings[0]
    assert model.finding(1) is None
