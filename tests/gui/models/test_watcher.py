from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.watcher import LONGEST_MILLISECONDS, SessionWatcher
from smtpdebugger.session.events import Connected, Received
from smtpdebugger.session.session import Session


def test_many_events_are_told_once(qtbot: QtBot) -> None:
    watcher = SessionWatcher()
    told: list[int] = []
    watcher.changed.connect(lambda: told.append(len(watcher.session.events)))
    session = Session()
    watcher.show(session)
    session.record(Connected(0, "mx", "127.0.0.1:25"))
    for at in range(100):
        session.record(Received(at, b"220 hello\r\n"))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [101]
    watcher.close()


def test_the_session_before_is_not_followed_any_more(qtbot: QtBot) -> None:
    watcher = SessionWatcher()
    first, second = Session(), Session()
    watcher.show(first)
    with qtbot.waitSignal(watcher.replaced):
        watcher.show(second)
    told: list[bool] = []
    watcher.changed.connect(lambda: told.append(True))
    first.record(Connected(0, "mx", "127.0.0.1:25"))
    qtbot.wait(30)
    assert not told
    assert watcher.session is second
    watcher.close()


def test_closing_tells_the_last_batch(qtbot: QtBot) -> None:
    watcher = SessionWatcher()
    session = Session()
    watcher.show(session)
    session.record(Connected(0, "mx", "127.0.0.1:25"))
    with qtbot.waitSignal(watcher.changed, timeout=0, raising=False) as told:
        watcher.close()
    assert told.signal_triggered
    watcher.close()


def test_what_was_shown_dearly_is_shown_less_often(qtbot: QtBot) -> None:
    watcher = SessionWatcher()
    session = Session()
    watcher.show(session)
    with qtbot.waitSignal(watcher.changed):
        session.record(Connected(0, "mx", "127.0.0.1:25"))
    told: list[bool] = []
    watcher.changed.connect(lambda: told.append(True))
    # Painting took a second: the next batch waits for as long as may be.
    watcher.spent(1.0)
    session.record(Received(1, b"220 hello\r\n"))
    qtbot.wait(LONGEST_MILLISECONDS // 3)
    assert not told
    qtbot.waitUntil(lambda: bool(told))
    # After a silence nobody waits.
    qtbot.wait(LONGEST_MILLISECONDS)
    with qtbot.waitSignal(watcher.changed, timeout=LONGEST_MILLISECONDS // 2):
        session.record(Received(2, b"250 hello\r\n"))
    watcher.close()


def test_while_nobody_looks_it_only_says_that_something_came(qtbot: QtBot) -> None:
    watcher = SessionWatcher()
    session = Session()
    watcher.show(session)
    watcher.rest(True)
    told: list[str] = []
    watcher.grown.connect(lambda: told.append("grown"))
    watcher.changed.connect(lambda: told.append("changed"))
    with qtbot.waitSignal(watcher.stirred):
        session.record(Connected(0, "mx", "127.0.0.1:25"))
        session.record(Received(1, b"220 hello\r\n"))
    assert not told
    watcher.rest(False)
    assert told == ["grown", "changed"]
    watcher.rest(True)
    watcher.rest(False)
    assert told == ["grown", "changed"], "nothing more came"
    watcher.close()
