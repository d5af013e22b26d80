from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models import shown_rows
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.views.following_table import EMPTY, NO_MATCH, empty_text
from smtpdebugger.gui.views.transcript_delegate import TranscriptDelegate
from smtpdebugger.gui.views.transcript_table import TranscriptTable
from tests.gui.sessions import ALTERNATIVE, Expert, Talk, refused

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


@dataclass
class Shown:
    watcher: SessionWatcher
    table: TranscriptTable
    talk: Talk
    bot: QtBot

    @property
    def last(self) -> int:
        return len(self.table.rows) - 1

    def say(self, count: int) -> None:
        """NOOPs and their replies, until the table shows them."""
        for _ in range(count):
            self.talk.say(b"NOOP", b"250 ok")
        self.bot.waitUntil(lambda: self.table.rows.total == len(self.talk.session.rows))

    def scroll_bar(self) -> tuple[int, int]:
        bar = self.table.verticalScrollBar()
        return bar.value(), bar.maximum()

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.bot.keyClick(self.table, key, modifier)

    def pill(self, position: int) -> QPoint:
        delegate = self.table.itemDelegate()
        assert isinstance(delegate, TranscriptDelegate)
        return delegate.pill_rect(position).center()


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    watcher = SessionWatcher()
    table = TranscriptTable(TranscriptModel(watcher, Expert(ALTERNATIVE)))
    qtbot.addWidget(table)
    table.resize(800, 300)
    table.show()
    talk = refused()
    watcher.show(talk.session)
    yield Shown(watcher, table, talk, qtbot)
    watcher.close()


def test_it_is_named_for_screen_readers(shown: Shown) -> None:
    assert shown.table.accessibleName() == "Transcript"
    assert shown.table.currentIndex().row() == shown.last


def test_it_follows_the_newest_row(shown: Shown) -> None:
    shown.say(60)

    value, maximum = shown.scroll_bar()
    assert value == maximum > 0
    assert shown.table.currentIndex().row() == shown.last
    assert not shown.table.selectionModel().hasSelection()
    assert not shown.table.newer.isVisible()


def test_it_still_follows_after_it_grew_smaller(shown: Shown) -> None:
    shown.say(60)
    shown.table.resize(800, 150)
    shown.bot.wait(1)

    value, maximum = shown.scroll_bar()
    assert value == maximum


def test_it_stays_where_the_person_scrolled(shown: Shown) -> None:
    shown.say(60)
    shown.table.verticalScrollBar().setValue(10)

    shown.say(3)

    assert shown.scroll_bar()[0] == 10
    assert shown.table.newer.isVisible()
    assert shown.table.newer.accessibleName() == "6 new rows"

    shown.bot.mouseClick(shown.table.newer, Qt.MouseButton.LeftButton)
    value, maximum = shown.scroll_bar()
    assert value == maximum
    assert not shown.table.newer.isVisible()


def test_a_row_being_read_is_not_scrolled_away(shown: Shown) -> None:
    shown.say(20)
    shown.table.select_position(2)
    before = shown.scroll_bar()[0]

    shown.say(20)

    assert shown.scroll_bar()[0] == before
    assert shown.table.currentIndex().row() == 2
    shown.press(Qt.Key.Key_Escape)
    assert shown.table.follows
    assert not shown.table.selectionModel().hasSelection()
    assert shown.table.currentIndex().row() == shown.last


def test_selecting_tells_exchange_and_row(shown: Shown) -> None:
    exchanges: list[int] = []
    rows: list[int] = []
    shown.table.exchange_selected.connect(exchanges.append)
    shown.table.row_selected.connect(rows.append)

    shown.table.setFocus()
    shown.press(Qt.Key.Key_Up)
    shown.table.clearSelection()

    assert exchanges == [5, 0]
    assert rows == [len(shown.talk.session.rows) - 1, -1]


