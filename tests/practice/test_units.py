"""The server's ear: cutting does not matter, and nothing is read ahead."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.practice.units import UnitReader
from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData, SaslResponse

STREAM = (
    b"EHLO me\r\nAUTH LOGIN\r\nYWxpY2U=\r\nDATA\r\nDATA\r\n..x\r\n.\r\n"
    b"BDAT 8\r\nQUIT\r\n\r\nBDAT 0 LAST\r\nNOOP\nQUIT\r\n"
)
CODES = {"AUTH": 334, "DATA": 354}


def units_of(pieces: list[bytes]) -> list[ClientUnit]:
    reader, found = UnitReader(), []
    for piece in pieces:
        reader.feed(piece)
        while (unit := reader.next_unit()) is not None:
            verb = unit.verb if isinstance(unit, Command) else ""
            reader.answered(unit, CODES.get(verb, 250))
            found.append(unit)
    return found


@given(st.lists(st.integers(1, len(STREAM)), max_size=12))
def test_cutting_does_not_matter(cuts: list[int]) -> None:
    places = [0, *sorted(set(cuts)), len(STREAM)]
    pieces = [STREAM[a:b] for a, b in pairwise(places)]
    assert units_of(pieces) == units_of([STREAM])


def test_each_kind_of_unit_is_recognised() -> None:
    kinds = [type(each) for each in units_of([STREAM])]
    assert kinds == [
        Command, Command, SaslResponse, Command, MailData,
        Command, Chunk, Command, Command, Command,
    ]  # fmt: skip


def test_a_refused_data_leaves_commands_commands() -> None:
    reader = UnitReader()
    reader.feed(b"DATA\r\nNOOP\r\n")
    verbs = []
    while (unit := reader.next_unit()) is not None:
        assert isinstance(unit, Command)
        reader.answered(unit, 503)
        verbs.append(unit.verb)
    assert verbs == ["DATA", "NOOP"]


def test_what_came_before_tls_is_forgotten() -> None:
    reader = UnitReader()
    reader.feed(b"STARTTLS\r\nRSET\r\nNO")
    unit = reader.next_unit()
    reader.answered(unit, 220)
    reader.restart()
    reader.feed(b"EHLO me\r\n")
    following = reader.next_unit()
    assert isinstance(following, Command)
    assert following.verb == "EHLO"
    assert reader.next_unit() is None


def test_endless_lines_and_endless_mail_data_do_not_pile_up() -> None:
    reader = UnitReader()
    for _ in range(40):
        reader.feed(b"x" * 65536)
        while reader.next_unit() is not None:
            pass
        assert len(reader._buffer) <= 65536
    reader = UnitReader()
    reader.feed(b"DATA\r\n")
    reader.answered(reader.next_unit(), 354)
    for _ in range(40):
        reader.feed(b"y" * 65536)
        assert reader.next_unit() is None
        assert len(reader._buffer) <= 65536 + 2
    reader.feed(b"\r\n.\r\n")
    unit = reader.next_unit()
    assert isinstance(unit, MailData)
    assert unit.length == 40 * 65536 + 5
