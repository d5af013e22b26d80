from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.views.transcript_view import TranscriptView
from tests.gui.sessions import ALTERNATIVE, Expert, Talk, greeted, refused


@dataclass
class Shown:
    watcher: SessionWatcher
    view: TranscriptView
    bot: QtBot

    @property
    def filter(self) -> QLineEdit:
        return next(
            field
            for field in self.view.findChildren(QLineEdit)
            if field.accessibleName() == "Filter"
        )

    @property
    def toggle(self) -> QToolButton:
        return next(
            button
            for button in self.view.findChildren(QToolButton)
            if button.accessibleName() == "Show row details"
        )

    def heads(self) -> list[str]:
        rows = self.view.model.rows
        return [rows.row_at(place).head for place in range(len(rows))]

    def current_head(self) -> str:
        return self.heads()[self.view.table.currentIndex().row()]

    def says(self, text: str) -> bool:
        return any(text in label.text() for label in self.view.findChildren(QLabel))


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    watcher = SessionWatcher()
    view = TranscriptView(watcher, Expert(ALTERNATIVE))
    qtbot.addWidget(view)
    view.resize(700, 420)
    view.show()
    yield Shown(watcher, view, qtbot)
    watcher.close()


def test_the_title_counts_events_refusals_and_the_median(shown: Shown) -> None:
    shown.watcher.show(refused().session)

    shown.bot.waitUntil(lambda: shown.says("11 events · 1 refused · 1.0 ms median reply"))


def test_the_title_is_calm_without_events(shown: Shown) -> None:
    assert not shown.says("event")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_filter_narrows_and_escape_lifts_it(shown: Shown) -> None:
    shown.watcher.show(refused().session)
    every = shown.heads()

    shown.view.focus_filter()
    shown.bot.keyClicks(shown.filter, "code:5xx")
    assert shown.heads() == ["502", "502"]
    assert shown.says("1 of 11 events")

    shown.bot.keyClick(shown.filter, Qt.Key.Key_Escape)
    assert shown.heads() == every
    assert shown.filter.text() == ""


def test_the_selected_row_stays_selected_under_a_filter(shown: Shown) -> None:
    shown.watcher.show(refused().session)
    shown.view.select_exchange(5)
    selected: list[int] = []
    shown.view.exchange_selected.connect(selected.append)

    shown.filter.setText("VRFY")
    assert shown.current_head() == "502"
    shown.filter.clear()

    assert shown.current_head() == "502"
    assert shown.view.table.selectionModel().hasSelection()
    assert set(selected) <= {5}


def test_an_exchange_can_be_selected_from_outside(shown: Shown) -> None:
    shown.watcher.show(refused().session)
    with shown.bot.waitSignal(shown.view.exchange_selected) as selected:
        shown.view.select_exchange(3)

    assert selected.args == [3]
    assert shown.current_head() == "220"


def test_a_filter_that_hides_the_wanted_exchange_is_lifted(shown: Shown) -> None:
    shown.watcher.show(refused().session)
    shown.filter.setText("code:5xx")

    shown.view.select_exchange(2)

    assert shown.filter.text() == ""
    assert shown.current_head() == "250"


def test_refusals_are_visited_in_turn(shown: Shown) -> None:
    talk = refused().say(b"NOOP", b"250 ok").say(b"EXPN x", b"550 no")
    shown.watcher.show(talk.session)
    visited: list[int] = []
    shown.view.exchange_selected.connect(visited.append)

    for step in (-1, -1, 1):
        shown.view.select_refusal(step)

    assert visited == [7, 5, 7]


def test_without_refusals_nothing_is_selected(shown: Shown) -> None:
    shown.watcher.show(greeted().session)
    with shown.bot.assertNotEmitted(shown.view.exchange_selected):
        shown.view.select_refusal(1)