def test_new_rows_select_nothing(shown: Shown) -> None:
    with shown.bot.assertNotEmitted(shown.table.exchange_selected):
        shown.say(3)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_on_an_annotation_chooses_its_alternative(shown: Shown, key: Qt.Key) -> None:
    shown.table.select_position(shown.last)
    with shown.bot.waitSignal(shown.table.alternative_chosen) as chosen:
        shown.press(key)

    assert chosen.args == [5, 0]


def test_control_return_on_the_reply_does_too(shown: Shown) -> None:
    shown.table.select_position(shown.last - 1)
    with shown.bot.waitSignal(shown.table.alternative_chosen) as chosen:
        shown.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert chosen.args == [5, 0]


def test_return_on_another_row_shows_its_details(shown: Shown) -> None:
    shown.table.select_position(1)
    with (
        shown.bot.waitSignal(shown.table.details_wanted),
        shown.bot.assertNotEmitted(shown.table.alternative_chosen),
    ):
        shown.press(Qt.Key.Key_Return)


def test_a_click_on_the_pill_chooses_and_selects_nothing(shown: Shown) -> None:
    viewport, place = shown.table.viewport(), shown.pill(shown.last)
    with shown.bot.waitSignal(shown.table.alternative_chosen) as chosen:
        shown.bot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)

    assert chosen.args == [5, 0]
    assert not shown.table.selectionModel().hasSelection()


def test_a_double_click_chooses_or_shows_details(shown: Shown) -> None:
    viewport, left = shown.table.viewport(), Qt.MouseButton.LeftButton
    annotation = shown.table.row_rect(shown.last).topLeft() + QPoint(20, 5)
    reply = shown.table.row_rect(shown.last - 1).topLeft() + QPoint(20, 5)

    with shown.bot.waitSignal(shown.table.alternative_chosen):
        shown.bot.mouseDClick(viewport, left, pos=annotation)
    with shown.bot.waitSignal(shown.table.details_wanted):
        shown.bot.mouseDClick(viewport, left, pos=reply)


def test_the_pill_under_the_mouse_is_shown(shown: Shown) -> None:
    shown.bot.mouseMove(shown.table.viewport(), shown.pill(shown.last))
    assert shown.table.hovered_pill == shown.last
    assert shown.table.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor

    shown.bot.mouseMove(shown.table.viewport(), QPoint(5, 5))
    assert shown.table.hovered_pill == -1


def test_copy_takes_the_selected_rows_as_text(shown: Shown) -> None:
    shown.table.setFocus()
    shown.table.select_position(shown.last - 1)
    shown.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    shown.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == shown.talk.session.rows[-1].line
    assert lines[1].startswith("#  Switched off on this server. Try MAIL FROM:<>")
    assert len(lines) == 2


