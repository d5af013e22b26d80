import pytest

from smtpdebugger.gui.models import shown_rows
from smtpdebugger.gui.models.shown_rows import STEP_ROWS, Folds, ShownRows
from smtpdebugger.session.filter import read_filter
from smtpdebugger.session.session import Session
from tests.gui.sessions import refused


def read(session: Session, text: str = "", folds: Folds | None = None) -> ShownRows:
    rows = ShownRows(session, read_filter(text), folds=folds)
    while rows.is_reading:
        rows.extend(rows.next_slice())
    return rows


def test_an_annotation_follows_each_negative_reply() -> None:
    rows = read(refused().session)

    last = len(rows) - 1
    assert rows.is_annotation(last)
    assert not rows.is_annotation(last - 1)
    assert rows.row_at(last) is rows.row_at(last - 1)
    assert rows.annotated_exchange(last) == rows.annotated_exchange(last - 1) == 5
    assert rows.annotated_exchange(0) == 0
    assert (rows.matched, rows.total, rows.refusals) == (last, last, 1)


def test_a_filter_keeps_the_annotation_with_its_row() -> None:
    rows = read(refused().session, "code:5xx")

    assert [rows.row_at(place).head for place in range(len(rows))] == ["502", "502"]
    assert rows.is_annotation(1)
    assert (rows.matched, rows.refusals) == (1, 1)
    assert rows.total == len(refused().session.rows)


def test_reading_stops_when_the_slice_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_rows, "SLICE_SECONDS", 0.0)
    talk = refused()
    for _ in range(STEP_ROWS):
        talk.say(b"NOOP", b"250 ok")
    rows = ShownRows(talk.session)

    assert len(rows.next_slice()) == STEP_ROWS + 1
    assert rows.is_reading
    assert rows.total == STEP_ROWS


def test_rows_are_found_again() -> None:
    session = refused().session
    rows, filtered = read(session), read(session, "verb:VRFY")

    assert [rows.position_of(rows.session_row(place)) for place in range(len(rows) - 1)] == list(
        range(len(rows) - 1)
    )
    assert filtered.position_of(0) == 0
    assert filtered.position_of(10_000) == len(filtered) - 2
    assert filtered.is_annotation(len(filtered) - 1)
    assert read(Session()).position_of(3) == -1


def test_an_exchange_is_found_by_its_reply_or_else_its_command() -> None:
    talk = refused().client(b"NOOP\r\n")
    rows = read(talk.session)

    assert rows.row_at(rows.position_of_exchange(5)).head == "502"
    assert rows.row_at(rows.position_of_exchange(6)).head == "NOOP"
    assert rows.position_of_exchange(7) == -1


def test_refusals_are_found_in_both_directions() -> None:
    rows = read(refused().say(b"NOOP", b"250 ok").say(b"EXPN x", b"550 no").session)
    first, second = rows.position_of_exchange(5), rows.position_of_exchange(7)

    assert rows.next_refusal(-1, 1) == first
    assert rows.next_refusal(first, 1) == second
    assert rows.next_refusal(second, 1) == -1
    assert rows.next_refusal(len(rows), -1) == second
    assert rows.next_refusal(second, -1) == first
    assert rows.next_refusal(first, -1) == -1


def everything_open() -> Folds:
    folds = Folds()
    folds.set_all(True)
    return folds


def test_unfolded_rows_have_their_lines_below_them() -> None:
    session = refused().session
    folded, rows = read(session), read(session, folds=everything_open())
    first = rows.position_of_exchange(2)

    assert len(rows) == len(folded) + 4 + 3
    assert [rows.line_at(first + place) for place in range(6)] == [0, 1, 2, 3, 4, 0]
    assert rows.row_at(first + 4) is rows.row_at(first)
    assert rows.is_open(first) and rows.is_open(first + 2) and rows.is_foldable(first + 2)
    assert not folded.is_open(folded.position_of_exchange(2))
    assert not rows.is_foldable(0)
    assert not rows.is_foldable(len(rows))
    assert [rows.position_of(rows.session_row(place)) for place in (first, first + 3)] == [
        first
    ] * 2


def test_a_filter_shows_the_lines_of_what_it_lets_through_only() -> None:
    rows = read(refused().session, "text:ETRN or code:502", everything_open())

    assert [rows.line_at(place) for place in range(len(rows))] == [0, 1, 2, 3, 4, 0, 0]
    assert [rows.is_annotation(place) for place in (5, 6)] == [False, True]
    assert rows.matched == 2


def test_a_row_is_unfolded_and_folded_where_it_stands() -> None:
    session = refused().session
    rows, opened = read(session), read(session, folds=everything_open())
    for number in (2, 4):
        position = rows.position_of_exchange(number)
        rows.unfold(position, rows.lines_to_show(position))
    assert rows._entries == opened._entries

    position = rows.position_of_exchange(2)
    rows.fold(position, len(rows.lines_to_show(position)))
    assert not rows.is_open(position)
    assert rows.is_open(rows.position_of_exchange(4))


def test_folds_remember_all_and_the_others() -> None:
    folds = Folds()
    assert folds.are_all_shut
    folds.set_open(3, True)
    assert folds.is_open(3) and not folds.is_open(4) and not folds.are_all_shut
    folds.set_all(True)
    folds.set_open(3, False)
    assert not folds.is_open(3) and folds.is_open(4)
    folds.set_open(3, True)
    assert folds.is_open(3)
    folds.set_all(False)
    assert folds.are_all_shut


def test_too_many_lines_stay_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_rows, "MOST_UNFOLDED", 1)
    rows = read(refused().session, folds=everything_open())

    assert rows.is_open(rows.position_of_exchange(2))
    assert not rows.is_open(rows.position_of_exchange(4))
    assert rows.leaves_folded
    assert not read(refused().session).leaves_folded


def test_rows_are_gone_through_without_lines_and_annotations() -> None:
    rows = read(refused().session, "code:250 or code:502", everything_open())
    places, place = [], -1
    for _ in range(4):
        place = rows.next_row(place, 1)
        places.append(place)

    assert places == [0, 5, 9, 0]
    assert [rows.next_row(each, -1) for each in (0, 5, 9)] == [9, 0, 5]
    assert read(Session()).next_row(0, 1) == -1