def test_the_selected_row_is_shown_completely(shown: Shown) -> None:
    shown.watcher.show(greeted().session)
    assert not shown.view.details.isVisible()

    shown.view.select_exchange(2)

    assert shown.view.details.isVisible()
    assert "250-SIZE 10240000‹CR›‹LF›\n250-STARTTLS" in shown.view.details.toPlainText()
    row = shown.view.table.currentIndex().row()
    shown.bot.waitUntil(
        lambda: shown.view.table.viewport().rect().contains(shown.view.table.row_rect(row))
    )


def test_details_can_be_put_away_and_entered(shown: Shown) -> None:
    shown.watcher.show(greeted().session)
    shown.view.select_exchange(2)

    shown.bot.mouseClick(shown.toggle, Qt.MouseButton.LeftButton)
    assert not shown.view.details.isVisible()
    shown.view.select_exchange(1)
    assert not shown.view.details.isVisible()

    shown.bot.keyClick(shown.view.table, Qt.Key.Key_Return)
    assert shown.view.details.isVisible()
    assert shown.toggle.isChecked()


def test_the_details_take_no_more_room_than_they_need(shown: Shown) -> None:
    shown.watcher.show(greeted().session)
    shown.view.select_exchange(1)
    short = shown.view.details.height()
    shown.view.select_exchange(2)
    longer = shown.view.details.height()

    assert short < longer <= shown.view.height() // 2
    assert longer >= shown.view.details.wanted_height() - 4


def test_the_toggle_shows_the_current_row(shown: Shown) -> None:
    shown.watcher.show(Talk().session)
    assert not shown.toggle.isEnabled()
    shown.watcher.show(greeted().session)
    shown.toggle.setChecked(False)
    shown.bot.mouseClick(shown.toggle, Qt.MouseButton.LeftButton)

    assert shown.view.details.isVisible()
    assert "250 VRFY" in shown.view.details.toPlainText()


def test_another_session_forgets_the_details(shown: Shown) -> None:
    shown.watcher.show(refused().session)
    shown.view.select_exchange(5)

    shown.watcher.show(Talk().session)

    assert not shown.view.details.isVisible()
    assert shown.view.details.toPlainText() == ""


def test_alternatives_are_passed_on(shown: Shown) -> None:
    shown.watcher.show(refused().session)
    shown.view.select_exchange(5)
    with shown.bot.waitSignal(shown.view.alternative_chosen) as chosen:
        shown.bot.keyClick(shown.view.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert chosen.args == [5, 0]


def test_following_again_lets_go_of_the_selection(shown: Shown) -> None:
    shown.watcher.show(refused().session)
    shown.view.select_exchange(2)
    with shown.bot.waitSignal(shown.view.exchange_selected) as selected:
        shown.view.follow()

    assert selected.args == [0]
    assert not shown.view.details.isVisible()
    assert shown.view.table.follows


def test_a_secret_is_revealed_for_the_selected_row_only(shown: Shown) -> None:
    talk = greeted().client(b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n").server(b"235 ok\r\n")
    shown.watcher.show(talk.session)
    view = shown.view
    button = next(
        each
        for each in view.findChildren(QToolButton)
        if each.accessibleName() == "Reveal the secret of this row"
    )
    heads = shown.heads()
    view.table.select_position(heads.index("EHLO"))
    assert not button.isVisibleTo(view)
    view.table.select_position(heads.index("AUTH"))
    assert button.isVisibleTo(view)
    assert "wonderland" not in view.details.toPlainText()
    button.click()
    assert "password wonderland" in view.details.toPlainText()
    view.table.select_position(heads.index("EHLO"))
    view.table.select_position(heads.index("AUTH"))
    assert "wonderland" not in view.details.toPlainText()


def test_a_wrong_filter_says_why_and_the_rows_stay(shown: Shown) -> None:
    shown.view.search.field.setText("from:server")
    before = shown.view.model.rowCount()
    shown.view.search.field.setText("from:server (")
    assert shown.view.model.rowCount() == before
    assert not shown.view._problem.isHidden()
    assert "missing" in shown.view._problem.text()
    shown.view.search.field.setText("from:client")
    assert shown.view._problem.isHidden()
    assert shown.view.model.filter_text == "from:client"