def test_copy_all(shown: Shown) -> None:
    shown.talk.say(b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", b"535 5.7.8 no")
    shown.say(1)
    shown.table.setFocus()
    shown.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    shown.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    text = QGuiApplication.clipboard().text()
    assert len(text.splitlines()) == len(shown.table.rows)
    assert "AUTH PLAIN" in text
    assert "AGFsaWNl" not in text


def test_copy_without_a_selection_takes_the_current_row(shown: Shown) -> None:
    shown.table.copy()

    assert QGuiApplication.clipboard().text().startswith("#  Switched off")


def test_an_empty_table_says_what_to_do(shown: Shown) -> None:
    shown.watcher.show(Talk().session)
    assert shown.table.accessibleDescription() == EMPTY
    assert not shown.table.grab().isNull()

    shown.watcher.show(shown.talk.session)
    assert shown.table.accessibleDescription() == ""
    assert empty_text("code:5") == NO_MATCH


def test_the_menu_copies(shown: Shown) -> None:
    names = [action.text() for action in shown.table.actions()]

    assert names == ["Copy", "Select all", "Unfold all rows", "Fold all rows"]


def test_the_first_rows_stand_while_many_are_read(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_rows, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(shown_rows, "STEP_ROWS", 64)
    for _ in range(300):
        shown.talk.say(b"NOOP", b"250 ok")
    shown.bot.waitUntil(lambda: not shown.table.rows.is_reading)
    shown.table.follow()
    shown.table.transcript.set_filter("verb:NOOP")
    assert shown.table.rows.is_reading
    assert not shown.table.follows
    assert shown.table.verticalScrollBar().value() == 0
    shown.bot.waitUntil(lambda: not shown.table.rows.is_reading)
    shown.bot.waitUntil(lambda: shown.table.follows)
    shown.table.stay_at_top()
    shown.table.transcript.set_filter("from:client")
    shown.bot.waitUntil(lambda: not shown.table.rows.is_reading)
    assert not shown.table.follows, "who had gone to the top stays there"


def test_keys_unfold_and_fold_as_in_a_tree(shown: Shown) -> None:
    position = shown.table.rows.position_of_exchange(2)
    before = len(shown.table.rows)
    shown.table.select_position(position)

    shown.press(Qt.Key.Key_Right)
    assert len(shown.table.rows) == before + 4
    assert shown.table.currentIndex().row() == position
    shown.table.select_position(position + 3)
    shown.press(Qt.Key.Key_Left)
    assert shown.table.currentIndex().row() == position
    shown.press(Qt.Key.Key_Minus)
    assert len(shown.table.rows) == before
    shown.press(Qt.Key.Key_Plus)
    assert len(shown.table.rows) == before + 4


def test_a_click_on_the_mark_unfolds_and_leaves_the_selection_alone(shown: Shown) -> None:
    position = shown.table.rows.position_of_exchange(2)
    delegate = shown.table.itemDelegate()
    assert isinstance(delegate, TranscriptDelegate)
    shown.table.scrollTo(shown.table.transcript.index(position, 0))
    place = delegate.fold_rect(position).center()

    shown.bot.mouseClick(shown.table.viewport(), Qt.MouseButton.LeftButton, NO_MODIFIER, place)
    assert shown.table.rows.is_open(position)
    assert not shown.table.selectionModel().hasSelection()
    assert delegate.fold_rect(position + 1).isEmpty()
    shown.bot.mouseClick(shown.table.viewport(), Qt.MouseButton.LeftButton, NO_MODIFIER, place)
    assert not shown.table.rows.is_open(position)


def test_unfolding_all_keeps_the_selected_row(shown: Shown) -> None:
    position = shown.table.rows.position_of_exchange(5)
    row = shown.table.rows.session_row(position)
    shown.table.select_position(position)

    shown.press(
        Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert shown.table.rows.unfolded == 7
    assert shown.table.rows.session_row(shown.table.currentIndex().row()) == row
    assert shown.table.currentIndex().row() == position + 7
    shown.table.fold_all()
    assert shown.table.currentIndex().row() == position
    assert shown.table.selectionModel().hasSelection()


def test_unfolding_is_no_news(shown: Shown) -> None:
    shown.say(60)
    shown.table.stay_at_top()
    shown.table.set_open(shown.table.rows.position_of_exchange(2), True)

    assert shown.table.newer.count == 0
    assert not shown.table.follows


def test_new_rows_are_counted_without_their_explanations(shown: Shown) -> None:
    shown.say(60)
    shown.table.verticalScrollBar().setValue(0)
    shown.talk.say(b"VRFY x", b"502 no")
    shown.bot.waitUntil(lambda: shown.table.newer.count > 0)

    assert shown.table.newer.count == 2
    assert shown.scroll_bar()[0] == 0
    shown.table.verticalScrollBar().setValue(shown.scroll_bar()[1])
    assert not shown.table.newer.isVisible()
    shown.table.verticalScrollBar().setValue(0)
    shown.say(1)
    assert shown.table.newer.count == 2
