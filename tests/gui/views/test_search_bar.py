from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models import shown_rows
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.views.search_bar import SearchBar
from smtpdebugger.gui.views.transcript_view import TranscriptView
from tests.gui.sessions import Expert, refused

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[TranscriptView]:
    watcher = SessionWatcher()
    made = TranscriptView(watcher, Expert())
    qtbot.addWidget(made)
    talk = refused()
    for _ in range(3):
        talk.say(b"NOOP", b"250 ok")
    watcher.show(talk.session)
    made.show()
    yield made
    watcher.close()


def bar(view: TranscriptView, text: str, *, hides: bool = True) -> SearchBar:
    view.search.hides.setChecked(hides)
    view.search.field.setText(text)
    return view.search


def selected(view: TranscriptView) -> str:
    return view.model.shown_row(view.table.currentIndex().row()).line[14:]


def test_the_tools_come_with_a_filter(view: TranscriptView) -> None:
    assert not view.search._next.isVisible()
    search = bar(view, "verb:NOOP")
    assert search._next.isVisible() and search.hides.isVisible()
    assert not search._count.isVisible()
    assert view.model.rowCount() == 6
    search.clear()
    assert not search.hides.isVisible()


def test_matches_are_gone_through_without_hiding_a_row(view: TranscriptView) -> None:
    before = view.model.rowCount()
    search = bar(view, "verb:NOOP code:250", hides=False)
    assert view.model.rowCount() == before
    assert search._count.text() == "3 found"

    view.next_match()
    assert search._count.text() == "1 of 3"
    view.next_match()
    assert search._count.text() == "2 of 3"
    assert selected(view) == "250 ok"
    view.previous_match()
    view.previous_match()
    assert search._count.text() == "3 of 3", "before the first comes the last"
    assert search._count.accessibleName() == "Matches: 3 of 3"


def test_among_hidden_rows_it_goes_from_row_to_row(view: TranscriptView) -> None:
    bar(view, "code:502 or verb:NOOP")
    found = []
    for _ in range(8):
        view.next_match()
        found.append(selected(view))
    assert found == ["502 5.5.1 VRFY command is disabled", *["NOOP", "250 ok"] * 3, found[0]]
    view.previous_match()
    assert selected(view) == "250 ok"


def test_switching_keeps_the_selected_row(view: TranscriptView) -> None:
    search = bar(view, "verb:NOOP", hides=False)
    view.next_match()
    row = selected(view)
    search.hides.setChecked(True)
    assert (selected(view), view.model.rowCount()) == (row, 6)


def test_return_goes_to_the_first_match(view: TranscriptView, qtbot: QtBot) -> None:
    search = bar(view, "verb:STARTTLS", hides=False)
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert selected(view) == "STARTTLS"
    assert view.table.hasFocus()


def test_no_match_and_no_filter_are_said(view: TranscriptView) -> None:
    search = bar(view, "code:299", hides=False)
    assert search._count.text() == "no match"
    view.next_match()
    assert not view.table.selectionModel().hasSelection()
    search.clear()
    view.next_match()
    assert view.focusWidget() is search.field


def test_a_wrong_filter_says_why_and_changes_nothing(view: TranscriptView) -> None:
    search = bar(view, "verb:NOOP")
    told: list[str] = []
    search.problem.connect(told.append)
    search.field.setText("verb:NOOP (")
    assert told[-1]
    assert view.model.rowCount() == 6
    search.field.setText("verb:NOOP")
    assert told[-1] == ""


def test_more_findings_are_sought_anew(view: TranscriptView) -> None:
    search = bar(view, "finding:error", hides=False)
    assert search._count.text() == "no match"
    view.model.findings = lambda number: {"error"} if number == 5 else frozenset()
    view.model.findings_changed()
    assert search._count.text() == "2 found"


def test_it_goes_on_when_it_is_known_what_comes_next(
    view: TranscriptView, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = bar(view, "verb:NOOP", hides=False)
    monkeypatch.setattr(type(search.matches), "is_seeking", property(lambda _: True))
    view.previous_match()
    assert not view.table.selectionModel().hasSelection()
    monkeypatch.undo()
    search.matches.changed.emit()
    assert search._count.text() == "6 of 6"


@pytest.mark.parametrize("hides", [True, False])
def test_a_match_in_a_folded_line_is_unfolded(view: TranscriptView, hides: bool) -> None:
    search = bar(view, "pipelining_never or etrn", hides=hides)
    before = view.model.rowCount()
    view.next_match()
    table, rows = view.table, view.model.rows
    here = table.currentIndex().row()
    assert rows.line_at(here) > 0
    assert view.model.line_at(here).text == "ETRN"
    assert view.model.rowCount() > before
    view.next_match()
    if not hides:
        assert search._count.text() == "1 of 1"
    view.previous_match()
    assert view.model.line_at(table.currentIndex().row()).text == "ETRN"


def test_a_match_in_what_is_shown_unfolds_nothing(view: TranscriptView) -> None:
    bar(view, '"mx.test"', hides=False)
    view.next_match()
    view.next_match()
    view.next_match()
    assert not any(view.model.rows.line_at(each) for each in range(view.model.rowCount()))


def test_what_stays_folded_because_there_is_too_much_is_said(
    view: TranscriptView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = view._summary
    assert "unfolded" not in summary.text()
    monkeypatch.setattr(shown_rows, "MOST_UNFOLDED", 1)
    view.table.unfold_all()
    qtbot.waitUntil(lambda: "4 lines unfolded, the rest is not" in summary.text())
