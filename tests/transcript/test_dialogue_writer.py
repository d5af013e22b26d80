"""Written dialogues: what is read back is the same conversation."""

from hypothesis import given, settings

from smtpdebugger.session.events import Closed, Failed, Remark, Sent, WireEvent
from smtpdebugger.transcript.dialogue import read_dialogue
from smtpdebugger.transcript.dialogue_writer import dialogue_lines
from tests.session.test_indexer import plain_events
from tests.session.wire import converse

TRACE = """\
# port 25
S: 220 mx
C: EHLO x
S: 250-mx
S: 250 STARTTLS
C: STARTTLS
S: 220 go
# tls
C: DATA
S: 354 go
C: Subject: x
C: .
S: 250 ok
# closed server
"""


def written(*events: WireEvent) -> str:
    return b"".join(dialogue_lines(events)).decode()


def test_a_dialogue_is_written_as_it_was_read() -> None:
    assert written(*read_dialogue(TRACE).events) == TRACE
    early = "# port 465\n# tls\nS: 220 mx\n"
    assert written(*read_dialogue(early).events) == early


@given(plain_events())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_as_the_same_conversation(events: list[WireEvent]) -> None:
    lines = [*dialogue_lines([*events, Closed(0, "server")]), b"S: 220 mx\n"]
    text = b"".join(lines).decode("utf-8", "surrogateescape")
    again = dialogue_lines(read_dialogue(text).events)
    assert [line for line in again if line[1:2] == b":"] == [
        line for line in lines if line[1:2] == b":"
    ]


def test_failures_and_notes_are_remarks() -> None:
    events = (Failed(1, "connect", "It was\nrefused."), Remark(2, "look"))
    assert written(*events) == "# connect failed: It was refused.\n# note: look\n"


def test_what_was_left_out_is_told_and_open_lines_end() -> None:
    session = converse("S: 220 mx", "C: DATA", "S: 354 go")
    session.record(Sent(9, b"head", (), 1000, b"tail\r\n.\r\nNOO", 7))
    assert written(*session.events).endswith(
        "C: head\nC: [1000 octets left out]\nC: tail\nC: .\nC: NOO\n"
    )
