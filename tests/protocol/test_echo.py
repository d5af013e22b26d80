"""Echoes: a server that repeats a secret does not make it known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.echo import echoes, mask_reply
from smtpdebugger.protocol.reply import Reply, ReplyParser
from smtpdebugger.protocol.sasl import MASK, MASK_OCTETS, masked

KNOWN = frozenset({b"AGFsaWNlAHNlY3JldA==", b"hunter22", b"2501", b"STARTTLS2024"})


def replies(octets: bytes) -> list[Reply]:
    parser = ReplyParser()
    return parser.feed(octets) + parser.close()


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (b"what is AGFsaWNlAHNlY3JldA==?", b"what is *?"),
        (b"AGFSAWNLAHNLY3JLDA==", b"*"),
        (b"agfsawnlahn...", b"*..."),
        (b"AGFsaWNlX!", b"*!"),
        (b"AGFsaWN", b"AGFsaWN"),
        (b"AGFsaWNlAGFsaWNlAHNlY3JldA==", b"*"),
        (b"hunter2", b"hunter2"),
        (b"Hunter22 hunter22hunter22", b"* *"),
        (b"250-STARTTLS", b"250-STARTTLS"),
        (b"STARTTLS202", b"*"),
        (b"", b""),
    ],
)
def test_where_echoes_are(octets: bytes, shown: bytes) -> None:
    assert masked(octets, echoes(octets, KNOWN)).replace(MASK_OCTETS, b"*") == shown


def test_a_reply_with_an_echo() -> None:
    (reply,) = replies(b"500-unknown:\r\n500 \xff AGFsaWNlAHNlY3JldA== \xff\r\n")
    shown, spans = mask_reply(reply, KNOWN)
    assert shown.text == f"unknown:\nÿ {MASK} ÿ"
    assert shown.lines[0] is reply.lines[0]
    ((start, stop),) = [(each.start, each.stop) for each in spans]
    assert reply.octets[start:stop] == b"AGFsaWNlAHNlY3JldA=="
    assert shown.code == 500


def test_a_reply_without_an_echo_is_the_very_same() -> None:
    (reply,) = replies(b"250 ok\r\n")
    assert mask_reply(reply, KNOWN) == (reply, ())
    assert mask_reply(reply, KNOWN)[0] is reply


def test_codes_are_never_masked_and_none_appears() -> None:
    (reply,) = replies(b"250 2501\r\n")
    assert mask_reply(reply, KNOWN)[0].octets == b"250 " + MASK_OCTETS + b"\r\n"
    (reply,) = replies(b"2502501\r\n")
    assert reply.code is None
    shown, spans = mask_reply(reply, KNOWN)
    assert shown.code is None
    assert shown.octets == MASK_OCTETS + b"\r\n"
    assert [(each.start, each.stop) for each in spans] == [(0, 7)]


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *KNOWN, b"250-", b"550 ", b"2", b"\r\n", b"\n", b"\r", b" ", b"x", b"\xff",
                b"AGFsaWNlA", MASK_OCTETS,
            ]
        ),
        st.binary(max_size=4),
    ),
    max_size=14,
).map(b"".join)  # fmt: skip


@given(LINES)
def test_a_masked_reply_is_what_the_masked_octets_read_as(octets: bytes) -> None:
    shown, written, done = [], octets, 0
    spans = []
    for reply in replies(octets):
        fresh, found = mask_reply(reply, KNOWN)
        shown.append(fresh)
        spans += [type(each)(done + each.start, done + each.stop, each.kind) for each in found]
        done += len(reply.octets)
    written = masked(octets, tuple(spans))
    assert replies(written) == shown
    assert b"".join(each.octets for each in shown) == written


def test_a_line_that_is_too_long_stays_one() -> None:
    (reply,) = replies(b"250 hunter22" + b"x" * 70_000 + b"hunter22\r\n")
    shown, spans = mask_reply(reply, KNOWN)
    assert len(spans) == 2
    assert b"hunter22" not in shown.octets
    assert [each.name for each in shown.defects] == ["line-too-long"] * 2
