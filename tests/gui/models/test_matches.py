import pytest
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models import matches
from smtpdebugger.gui.models.matches import Matches
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.session.filter import read_filter
from tests.gui.sessions import Talk, greeted


def seeking(talk: Talk, text: str) -> Matches:
    watcher = SessionWatcher()
    found = Matches(watcher)
    watcher.setParent(found)
    watcher.show(talk.session)
    found.seek(read_filter(text))
    return found


def test_it_goes_round(qapp: object) -> None:
    found = seeking(greeted().say(b"NOOP", b"250 ok").say(b"NOOP", b"250 ok"), "verb:NOOP code:250")

    assert len(found) == 2
    first, second = found.next(-1, 1), found.next(-1, -1)
    assert (first, second) == (5, 7)
    assert found.next(first, 1) == second
    assert found.next(second, 1) == first
    assert found.next(first, -1) == second
    assert [found.number_of(row) for row in (first, second, 6)] == [1, 2, 0]


def test_without_a_match_or_a_filter_there_is_nowhere_to_go(qapp: object) -> None:
    found = seeking(greeted(), "code:999")
    assert (found.next(0, 1), found.next(0, -1), len(found)) == (-1, -1, 0)
    found.seek(None)
    assert not found.is_seeking


def test_it_goes_on_as_the_session_grows(qtbot: QtBot) -> None:
    talk = greeted()
    found = seeking(talk, "verb:NOOP")
    talk.say(b"NOOP", b"250 ok")

    qtbot.waitUntil(lambda: len(found) == 2)
    assert found._watcher.session is talk.session
    found._watcher.show(greeted().session)
    assert len(found) == 0


def test_it_seeks_in_slices_and_tells_the_first_hit_at_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = greeted()
    for _ in range(2 * matches.STEP_ROWS):
        talk.say(b"NOOP", b"250 ok")
    monkeypatch.setattr(matches, "SLICE_SECONDS", 0.0)
    found = seeking(talk, "verb:EHLO or exchange:2000")
    told: list[int] = []
    found.changed.connect(lambda: told.append(len(found)))
    assert found.is_seeking
    assert len(found) == 2, "the first are there at once"
    assert found.can_tell_next(-1, 1) and found.can_tell_next(100, -1)
    assert not (found.can_tell_next(3, 1) or found.can_tell_next(3000, -1))
    assert not found.can_tell_next(-1, -1)
    qtbot.waitUntil(lambda: not found.is_seeking)
    assert told[-1] == 4
    assert found.can_tell_next(10_000, 1)
