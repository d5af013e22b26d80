from smtpdebugger.cli.talk.happenings import Happenings
from smtpdebugger.session.events import Closed, Connected, Mark, Received, Remark, Sent, WireEvent
from smtpdebugger.session.rows import RowKind
from smtpdebugger.session.session import Session


def test_each_row_of_an_event_finds_its_event() -> None:
    events: list[WireEvent] = [
        Connected(1, "x", "127.0.0.1:25"),
        Received(2, b"220 x\r\n"),
        Remark(3, "one"),
        Sent(4, b"NOOP\r\n"),
        Received(5, b"250 "),
        Mark(6, 1),
        Remark(7, "two"),
        Received(8, b"ok\r\n"),
        Closed(9, "server"),
    ]
    session = Session()
    for event in events:
        session.record(event)
    happenings = Happenings(session)

    rows = [row for row in session.rows if row.kind in {RowKind.EVENT, RowKind.REMARK}]
    found = [happenings.next() for _ in rows]

    assert [each.at for each in found] == [row.at for row in rows] == [1, 3, 7, 9]
