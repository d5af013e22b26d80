"""Replies: what is wrong with each is named, and the next command is answered all the same."""

from __future__ import annotations

import pytest

from tests.hostile.perform import FAREWELL, meet
from tests.peers.play import CLOSE, GREETING, HALF_CLOSE, HEAR, PIECES, RESET

SEND = GREETING, HEAR


@pytest.mark.parametrize(
    ("octets", "code", "defects"),
    [
        (b"250-a\r\n550 b\r\n", 550, ["code-mismatch"]),
        (b"25 two digits\r\n", None, ["no-code"]),
        (b"25000 five\r\n", None, ["no-code"]),
        (b"000 x\r\n", 0, ["code-out-of-range"]),
        (b"999 x\r\n", 999, ["code-out-of-range"]),
        (b"Sure thing\r\n", None, ["no-code"]),
        (b"250-a\n250 b\n", 250, ["bare-lf", "bare-lf"]),
        (b"250 a\rb\r\n", 250, ["bare-cr"]),
        (b"250 a\0b\r\n", 250, ["nul"]),
        (b"250 caf\xe9 \xff\xfe\r\n", 250, ["8bit"]),
        ("250 grüße \u202egnal\u202c\r\n".encode(), 250, ["8bit"]),
        (b"250 \x1b]0;title\x07\x1b[2J\r\n", 250, []),
        (b"250 <script>alert(1)</script><img src=x>\r\n", 250, []),
        (b"250\r\n", 250, ["no-text"]),
        (b"250", 250, ["no-text", "no-line-end"]),
        (b"\r\n", None, ["no-code"]),
    ],
)
def test_each_is_kept_as_it_came_and_named(
    octets: bytes, code: int | None, defects: list[str]
) -> None:
    tail = (CLOSE,) if octets == b"250" else FAREWELL
    outcome = meet(*SEND, octets, *tail)
    assert outcome.replies[1] == ("EHLO", code)
    assert outcome.defects(2) == defects
    if tail == FAREWELL:
        assert outcome.replies[2:] == [("NOOP", 250), ("QUIT", 221)]
        assert outcome.end == ("server", "")


def test_what_is_shown_of_them_holds_no_control_characters() -> None:
    outcome = meet(*SEND, "250 \x1b[2J\x07\x00\x9b \u202e‮⁦x\r\n".encode(), *FAREWELL)
    for row in outcome.client.session.rows:
        shown = row.line + row.sentence
        assert all(each.isprintable() or each == "\n" for each in shown), shown


def test_a_bare_cr_ends_no_line() -> None:
    outcome = meet(*SEND, b"250-a\r250 b\r\n", CLOSE)
    assert outcome.defects(2) == ["bare-cr", "unfinished"]
    assert "in the middle of a reply" in outcome.end[1]


def test_replies_before_commands_two_to_one_and_none() -> None:
    outcome = meet(GREETING + b"250 hasty\r\n", HEAR, b"250 a\r\n250 b\r\n", *FAREWELL)
    assert outcome.replies == [
        ("(greeting)", 220),
        ("(unsolicited)", 250),
        ("EHLO", 250),
        ("(unsolicited)", 250),
        ("NOOP", 250),
        ("QUIT", 221),
    ]
    silent = meet(*SEND)
    assert [stage for stage, _ in silent.failures] == ["time-out"] * 3
    assert [what for _, what in silent.failures] == [
        f"No reply to {each} within 300 s." for each in ("EHLO", "NOOP", "QUIT")
    ]


def test_a_reply_that_was_given_up_on_still_comes() -> None:
    outcome = meet(*SEND, 350.0, b"250 late\r\n", *FAREWELL)
    assert outcome.replies[1:] == [("EHLO", 250), ("NOOP", 250), ("QUIT", 221)]
    assert [what for _, what in outcome.failures] == ["No reply to EHLO within 300 s."]


def test_in_pieces_of_one_octet() -> None:
    outcome = meet(*SEND, PIECES, b"250-a\r\n250-b\r\n250 c\r\n", *FAREWELL)
    assert outcome.failures == []
    reply = outcome.client.session.exchange(2).reply
    assert reply is not None
    assert reply.text == "a\nb\nc"


def test_a_reset_in_place_of_a_close() -> None:
    outcome = meet(*SEND, RESET)
    assert outcome.end == ("network", "the connection was reset, before it answered EHLO")


def test_a_half_close_after_a_reply_keeps_the_reply() -> None:
    outcome = meet(*SEND, b"250 ok\r\n", HALF_CLOSE)
    assert outcome.replies[1] == ("EHLO", 250)
    # It depends on the network whether the end comes before or after the next command.
    assert outcome.end in {("server", ""), ("server", "before it answered NOOP")}
