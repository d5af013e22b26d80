import pytest

from smtpdebugger.gui.models import shown_rows
from smtpdebugger.gui.models.shown_rows import STEP_ROWS, ShownRows
from smtpdebugger.session.filter import read_filter
from smtpdebugger.session.session import Session
from tests.gui.sessions import refused


def read(session: Session, text: str = "") -> ShownRows:
    rows = ShownRows(session, read_filter(text))
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
    assert filtered.position_of(10_000) == len(filtered) - 1
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
