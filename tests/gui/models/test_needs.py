"""Needs against a session: nothing before the knowledge, slices, and what a session used."""

from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.requirements import Profile, Requirement
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.needs import AT_ONCE, Needs, NeedsFeed
from tests.gui.stage import MAIL, READY, explainer, knowledge, session_of, tell, watcher_of

PROFILE = Profile("app", (Requirement("extension", "SIZE"), Requirement("command", "VRFY")))


def verdicts(feed: NeedsFeed) -> list[str]:
    found = feed.verdicts
    return [] if found is None else [each.verdict for each in found.checked]


def test_it_follows_the_session_and_the_list(qtbot: QtBot) -> None:
    session, needs = session_of(*READY), Needs()
    watcher = watcher_of(session)
    feed = NeedsFeed(watcher, explainer(), needs)
    assert verdicts(feed) == []
    needs.put(PROFILE)
    qtbot.waitUntil(lambda: verdicts(feed) == ["met", "unknown"])
    tell(session, "C: VRFY a", "S: 502 no")
    qtbot.waitUntil(lambda: verdicts(feed) == ["met", "missing"])
    watcher.show(session_of("S: 220 mx"))
    qtbot.waitUntil(lambda: verdicts(feed) == ["unknown", "unknown"])
    watcher.close()


def test_before_the_knowledge_is_there_it_says_nothing(qtbot: QtBot) -> None:
    needs, late = Needs(), Explainer()
    feed = NeedsFeed(watcher_of(session_of(*READY)), late, needs)
    needs.put(PROFILE)
    assert not feed.is_ready
    assert verdicts(feed) == []
    feed.derive()
    late.library.put(knowledge())
    qtbot.waitUntil(lambda: verdicts(feed) == ["met", "unknown"])


def test_a_long_session_is_read_in_slices(qtbot: QtBot) -> None:
    lines = [each for _ in range(AT_ONCE * 3) for each in ("C: NOOP", "S: 250 ok")]
    session = session_of(*READY, *lines, "C: VRFY a", "S: 252 ok")
    needs = Needs()
    needs.put(PROFILE)
    feed = NeedsFeed(watcher_of(session), explainer(), needs)
    assert verdicts(feed) == ["unknown", "unknown"]
    qtbot.waitUntil(lambda: verdicts(feed) == ["met", "met"])


def test_what_a_session_used_is_told(qtbot: QtBot) -> None:
    feed = NeedsFeed(watcher_of(session_of(*MAIL)), explainer(), Needs())
    with qtbot.waitSignal(feed.derived) as told:
        feed.derive()
    assert told.args[0].get("command", "MAIL") is not None
