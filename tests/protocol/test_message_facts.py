"""Facts about a message: the same however it is cut, and the right line numbers."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.message_facts import MessageFacts, MessageScan, remarks_on

PIECES = [b".", b"\r\n", b"\n", b"\r", b"a: b", b"\0", "ü".encode(), b"x" * 300]
MESSAGES = st.lists(st.sampled_from(PIECES)).map(b"".join)


def facts(*pieces: bytes) -> MessageFacts:
    scan = MessageScan()
    for piece in pieces:
        scan.feed(piece)
    return scan.end()


def test_an_ordinary_message_has_nothing_to_remark() -> None:
    found = facts(b"From: a\r\nSubject: b\r\n\r\nbody\r\n.dots\r\n")
    assert (found.octets, found.lines, found.longest, found.longest_at) == (36, 5, 10, 2)
    assert found.dots == 1
    assert found.has_header
    assert found.ends_line
    assert list(remarks_on(found)) == []


def test_everything_odd_is_found_with_its_line() -> None:
    found = facts(b"A: b\r\n\r\nx\ny\rz\r\n\0\r\n" + "ü\r\n".encode() + b"l" * 1200)
    assert (found.bare_lf, found.bare_lf_at) == (1, 3)
    assert (found.bare_cr, found.bare_cr_at) == (1, 4)
    assert (found.nul, found.nul_at) == (1, 5)
    assert found.eight_bit_at == 6
    assert (found.longest, found.longest_at) == (1200, 7)
    assert not found.ends_line
    assert not found.has_8bit_header
    told = " ".join(remark.what for remark in remarks_on(found))
    for word in ("LF alone", "CR stand alone", "NUL", "line 7 has 1200"):
        assert word in told


@pytest.mark.parametrize(
    ("message", "has_header", "has_8bit_header"),
    [
        (b"", False, False),
        (b"\r\nbody", False, False),
        (b"just text\r\n", False, False),
        ("Subject: ü\r\n\r\nx".encode(), True, True),
        ("Subject: u\r\n\r\nü".encode(), True, False),
        ("Subject: u\n\nü".encode(), True, False),
        (b"X: " + b"y" * 300_000, True, False),
    ],
)
def test_the_header_section(message: bytes, has_header: bool, has_8bit_header: bool) -> None:
    found = facts(message)
    assert (found.has_header, found.has_8bit_header) == (has_header, has_8bit_header)


def test_a_file_of_unix_is_known_as_one() -> None:
    assert facts(b"A: b\n\nc\n").is_lf_only
    assert not facts(b"A: b\r\n\nc\n").is_lf_only
    assert not facts(b"A: b\r\n").is_lf_only


@given(MESSAGES, st.lists(st.integers(0, 60)))
def test_where_it_is_cut_does_not_matter(message: bytes, cuts: list[int]) -> None:
    borders = sorted({0, len(message), *(cut for cut in cuts if cut < len(message))})
    pieces = [message[a:b] for a, b in itertools.pairwise(borders)]
    assert facts(*pieces) == facts(message)


@given(MESSAGES)
def test_the_counts_are_those_of_the_whole(message: bytes) -> None:
    found = facts(message)
    assert found.crlf == message.count(b"\r\n")
    assert found.bare_cr == len(re.findall(rb"\r(?!\n)", message))
    assert found.bare_lf == len(re.findall(rb"(?<!\r)\n", message))
    lines = message.split(b"\n")
    assert found.lines == len(lines) - (lines[-1] == b"")
    ends = [line.removesuffix(b"\r") for line in lines[:-1]] + lines[-1:]
    assert found.longest == max(map(len, ends))
    if found.bare_lf:
        at = next(i for i, line in enumerate(lines[:-1], 1) if not line.endswith(b"\r"))
        assert found.bare_lf_at == at
