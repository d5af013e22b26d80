"""The indexer: its short cut comes to the same as the long way, and columns agree with rows."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.session.columns import (
    DEFECTS,
    KIND_BITS,
    KINDS,
    MATCHED,
    NEGATIVE,
    NO_CODE,
    NONE,
    PLAIN,
    TLS,
    Columns,
)
from smtpdebugger.session.events import Received, Sent, WireEvent
from smtpdebugger.session.indexer import Indexer
from smtpdebugger.session.rows import RowKind
from tests.session.wire import FRAGMENTS, converse, event_lists, other_events, replayed

PLAIN_LINES = (
    ("C", b"MAIL FROM:<a@example.test>\r\n"),
    ("C", b"mail from:<> SIZE=7\r\n"),
    ("C", b"MAIL FROM:<open\r\n"),
    ("C", b"MAIL FROM:a@example.test\r\n"),
    ("C", b"RCPT TO:<b@example.test>\r\n"),
    ("C", b"RCPT TO:<hunter22>\r\n"),
    ("C", b"DATA\r\n"),
    ("C", b"DATA x\r\n"),
    ("C", b"Subject: a\r\n\r\ntext\r\n.\r\n"),
    ("C", b"Subject: caf\xc3\xa9\r\n.\r\n"),
    ("C", b".\r\nNOOP\r\n.\r\n"),
    ("C", b"two\r\n.\r\nthree\r\n.\r\n"),
    ("C", b".\r\n"),
    ("C", b"RSET\r\n"),
    ("C", b"NOOP hunter22\r\n"),
    ("C", b"NOOP LOGIN alice hunter22\r\n"),
    ("C", b"EHLO x\r\n"),
    ("C", b"HELO x\r\n"),
    ("C", b"HELP\r\n"),
    ("C", b"VRFY alice\r\n"),
    ("C", b"QUIT\r\n"),
    ("C", b"PASS hunter22\r\n"),
    ("C", b"AUTH LOGIN\r\n"),
    ("C", b"BDAT 3\r\nabc"),
    ("S", b"220 mx\r\n"),
    ("S", b"250 2.1.0 ok\r\n"),
    ("S", b"250-mx\r\n250 SIZE 7\r\n"),
    ("S", b"250 \r\n"),
    ("S", b"299 HUNTER22x\r\n"),
    ("S", b"354 go\r\n"),
    ("S", b"350 go\r\n"),
    ("S", b"334 VXNlcm5hbWU6\r\n"),
    ("S", b"421 4.3.2 bye\r\n"),
    ("S", b"550 5.1.1 no\r\n"),
    ("S", b"550 \x1b[31m\r\n"),
    ("S", b"199 low\r\n"),
    ("S", b"2501 x\r\n"),
)


@st.composite
def plain_events(draw: st.DrawFn) -> list[WireEvent]:
    """Sessions of whole lines, nearly all of them well-formed."""
    found: list[WireEvent] = []
    for _ in range(draw(st.integers(0, 30))):
        at = len(found)
        if draw(st.integers(0, 30)) == 0:
            found.append(draw(other_events)(at))
        elif draw(st.integers(0, 8)) == 0:
            for who, octets in draw(st.sampled_from(FRAGMENTS)):
                found.append((Sent if who == "C" else Received)(len(found), octets))
        else:
            who, octets = draw(st.sampled_from(PLAIN_LINES))
            found.append((Sent if who == "C" else Received)(at, octets))
    return found


def contents(columns: Columns) -> dict[str, object]:
    """Everything in the columns but which way it came."""
    return {
        "marks": [mark & ~(PLAIN | MATCHED) for mark in columns.marks],
        "lines": list(zip(columns.long_rows, columns.line_counts, strict=True)),
        "times": list(columns.times),
        "row_exchanges": list(columns.row_exchanges),
        "verbs": [columns.steps[each] for each in columns.verbs],
        "codes": list(columns.codes),
        "latest_refusal": columns.latest_refusal,
        "sent_rows": list(columns.sent_rows),
        "reply_rows": list(columns.reply_rows),
        "by_verb": {verb: list(numbers) for verb, numbers in columns.by_verb.items()},
    }


@given(st.one_of(plain_events(), event_lists()))
@settings(max_examples=400, deadline=None)
def test_the_short_cut_comes_to_the_same(events: list[WireEvent]) -> None:
    both_ways(events)


@pytest.mark.parametrize(
    "lines",
    [
        # Accepted where no transaction can be: the next reply, be it a refusal, ends it.
        ("C: QUIT", "S: 221 bye", "C: MAIL FROM:<a@b>", "S: 250 ok", "C: NOOP", "S: 502 no"),
        ("C: DATA", "S: 354 go", "C: .\r\nNOOP\r\n.", "S: 250 ok", "S: 250 ok"),
        ("C: NOOP", "S: 334 VXNlcm5hbWU6", "C: AUTH LOGIN aHVudGVyMjI=", "S: 535 hunter22"),
        ("C: MAIL FROM:<a@b>", "S: 550 no", "C: MAIL FROM:<c", "S: 250 ok", "C: RSET", "S: 250 k"),
        ("C: MAIL FROM:<a@b>", "S: 250 ok", "C: DATA", "S: 350 go", "C: NOOP", "S: 250 ok"),
    ],
)
def test_rare_turns_come_to_the_same(lines: tuple[str, ...]) -> None:
    both_ways(converse("S: 220 mx", "C: EHLO x", "S: 250 mx", *lines).events)


def both_ways(events: Iterable[WireEvent]) -> None:
    short, long = Indexer(), Indexer()
    for event in events:
        short.take(event)
        long._take_odd(event)
        assert contents(short.columns) == contents(long.columns)
        assert short.now == long.now
        assert short.waiting == long.waiting
        assert short.newest == long.newest
        assert short.framer.mode is long.framer.mode
        assert (short.sent_octets, short.unit_began) == (long.sent_octets, long.unit_began)
        assert (short.received_octets, short.reply_began) == (
            long.received_octets,
            long.reply_began,
        )
        assert short.payloads == long.payloads
        assert short.keeper.sent == long.keeper.sent
        assert short.keeper.received == long.keeper.received


@given(st.one_of(plain_events(), event_lists()))
@settings(max_examples=200, deadline=None)
def test_columns_agree_with_rows_and_exchanges(events: list[WireEvent]) -> None:
    session = replayed(events)
    columns = session.columns
    assert len(columns.marks) == len(columns.times) == len(columns.row_exchanges)
    for mark, at, number, row in zip(
        columns.marks, columns.times, columns.row_exchanges, session.rows, strict=True
    ):
        assert KINDS[mark & KIND_BITS] is row.kind
        assert at == row.at
        assert number == row.exchange
        assert bool(mark & TLS) == row.tls
        assert bool(mark & NEGATIVE) == row.is_negative
        assert bool(mark & DEFECTS) == row.has_defects
    for number, exchange in enumerate(session.exchanges, 1):
        assert session.verb(number) == exchange.verb
        assert session.code(number) == exchange.code
        assert columns.wait_of(number) == exchange.reply_time
        reply_row = columns.reply_rows[number - 1]
        assert (reply_row == NONE) == (exchange.reply is None)
        assert exchange.reply is not None or columns.codes[number - 1] == NO_CODE
        sent_row = columns.sent_rows[number - 1]
        assert (sent_row == NONE) == (exchange.unit is None)
        if sent_row != NONE:
            assert session.rows[sent_row - 1].exchange == number
            assert session.rows[sent_row - 1].kind is RowKind.COMMAND
    refused = [row.exchange for row in session.rows if row.is_negative and row.direction == "S:"]
    assert session.latest_refusal == (refused[-1] if refused else None)
    for numbers in session.by_verb.values():
        assert all(one < other for one, other in pairwise(numbers))


def test_plain_lines_take_the_short_cut() -> None:
    session = converse("S: 220 mx", "C: EHLO x", "S: 250-mx\r\n250 SIZE 7")
    before = session.indexer.odd_events
    converse(
        "C: MAIL FROM:<a@b> SIZE=7", "S: 250 ok", "C: RCPT TO:<c>", "S: 550 no", "C: RCPT TO:<d>",
        "S: 250 ok", "C: DATA", "S: 354 go", "C: Subject: x\r\n\r\ntext\r\n.", "S: 250 queued",
        "C: RSET", "S: 250 ok", "C: VRFY alice", "S: 502 no", "C: QUIT", "S: 221 bye",
        session=session,
    )  # fmt: skip
    assert session.indexer.odd_events == before
    assert all(mark & PLAIN for mark in session.columns.marks[-16:])


@pytest.mark.parametrize("line", [b"NOOP x\n", b"NO", b"NOOP \xff\r\n", b"NOOP\rx\r\n", b"XYZ\r\n"])
def test_what_is_not_plain_takes_the_long_way(line: bytes) -> None:
    session = converse("S: 220 mx")
    before = session.indexer.odd_events
    session.record(Sent(1, line))
    assert session.indexer.odd_events == before + 1
