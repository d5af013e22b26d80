"""The findings panel: counted, told in full, and leading to the exchange."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.panels.findings import NOTHING, FindingsPanel
from tests.gui.models.test_findings_feed import CLEAR, settle
from tests.gui.stage import GREETED, explainer, session_of, watcher_of

REFUSED = (*CLEAR, "C: STARTTLS", "S: 502 no")


def panel_of(qtbot: QtBot, *lines: str) -> FindingsPanel:
    feed = FindingsFeed(watcher_of(session_of(*lines)), explainer())
    panel = FindingsPanel(feed)
    feed.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(400, 300)
    panel.show()
    settle(qtbot, feed)
    return panel


def test_without_findings_it_says_so(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, *GREETED)
    assert panel.title == "Findings"
    assert not panel.table.isVisible()
    assert panel.table.accessibleDescription() == NOTHING


def test_they_are_counted_in_the_title(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, *REFUSED)
    assert panel.title == "Findings 2"
    assert panel.table.accessibleName() == "Findings"
    assert panel.table.accessibleDescription() == "1 error · 1 warning"
    assert panel.table.currentIndex().isValid()


def test_the_selected_one_is_told_in_full(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, *REFUSED)
    assert not panel.details.isVisible()

    panel.table.selectRow(1)
    text = panel.details.toPlainText()
    assert text.startswith("EHLO (exchange 2) offered STARTTLS, and STARTTLS was refused with 502")
    assert "(RFC 5321 4.2.4)" in text


def test_enter_and_a_click_lead_to_the_exchange(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, *REFUSED)
    panel.table.selectRow(1)
    with qtbot.waitSignal(panel.exchange_requested) as asked:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.args == [3]
    where = panel.table.visualRect(panel.model.index(0, 2)).center()
    with qtbot.waitSignal(panel.exchange_requested) as clicked:
        qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert clicked.args == [2]


def test_the_finding_of_a_selected_exchange_is_selected(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, *REFUSED)
    panel.select_exchange(3)
    assert [each.row() for each in panel.table.selectionModel().selectedRows()] == [1]
    panel.select_exchange(1)
    assert not panel.table.selectionModel().hasSelection()


def test_escape_lets_go(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, *REFUSED)
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Escape)
    assert not panel.table.selectionModel().hasSelection()
    assert not panel.details.isVisible()
