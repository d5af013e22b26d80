import pytest
from hypothesis import given, settings

from smtpdebugger.session import unfolding
from smtpdebugger.session.events import Received, Sent, WireEvent
from smtpdebugger.session.session import Session
from smtpdebugger.session.unfolding import LEFT_OUT, Line, lines_below, lines_of
from tests.session.wire import converse, event_lists, replayed

READY = ("S: 220 mx", "C: EHLO x", "S: 250-mx\r\n250-SIZE 7\r\n250 HELP")


def message(*sent: bytes) -> Session:
    session = converse(*READY, "C: DATA", "S: 354 go")
    for octets in sent:
        session.record(Sent(9000, octets))
    return session


def texts(session: Session, row: int = -1) -> list[str]:
    return [line.text for line in lines_of(session, row % len(session.rows))]


def test_a_reply_unfolds_into_its_further_lines() -> None:
    session = converse(*READY)

    assert lines_of(session, 2) == [Line("250-", "SIZE 7"), Line("250 ", "HELP")]
    assert lines_below(session, 2) == 2
    assert lines_below(session, 0) == lines_below(session, 1) == 0
    assert lines_of(session, 1) == []


@pytest.mark.parametrize("cut", [1, 9, 12, 20])
def test_mail_data_unfolds_into_all_its_lines_however_it_was_sent(cut: int) -> None:
    octets = b"Subject: a\r\n\r\n..dot\nbare\r\n.\r\n"
    session = message(octets[:cut], octets[cut:])

    assert texts(session) == ["Subject: a", "", "..dot‹LF›", "bare", "."]
    assert lines_below(session, len(session.rows) - 1) == 5


def test_a_chunk_unfolds_and_its_last_line_may_be_unfinished() -> None:
    session = converse(*READY)
    session.record(Sent(9000, b"BDAT 8 LAST\r\none\r\ntwo"))

    assert texts(session) == ["one", "two"]


def test_a_command_is_one_line() -> None:
    assert lines_of(converse(*READY), 1) == []


def test_what_was_left_out_of_a_file_is_said_line_by_line() -> None:
    session = message()
    session.record(Sent(9000, b"a\r\n", omitted=100, tail=b"z\r\n.\r\n", omitted_lines=2))

    assert texts(session) == ["a", *[LEFT_OUT] * 4]


def test_only_so_many_lines_are_shown_and_the_rest_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unfolding, "MOST_LINES", 2)
    session = message(b"1\r\n2\r\n3\r\n.\r\n")

    assert texts(session) == ["1", "2", "… 2 more lines"]
    assert lines_below(session, len(session.rows) - 1) == 3


def test_a_long_reply_is_cut_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfolding, "MOST_LINES", 1)

    assert texts(converse(*READY), 2) == ["SIZE 7", "… 1 more line"]


def test_a_message_is_found_far_from_the_beginning() -> None:
    session = message()
    for number in range(700):
        session.record(Sent(10_000 + number, b"line %d\r\n" % number))
    session.record(Sent(11_000, b".\r\n"))
    session.record(Received(11_001, b"250 ok\r\n"))

    assert texts(session, 5) == [*(f"line {number}" for number in range(700)), "."]


@given(event_lists())
@settings(max_examples=100, deadline=None)
def test_every_row_has_as_many_lines_as_are_counted(events: list[WireEvent]) -> None:
    session = replayed(events)

    for row in range(len(session.rows)):
        lines = lines_of(session, row)
        assert len(lines) == lines_below(session, row)
        assert Line("", LEFT_OUT) not in lines or any(
            isinstance(each, Sent) and each.omitted for each in events
        )
