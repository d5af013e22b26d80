"""Dot-stuffing, cut anywhere."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.transparency import ENDS, Stuffer

MESSAGES = st.lists(st.sampled_from([b".", b"\r\n", b"\n", b"\r", b"a", b"\0"])).map(b"".join)


def stuffed(*pieces: bytes) -> tuple[bytes, int]:
    stuffer = Stuffer()
    octets = b"".join(map(stuffer.feed, pieces))
    return octets + stuffer.end(), stuffer.dots


def test_dots_at_line_starts_are_doubled_and_counted() -> None:
    assert stuffed(b".a\r\n..\r\nb.\r\n") == (b"..a\r\n...\r\nb.\r\n.\r\n", 2)
    assert stuffed(b"a\n.b") == (b"a\n..b\r\n.\r\n", 1)
    assert stuffed() == (b".\r\n", 0)
    assert stuffed(b"a\r") == (b"a\r\r\n.\r\n", 0)


def test_a_lone_dot_at_every_border_ends_nothing() -> None:
    octets, dots = stuffed(*[b"\r\n", b".", b"\r\n"] * 50)
    assert dots == 50
    assert octets.count(b"\r\n.\r\n") == 1


@given(MESSAGES, st.lists(st.integers(0, 40)))
def test_where_it_is_cut_does_not_matter(message: bytes, cuts: list[int]) -> None:
    borders = sorted({0, len(message), *(cut for cut in cuts if cut < len(message))})
    pieces = [message[a:b] for a, b in itertools.pairwise(borders)]
    octets, dots = stuffed(*pieces)
    assert (octets, dots) == stuffed(message)
    assert (b"\r\n" + octets).index(b"\r\n.\r\n") == len(octets) - 3
    # And back: what the server takes away is what was added.
    body = (b"\n" + octets.removesuffix(b".\r\n")).replace(b"\n..", b"\n.")[1:]
    assert body in {message, message + b"\r\n"}


def test_only_the_first_of_all_ends_is_one() -> None:
    assert next(iter(ENDS.values())) == b"\r\n.\r\n"
    assert len(set(ENDS.values())) == len(ENDS)
