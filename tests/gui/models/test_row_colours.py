import pytest

from smtpdebugger.gui.models import row_colours
from smtpdebugger.gui.models.row_colours import RowColours
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.session.blocks import BLOCK_EVENTS
from smtpdebugger.session.events import Mark
from tests.gui.sessions import Talk, encrypted, refused


@pytest.fixture
def colours(qapp: object) -> RowColours:
    watcher = SessionWatcher()
    made = RowColours(watcher)
    watcher.setParent(made)
    return made


def names(colours: RowColours, talk: Talk) -> list[str]:
    found = [colours.of(row) for row in range(len(talk.session.rows))]
    return ["" if each is None else each.name for each in found]


def test_the_first_rule_that_lets_a_row_through_decides(colours: RowColours) -> None:
    talk = (
        encrypted().say(b"VRFY a", b"502 no").say(b"RCPT x", b"450 later").say(b"NOOP", b"250 ok")
    )
    talk.session.record(Mark(talk.now, 7, True))
    talk.session.record(Mark(talk.now, 6, True))
    colours._watcher.show(talk.session)

    assert names(colours, talk)[5:] == [
        "", "green", "", "", "", "red", "blue", "amber", "blue", "blue",
    ]  # fmt: skip


def test_other_rules_hold_at_once(colours: RowColours) -> None:
    told: list[int] = []
    colours.changed.connect(lambda: told.append(1))
    talk = refused()
    colours._watcher.show(talk.session)
    colours.use("grey verb:EHLO\nred verb:")

    assert told == [1]
    assert names(colours, talk).count("grey") == 4
    assert set(names(colours, talk)) == {"", "grey"}
    colours.use("grey verb:EHLO\nred verb:")
    assert told == [1]


def test_rows_that_come_and_marks_change_colours(colours: RowColours) -> None:
    colours.use("violet is:unanswered\nblue is:marked")
    talk = refused()
    colours._watcher.show(talk.session)
    talk.client(b"NOOP\r\n")
    assert names(colours, talk)[-1] == "violet"
    for number in range(BLOCK_EVENTS):
        talk.client(b"RCPT TO:<%d@x>\r\n" % number)
    assert names(colours, talk)[11] == "violet"
    talk.server(b"250 ok\r\n")
    assert names(colours, talk)[11:13] == ["", "violet"], "though its block was full long ago"
    talk.session.record(Mark(talk.now, 1, True))
    assert names(colours, talk)[1] == "blue"
    talk.session.record(Mark(talk.now, 1, False))
    assert names(colours, talk)[1] == ""


def test_findings_change_colours(colours: RowColours) -> None:
    talk = refused()
    colours._watcher.show(talk.session)
    colours.use("violet finding:error")
    assert "violet" not in names(colours, talk)
    colours.take_findings(lambda number: {"error"} if number == 5 else frozenset())
    assert names(colours, talk).count("violet") == 2


def test_a_few_blocks_are_kept(colours: RowColours, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_colours, "KEPT_BLOCKS", 2)
    talk = refused()
    for _ in range(2 * BLOCK_EVENTS):
        talk.say(b"NOOP", b"250 ok")
    colours._watcher.show(talk.session)

    assert names(colours, talk)[10] == "red"
    assert len(colours._kept) == 2
