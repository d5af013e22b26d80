from dataclasses import dataclass
from time import perf_counter

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models import annotations
from smtpdebugger.gui.models.row_words import Column, time_text, wait_text
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.session.session import Session
from tests.gui.sessions import ALTERNATIVE, Expert, greeted, refused

SENTENCE = Qt.ItemDataRole.AccessibleTextRole


@dataclass
class Shown:
    watcher: SessionWatcher
    expert: Expert
    model: TranscriptModel

    def column(self, column: Column, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> list:
        places = range(self.model.rowCount())
        return [self.model.index(place, column).data(role) for place in places]


@pytest.fixture
def shown(qapp: object) -> Shown:
    watcher, expert = SessionWatcher(), Expert(ALTERNATIVE)
    return Shown(watcher, expert, TranscriptModel(watcher, expert))


def test_qt_finds_the_model_sound(shown: Shown, qtmodeltester: ModelTester, qtbot: QtBot) -> None:
    qtmodeltester.check(shown.model)
    talk = refused()
    shown.watcher.show(talk.session)
    talk.say(b"EXPN staff", b"502 5.5.1 no").say(b"NOOP", b"250 ok")
    qtbot.waitUntil(lambda: shown.model.rows.total == len(talk.session.rows))
    shown.model.set_filter("code:5")
    shown.model.set_filter("")
    qtmodeltester.check(shown.model, force_py=True)


def test_rows_show_time_wait_direction_head_and_text(shown: Shown) -> None:
    shown.watcher.show(greeted().session)

    assert shown.column(Column.TIME) == ["+0.001", "+0.002", "+0.003", "+0.004"]
    assert shown.column(Column.WAIT) == ["", "", "", "1.0 ms"]
    assert shown.column(Column.DIRECTION) == ["•", "←", "→", "←"]
    assert shown.column(Column.HEAD) == ["tcp", "220", "EHLO", "250"]
    assert shown.column(Column.TEXT)[3] == "mx.test  SIZE 10240000  STARTTLS  ETRN  VRFY"


def test_every_cell_speaks_its_rows_sentence(shown: Shown) -> None:
    session = refused().session
    shown.watcher.show(session)

    said = [shown.column(column, SENTENCE) for column in Column]

    assert all(column == said[0] for column in said)
    folded = {3: " (5 lines, folded)", 8: " (4 lines, folded)"}
    expected = [f"{row.sentence}{folded.get(at, '')}" for at, row in enumerate(session.rows)]
    assert said[0][:-1] == expected
    assert said[0][-1].startswith("Explanation: Switched off on this server. Try MAIL FROM:<>")


def test_an_annotation_waits_for_the_knowledge(shown: Shown, qtbot: QtBot) -> None:
    shown.expert.is_ready = False
    shown.watcher.show(refused().session)
    assert shown.column(Column.TEXT)[-1] == "…"

    shown.expert.is_ready = True
    with qtbot.waitSignal(shown.model.dataChanged):
        shown.expert.ready.emit()

    assert shown.column(Column.TEXT)[-1].startswith("Switched off on this server.")


def test_causes_are_asked_for_only_when_shown(shown: Shown) -> None:
    shown.watcher.show(refused().session)

    assert shown.expert.asked == 0


def test_it_grows_with_the_session(shown: Shown, qtbot: QtBot) -> None:
    talk = greeted()
    shown.watcher.show(talk.session)
    added: list[tuple[int, int]] = []
    shown.model.rowsInserted.connect(lambda _parent, first, last: added.append((first, last)))

    talk.say(b"VRFY x", b"502 no")
    qtbot.waitUntil(lambda: bool(added))

    assert added == [(4, 6)]
    assert shown.column(Column.HEAD)[4:] == ["VRFY", "502", ""]


def test_another_session_replaces_the_rows(shown: Shown, qtbot: QtBot) -> None:
    shown.watcher.show(refused().session)
    with qtbot.waitSignal(shown.model.modelReset):
        shown.watcher.show(greeted().session)

    assert shown.model.rowCount() == 4
    assert shown.model.rows.refusals == 0


def test_a_filter_shows_some_and_its_end_all(shown: Shown) -> None:
    shown.watcher.show(refused().session)
    every = shown.column(Column.HEAD)

    shown.model.set_filter(" verb:VRFY ")
    assert shown.column(Column.HEAD) == ["VRFY", "502", ""]
    assert shown.model.filter_text == "verb:VRFY"

    shown.model.set_filter("")
    assert shown.column(Column.HEAD) == every


def test_new_rows_pass_the_filter_too(shown: Shown, qtbot: QtBot) -> None:
    talk = greeted()
    shown.watcher.show(talk.session)
    shown.model.set_filter("code:5")

    talk.say(b"NOOP", b"250 ok").say(b"VRFY x", b"502 no")
    qtbot.waitUntil(lambda: shown.model.rows.total == len(talk.session.rows))

    assert shown.column(Column.HEAD) == ["502", ""]


def test_tips_show_markup_as_text_and_name_defects(shown: Shown) -> None:
    shown.watcher.show(greeted().client(b"NOOP\r\n").server(b"250 <b>hi</b>\n").session)

    tip = shown.column(Column.TEXT, Qt.ItemDataRole.ToolTipRole)[-1]

    assert "&lt;b&gt;hi&lt;/b&gt;" in tip
    assert "LF alone" in tip


def test_there_is_nothing_below_a_row_or_beyond_the_end(shown: Shown) -> None:
    shown.watcher.show(greeted().session)
    first = shown.model.index(0, 0)

    assert shown.model.rowCount(first) == shown.model.columnCount(first) == 0
    assert shown.model.data(QModelIndex()) is None
    assert shown.model.headerData(Column.WAIT, Qt.Orientation.Horizontal) == "Reply time"
    assert shown.model.headerData(9, Qt.Orientation.Horizontal) is None


def test_a_burst_is_read_in_slices(shown: Shown, qtbot: QtBot) -> None:
    """Ten thousand replies: no single turn takes long, and all of them arrive."""
    talk = greeted()
    shown.watcher.show(talk.session)
    for _ in range(10_000):
        talk.say(b"NOOP", b"250 2.0.0 Ok")
    sizes: list[int] = []
    shown.model.rowsInserted.connect(lambda _parent, first, last: sizes.append(last - first + 1))

    began = perf_counter()
    shown.watcher.changed.emit()
    first_turn = perf_counter() - began
    qtbot.waitUntil(lambda: not shown.model.rows.is_reading)

    assert shown.model.rowCount() == len(talk.session.rows) == 20_004
    assert sum(sizes) == 20_000
    # Far above the four milliseconds of a slice, for machines that do other things as well.
    assert first_turn < 0.2


def test_what_painters_were_refused_is_announced(
    shown: Shown, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotations, "TURN_SECONDS", 1e-9)
    shown.watcher.show(refused().say(b"EXPN x", b"502 no").session)
    places = [
        place for place in range(len(shown.model.rows)) if shown.model.rows.is_annotation(place)
    ]

    with qtbot.waitSignal(shown.model.explained):
        painted = [shown.model.annotation_at(place, at_once=False) for place in places]

    assert [each.sentence for each in painted if each] == ["Switched off on this server.", "…"]


def test_an_empty_session_has_no_rows(shown: Shown) -> None:
    shown.watcher.show(Session())

    assert shown.model.rowCount() == 0
    assert not shown.model.rows.is_reading


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (0, "+0.000"),
        (4_210_400, "+4.210"),
        (999_999_000, "+999.999"),
        (999_999_900, "+1000.00"),
        (9_999_990_000, "+9999.99"),
        (50_000_000_000, "+50000.0"),
        (10**11, "+100000"),
    ],
)
def test_times(microseconds: int, text: str) -> None:
    assert time_text(microseconds) == text


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [(0, "0.0 ms"), (1_940, "1.9 ms"), (999_949, "999.9 ms"), (1_249_000, "1.2 s")],
)
def test_reply_times_have_a_unit(microseconds: int, text: str) -> None:
    assert wait_text(microseconds) == text


