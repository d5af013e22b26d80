from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.views.rows_table import RowsTable
from tests.gui.sessions import Expert, refused


def test_rows_span_the_viewport_and_follow_each_other(qtbot: QtBot) -> None:
    watcher = SessionWatcher()
    table = RowsTable(TranscriptModel(watcher, Expert()))
    qtbot.addWidget(table)
    table.resize(300, 400)
    table.show()
    watcher.show(refused().session)

    first, second = table.row_rect(0), table.row_rect(1)

    assert first.width() == table.viewport().width()
    assert second.top() == first.bottom() + 1
    assert len(table.rows) == table.model().rowCount()
    watcher.close()
