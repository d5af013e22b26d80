"""Findings, found in slices as the session grows."""

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.findings_feed import FindingsFeed
from tests.gui.stage import GREETED, explainer, knowledge, session_of, tell, watcher_of

CLEAR = (
    *GREETED,
    "C: EHLO client.example.test",
    "S: 250-mail.example.test\r\n250-STARTTLS\r\n250 AUTH PLAIN",
)


def rules(feed: FindingsFeed) -> list[str]:
    return [each.rule for each in feed.findings]


def settle(qtbot: QtBot, feed: FindingsFeed) -> None:
    qtbot.waitUntil(lambda: feed.is_settled)


def test_what_is_there_is_found(qtbot: QtBot) -> None:
    feed = FindingsFeed(watcher_of(session_of(*CLEAR)), explainer())
    settle(qtbot, feed)
    assert rules(feed) == ["auth-in-clear"]
    assert feed.left_out == 0


def test_more_is_found_as_the_session_goes_on(qtbot: QtBot) -> None:
    session = session_of(*CLEAR)
    feed = FindingsFeed(watcher_of(session), explainer())
    settle(qtbot, feed)
    with qtbot.waitSignal(feed.grown):
        tell(session, "C: STARTTLS", "S: 502 no")
    assert rules(feed) == ["auth-in-clear", "offered-but-refused"]


def test_nothing_is_found_before_the_knowledge_is_there(qtbot: QtBot) -> None:
    late = Explainer()
    feed = FindingsFeed(watcher_of(session_of(*CLEAR)), late)
    assert rules(feed) == []

    late.library.put(knowledge())
    settle(qtbot, feed)
    assert rules(feed) == ["auth-in-clear"]


def test_another_session_begins_anew(qtbot: QtBot) -> None:
    watcher = watcher_of(session_of(*CLEAR))
    feed = FindingsFeed(watcher, explainer())
    settle(qtbot, feed)
    with qtbot.waitSignal(feed.replaced):
        watcher.show(session_of(*GREETED))
    settle(qtbot, feed)
    assert rules(feed) == []


def test_findings_are_reached_by_their_exchange(qtbot: QtBot) -> None:
    session = session_of(*CLEAR, "C: NOOP", "S: 250 ok", "C: STARTTLS", "S: 502 no")
    feed = FindingsFeed(watcher_of(session), explainer())
    settle(qtbot, feed)

    assert [each.rule for each in feed.of_exchange(4)] == ["offered-but-refused"]
    assert list(feed.of_exchange(3)) == []
    assert [feed.next_exchange(number, 1) for number in (0, 2, 4)] == [2, 4, 0]
    assert [feed.next_exchange(number, -1) for number in (5, 4, 2)] == [4, 2, 0]


def test_the_filter_learns_severities_and_rules(qtbot: QtBot) -> None:
    feed = FindingsFeed(watcher_of(session_of(*CLEAR)), explainer())
    with qtbot.waitSignal(feed.settled):
        pass
    assert feed.names_of(2) == {"warning", "auth-in-clear"}
    assert feed.names_of(1) == set()
