"""A replay: rows and exchanges of the events it took."""

from smtpdebugger.session.indexer import Indexer
from smtpdebugger.session.replay import Replay
from tests.session.wire import converse


def test_it_makes_what_the_session_shows() -> None:
    session = converse(
        "S: 220 mx", "C: EHLO x", "S: 250 mx", "C: MAIL FROM:<a@b>", "S: 250 ok",
        "C: BDAT 5 LAST\r\nabc", "S: 250 ok", "!closed",
    )  # fmt: skip
    again = Replay(session.columns, Indexer().snapshot(), 0, lambda _: None)
    for event in session.events:
        again.take(event)
    assert again.rows == list(session.rows)
    assert set(again.sent) == {2, 3, 4}
    assert again.replies[3].after.reverse_path == "a@b"
    assert again.chunks[4].head == b"abc\r\n"


def test_the_path_of_an_earlier_mail_is_asked_for() -> None:
    session = converse("S: 220 mx", "C: MAIL FROM:<a@b>")
    snapshot = session.indexer.snapshot()
    converse("S: 250 ok", session=session)
    again = Replay(session.columns, snapshot, 2, {2: "a@b"}.get)
    again.take(session.events[-1])
    assert again.situation.reverse_path == "a@b"
