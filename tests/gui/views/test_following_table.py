import pytest
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models import shown_rows
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.views.following_table import EMPTY, NO_MATCH, FollowingTable, empty_text
from tests.gui.sessions import Expert, greeted


def void(_: object) -> None:
    """Make a function of one that gives something."""


def test_it_goes_back_to_a_row_that_is_read_again_later(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = SessionWatcher()
    table = FollowingTable(TranscriptModel(watcher, Expert()))
    qtbot.addWidget(table)
    talk = greeted()
    for _ in range(3 * shown_rows.STEP_ROWS):
        talk.say(b"NOOP", b"250 ok")
    watcher.show(talk.session)
    qtbot.waitUntil(lambda: not table.rows.is_reading)
    row = 5 * shown_rows.STEP_ROWS + 1
    table.select_position(table.rows.position_of(row))
    monkeypatch.setattr(shown_rows, "SLICE_SECONDS", 0.0)

    table.keeping_place(lambda: void(table.transcript.set_filter("code:250")))

    assert table.rows.is_reading
    qtbot.waitUntil(lambda: not table.rows.is_reading)
    assert table.rows.session_row(table.currentIndex().row()) == row
    assert table.selectionModel().hasSelection()
    watcher.close()


def test_an_empty_table_says_what_to_do() -> None:
    assert empty_text("") == EMPTY
    assert empty_text("code:5xx") == NO_MATCH
