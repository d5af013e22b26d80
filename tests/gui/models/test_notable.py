"""Where F8 goes: refusals and findings in the order of the rows."""

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.models.notable import next_notable
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from tests.gui.models.test_findings_feed import CLEAR, settle
from tests.gui.stage import explainer, session_of, watcher_of


def test_both_kinds_are_visited_once_each(qtbot: QtBot) -> None:
    more = ("C: VRFY a", "S: 502 no", "C: NOOP", "S: 250 ok", "C: MAIL FROM:<> SIZE=5",
            "S: 250 ok", "C: ETRN b.example", "S: 459 no")  # fmt: skip
    session = session_of(*CLEAR, *more)
    watcher, explaining = watcher_of(session), explainer()
    feed = FindingsFeed(watcher, explaining)
    model = TranscriptModel(watcher, explaining)
    settle(qtbot, feed)
    rows = model.rows

    def walk(start: int, step: int) -> list[int]:
        numbers = []
        while (start := next_notable(rows, feed, start, step)) >= 0:
            numbers.append(session.columns.row_exchanges[rows.session_row(start)])
        return numbers

    # AUTH in clear, VRFY refused, SIZE not offered, ETRN refused
    assert walk(-1, 1) == [2, 3, 5, 6]
    assert walk(len(rows), -1) == [6, 5, 3, 2]


def test_where_nothing_is_notable_there_is_nowhere_to_go(qtbot: QtBot) -> None:
    watcher, explaining = watcher_of(session_of("S: 220 mx.example.test")), explainer()
    feed = FindingsFeed(watcher, explaining)
    model = TranscriptModel(watcher, explaining)
    settle(qtbot, feed)
    assert next_notable(model.rows, feed, -1, 1) == -1
    assert next_notable(model.rows, feed, len(model.rows), -1) == -1
