"""Framing: command, mail data, chunk or SASL response, wherever the borders fall."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.command import (
    Chunk,
    ClientUnit,
    Command,
    MailData,
    SaslResponse,
    read_command,
)
from smtpdebugger.protocol.framing import HEAD_OCTETS, ClientFramer, Mode
from smtpdebugger.protocol.reply import MAX_LINE_OCTETS
from tests.protocol.chunks import cut, in_two, octet_by_octet

DATA = read_command(b"DATA\r\n")
AUTH = read_command(b"AUTH LOGIN\r\n")


def in_mail_data() -> ClientFramer:
    framer = ClientFramer()
    framer.replied(DATA, 354)
    assert framer.mode is Mode.MAIL_DATA
    return framer


def in_sasl() -> ClientFramer:
    framer = ClientFramer()
    framer.replied(AUTH, 334)
    assert framer.mode is Mode.SASL
    return framer


BEGINNINGS: dict[str, Callable[[], ClientFramer]] = {
    "commands": ClientFramer,
    "mail data": in_mail_data,
    "sasl": in_sasl,
}
STREAMS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"NOOP\r\n", b"BDAT 5\r\n", b"BDAT 12 LAST\r\n", b"AUTH PLAIN AGFs\r\n", b".\r\n",
                b"\r\n.\r\n", b"..\r\n", b".", b"\r", b"\n", b"hello", b"\r\n", b"AGFsaWNl\r\n",
                b"\n.\n", b"AUTH LOGIN\r\n", b"*\r\n", b"XYZZY\r\n", b"QUIT\n", b"\0\xff\r\n",
            ]
        ),
        st.binary(max_size=12),
    ),
    max_size=12,
).map(b"".join)  # fmt: skip


def units_of(framer: ClientFramer, pieces: list[bytes]) -> list[tuple[int, ClientUnit]]:
    """The units, and where each ended in the whole stream."""
    units, done = [], 0
    for piece in pieces:
        units += [(done + stop, unit) for stop, unit in framer.feed(piece)]
        done += len(piece)
    return units


def length_of(unit: ClientUnit) -> int:
    return unit.length if isinstance(unit, MailData | Chunk) else len(unit.octets)


@pytest.mark.parametrize("beginning", BEGINNINGS)
@given(st.data(), STREAMS)
def test_chunks_never_matter(beginning: str, data: st.DataObject, stream: bytes) -> None:
    results = []
    for pieces in ([stream], octet_by_octet(stream), data.draw(cut(stream))):
        framer = BEGINNINGS[beginning]()
        found: list[object] = [*units_of(framer, pieces)]
        found += [framer.mode, framer.is_between_units, framer.unread_line, framer.close()]
        results.append(found)
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize("beginning", BEGINNINGS)
@given(STREAMS)
def test_each_octet_is_in_exactly_one_unit(beginning: str, stream: bytes) -> None:
    framer = BEGINNINGS[beginning]()
    done = 0
    for stop, unit in framer.feed(stream):
        assert stop - done == length_of(unit)
        if not isinstance(unit, MailData | Chunk):
            assert unit.octets == stream[done:stop]
        done = stop
    rest = framer.close()
    assert (0 if rest is None else length_of(rest)) == len(stream) - done
    assert framer.close() is None
    assert framer.is_between_units


REPLIED = st.tuples(st.integers(0, 9), st.sampled_from([None, 220, 235, 250, 334, 354, 421, 502]))


@given(st.lists(st.one_of(STREAMS, REPLIED, st.sampled_from(["early", "tls", "skip"]))))
def test_no_order_of_things_ever_raises(steps: list[bytes | str | tuple[int, int | None]]) -> None:
    framer, units = ClientFramer(), [None, DATA, AUTH]
    for step in steps:
        if isinstance(step, bytes):
            units += [unit for _, unit in framer.feed(step)]
        elif isinstance(step, tuple):
            framer.replied(units[-1 - step[0] % len(units)], step[1])
        elif step == "early":
            framer.interrupt_mail_data()
        elif step == "skip":
            framer.skip(10, 1)
        else:
            framer.restart()
            assert framer.is_between_units
    framer.close()


# Commands


def test_lines_end_at_lf() -> None:
    units = ClientFramer().feed(b"NOOP\r\nRSET\nQUIT\rX\r\n")
    assert [(stop, unit.verb) for stop, unit in units if isinstance(unit, Command)] == [
        (6, "NOOP"), (11, "RSET"), (19, "QUIT"),
    ]  # fmt: skip


def test_a_line_without_an_end_is_cut() -> None:
    framer = ClientFramer()
    units = framer.feed(b"NOOP " + b"x" * MAX_LINE_OCTETS + b"\r\n")
    assert [len(unit.octets) for _, unit in units if isinstance(unit, Command)] == [
        MAX_LINE_OCTETS, 7,
    ]  # fmt: skip
    assert [each.name for each in units[0][1].defects] == ["line-too-long"]


def test_an_unfinished_line_is_seen_and_ends_with_the_connection() -> None:
    framer = ClientFramer()
    assert framer.unread_line is None
    framer.feed(b"AUTH PLAIN AGFsaWNl")
    assert framer.has_unread_line
    seen = framer.unread_line
    assert seen is not None
    assert seen.secrets
    assert framer.close() == seen
    assert [each.name for each in seen.defects] == ["no-line-end"]
    framer = in_sasl()
    framer.feed(b"AGFs")
    assert isinstance(framer.unread_line, SaslResponse)


# Mail data

MESSAGES = {
    b".\r\n": 3,
    b"\r\n.\r\n": 5,
    b"a\r\n.\r\n": 6,
    b"..\r\n.\r\n": 7,
    b".a\r\n.\r\n": 7,
    b"\r\n\r\n.\r\n": 7,
    b"a\n.\n\r\n.\r\n": 9,
    b"a\r.\r\r\n.\r\n": 9,
    b".\n.\r\n\r\n.\r\n": 10,
    b"\r\n..\r\n.\r.\r\n.\r\n": 14,
}


@pytest.mark.parametrize(("stream", "length"), MESSAGES.items())
def test_the_lone_dot_ends_mail_data_wherever_it_is_cut(stream: bytes, length: int) -> None:
    for first, second in in_two(stream):
        for third, fourth in in_two(second):
            framer = in_mail_data()
            units = units_of(framer, [first, third, fourth, b"NOOP\r\n"])
            ends = [(stop, type(unit)) for stop, unit in units]
            assert ends == [(length, MailData), (length + 6, Command)], (first, third, fourth)


def test_mail_data_tells_its_length_lines_and_head() -> None:
    stream = b"Subject: x\r\n" + b"y" * 2 * HEAD_OCTETS + b"\r\n.\r\n"
    for piece in (len(stream), 1_000, HEAD_OCTETS):
        pieces = [stream[i : i + piece] for i in range(0, len(stream), piece)]
        ((_, unit),) = units_of(in_mail_data(), pieces)
        assert isinstance(unit, MailData)
        assert (unit.length, unit.lines) == (len(stream), 3)
        assert unit.head == stream[:HEAD_OCTETS]
        assert unit.defects == ()


@pytest.mark.parametrize(("first", "rest"), list(in_two(b".\r\n"))[:-1])
def test_what_was_sent_ahead_of_the_354_is_mail_data(first: bytes, rest: bytes) -> None:
    framer = ClientFramer()
    units = framer.feed(b"DATA\r\n" + first)
    framer.replied(units[0][1], 354)
    ((_, unit),) = framer.feed(rest)
    assert isinstance(unit, MailData)
    assert unit.length == 3
    assert framer.is_between_units


def test_other_replies_to_data_change_nothing() -> None:
    for code in (None, 250, 451, 503):
        framer = ClientFramer()
        framer.replied(DATA, code)
        assert framer.mode is Mode.COMMANDS
    framer = ClientFramer()
    framer.replied(read_command(b"NOOP\r\n"), 354)
    assert framer.mode is Mode.COMMANDS


@pytest.mark.parametrize(
    "ending", [b"a\n.\n", b"\n.\n", b".\n", b"a\r\n.\n", b"a\n.\r\n", b"\r.\r"]
)
def test_an_early_reply_after_a_dot_with_other_line_ends_is_the_end(ending: bytes) -> None:
    framer = in_mail_data()
    framer.feed(ending)
    unit = framer.interrupt_mail_data()
    assert unit is not None
    assert unit.length == len(ending)
    assert [each.name for each in unit.defects] == ["no-end-of-data"]
    assert framer.mode is Mode.COMMANDS


def test_after_any_other_early_reply_mail_data_goes_on() -> None:
    framer = in_mail_data()
    framer.feed(b"half a mess")
    assert framer.interrupt_mail_data() is not None
    assert framer.mode is Mode.MAIL_DATA
    ((_, rest),) = framer.feed(b"age\r\n.\r\n")
    assert isinstance(rest, MailData)
    assert rest.is_continued
    assert framer.mode is Mode.COMMANDS


def test_there_is_nothing_to_interrupt_before_mail_data_or_outside_it() -> None:
    assert in_mail_data().interrupt_mail_data() is None
    assert ClientFramer().interrupt_mail_data() is None


def test_mail_data_ends_with_the_connection() -> None:
    framer = in_mail_data()
    framer.feed(b"half")
    unit = framer.close()
    assert isinstance(unit, MailData)
    assert [each.name for each in unit.defects] == ["no-end-of-data"]


def test_what_a_saved_session_left_out_counts() -> None:
    framer = in_mail_data()
    framer.feed(b"head\r\n")
    framer.skip(1_000, 20)
    ((_, unit),) = framer.feed(b".\r\n\r\n.\r\n")
    assert isinstance(unit, MailData)
    assert (unit.length, unit.lines) == (1_014, 24)
    framer.skip(1_000)
    assert framer.is_between_units, "only mail data can have been left out"


# Chunks


def test_a_chunk_follows_its_command() -> None:
    framer = ClientFramer()
    units = [unit for _, unit in framer.feed(b"BDAT 5\r\na\r\n.\rBDAT 0 LAST\r\nNOOP\r\n")]
    assert [type(each).__name__ for each in units] == ["Command", "Chunk", "Command", "Command"]
    assert units[1] == Chunk(5, b"a\r\n.\r", True)


def test_an_unfinished_chunk_is_told() -> None:
    framer = ClientFramer()
    framer.feed(b"BDAT 5\r\nabc")
    assert framer.payload_length == 3
    unit = framer.close()
    assert isinstance(unit, Chunk)
    assert not unit.is_complete
    assert unit.length == 3


def test_a_chunk_refused_before_it_was_sent_is_not_awaited() -> None:
    framer = ClientFramer()
    ((_, bdat),) = framer.feed(b"BDAT 5\r\n")
    framer.replied(bdat, 250)
    assert framer.mode is Mode.CHUNK
    framer.replied(bdat, 502)
    assert framer.mode is Mode.COMMANDS


def test_a_chunk_refused_while_it_is_sent_goes_on() -> None:
    framer = ClientFramer()
    ((_, bdat),) = framer.feed(b"BDAT 5\r\nab")
    framer.replied(bdat, 502)
    assert framer.mode is Mode.CHUNK


def test_the_refusal_of_something_else_does_not_end_a_chunk() -> None:
    framer = ClientFramer()
    units = [unit for _, unit in framer.feed(b"RCPT TO:<x>\r\nBDAT 3\r\nabcBDAT 3\r\n")]
    for unit in units[:2]:
        framer.replied(unit, 550)
    assert framer.mode is Mode.CHUNK
    ((_, chunk),) = framer.feed(b"def")
    assert isinstance(chunk, Chunk)


def test_late_replies_do_not_turn_a_payload_into_something_else() -> None:
    for framer in (in_mail_data(), ClientFramer()):
        framer.feed(b"BDAT 5\r\nab")
        mode = framer.mode
        framer.replied(AUTH, 334)
        framer.replied(DATA, 354)
        assert framer.mode is mode
        unit = framer.close()
        assert isinstance(unit, MailData | Chunk)
        assert unit.length == (10 if mode is Mode.MAIL_DATA else 2)


# SASL


def test_a_334_asks_for_one_response() -> None:
    framer = in_sasl()
    units = [unit for _, unit in framer.feed(b"YWxpY2U=\r\nNOOP\r\n")]
    assert [type(each) for each in units] == [SaslResponse, Command]
    assert units[0].defects == ()
    framer.replied(units[0], 334)
    assert framer.mode is Mode.SASL
    framer.replied(units[1], 334)


def test_a_334_to_something_else_asks_for_nothing() -> None:
    framer = ClientFramer()
    framer.replied(read_command(b"NOOP\r\n"), 334)
    framer.replied(None, 334)
    assert framer.mode is Mode.COMMANDS


def kinds(framer: ClientFramer, stream: bytes) -> list[type]:
    return [type(unit) for _, unit in framer.feed(stream)]


def test_after_a_refused_auth_what_looks_like_a_response_is_one() -> None:
    framer = ClientFramer()
    assert kinds(framer, b"AUTH LOGIN\r\n") == [Command]
    assert framer.is_after_auth
    framer.replied(AUTH, 502)
    lines = b"YWxpY2U=\r\nc2VjcmV0\r\nxyz\r\nNOOP\r\nc2VjcmV0\r\n"
    assert kinds(framer, lines) == [SaslResponse, SaslResponse, Command, Command, Command]
    assert not framer.is_after_auth


def test_after_a_login_unknown_verbs_are_commands_again() -> None:
    framer = ClientFramer()
    framer.feed(b"AUTH LOGIN\r\n")
    framer.replied(AUTH, 334)
    ((_, response),) = framer.feed(b"YWxpY2U=\r\n")
    framer.replied(response, 235)
    assert kinds(framer, b"XYZZY\r\n") == [Command]


@pytest.mark.parametrize("ending", [b"\r\n", b"\n"])
@pytest.mark.parametrize("piece", [1_000_000, 65_536, 7_777])
def test_a_secret_that_is_too_long_stays_in_one_unit(ending: bytes, piece: int) -> None:
    for framer, head in ((ClientFramer(), b"AUTH GSSAPI "), (in_sasl(), b"")):
        stream = head + b"A" * 3 * MAX_LINE_OCTETS + b"=" + ending
        units = units_of(framer, [stream[i : i + piece] for i in range(0, len(stream), piece)])
        ((stop, unit),) = units
        assert stop == len(stream)
        assert not isinstance(unit, MailData | Chunk)
        assert len(unit.octets) == MAX_LINE_OCTETS
        assert unit.octets.startswith(head + b"AAAA")
        assert unit.octets.endswith(b"A=" + ending if len(ending) == 1 else ending)
        assert unit.secrets[0].stop == MAX_LINE_OCTETS - len(ending)
        assert framer.mode is Mode.COMMANDS
        assert framer.is_between_units


def test_a_secret_that_is_too_long_may_be_broken_off() -> None:
    framer = ClientFramer()
    framer.feed(b"AUTH GSSAPI " + b"A" * 2 * MAX_LINE_OCTETS)
    assert framer.unread_line == framer.close()
    assert framer.is_between_units
    framer.feed(b"AUTH GSSAPI " + b"A" * 2 * MAX_LINE_OCTETS)
    framer.restart()
    assert framer.is_between_units
    assert kinds(framer, b"NOOP\r\n") == [Command]


def test_tls_ends_whatever_had_begun() -> None:
    for framer in (ClientFramer(), in_mail_data(), in_sasl()):
        framer.feed(b"half a li")
        framer.restart()
        assert framer.is_between_units
        assert framer.mode is Mode.COMMANDS
        assert kinds(framer, b"EHLO x\r\n") == [Command]
