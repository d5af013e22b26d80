"""Views: they behave as the lists they stand for."""

import pytest

from tests.session.wire import converse

SESSION = converse("S: 220 mx", "C: NOOP", "S: 250 ok", "C: RSET", "S: 250 ok", "!closed")


def test_they_are_sequences() -> None:
    for view, length in ((SESSION.events, 6), (SESSION.rows, 6), (SESSION.exchanges, 3)):
        assert len(view) == len(list(view)) == length
        assert view[-1] == list(view)[-1]
        assert list(reversed(view)) == list(view)[::-1]
        assert view[1:3] == list(view)[1:3]
        assert view[::-1] == list(view)[::-1]
        assert view == list(view)
        assert view != list(view)[1:]
        assert view != "no list"
        assert repr(view) == repr(list(view))
        for wrong in (length, -length - 1):
            with pytest.raises(IndexError, match="there is no place"):
                view[wrong]


def test_they_grow_while_somebody_reads() -> None:
    session = converse("S: 220 mx")
    reading = iter(session.rows)
    assert next(reading).head == "220"
    converse("C: NOOP", session=session)
    assert next(reading).head == "NOOP"
    assert list(reading) == []