def test_a_row_unfolds_and_folds_and_says_so(shown: Shown, qtmodeltester: ModelTester) -> None:
    shown.watcher.show(greeted().session)
    qtmodeltester.check(shown.model)
    last = shown.model.rowCount() - 1
    assert shown.column(Column.TEXT)[last] == "mx.test  SIZE 10240000  STARTTLS  ETRN  VRFY"

    shown.model.set_open(last, True)

    assert shown.column(Column.TEXT)[last:] == [
        "mx.test", "SIZE 10240000", "STARTTLS", "ETRN", "VRFY",
    ]  # fmt: skip
    assert shown.column(Column.HEAD)[last:] == ["250", "250-", "250-", "250-", "250 "]
    assert shown.column(Column.TEXT, SENTENCE)[last : last + 2] == [
        "Server: 250 mx.test (5 lines, unfolded)",
        "Server, line 2 of 5: 250-SIZE 10240000",
    ]
    assert shown.column(Column.TEXT, Qt.ItemDataRole.ToolTipRole)[last + 1]

    shown.model.set_open(last + 2, False)
    assert shown.model.rowCount() == last + 1


def test_folds_are_kept_while_the_session_goes_on_and_when_it_is_filtered(
    shown: Shown, qtbot: QtBot
) -> None:
    talk = greeted()
    shown.watcher.show(talk.session)
    last = shown.model.rowCount() - 1
    shown.model.set_open(last, True)
    talk.client(b"EHLO me.test\r\n").server(b"250-mx.test\r\n250 HELP\r\n")
    qtbot.waitUntil(lambda: shown.model.rows.total == len(talk.session.rows))

    assert shown.model.rowCount() == last + 5 + 2
    shown.model.set_filter("code:250")
    assert [shown.model.rows.line_at(place) for place in range(6)] == [0, 1, 2, 3, 4, 0]
    shown.model.set_all_open(True)
    assert shown.model.rowCount() == 7
    shown.watcher.show(greeted().session)
    assert shown.column(Column.TEXT)[-1].startswith("mx.test  SIZE")
