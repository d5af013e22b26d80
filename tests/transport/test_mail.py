"""Slices: dots stuffed wherever the cuts fall, nothing lost."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.transport import mail
from smtpdebugger.transport.mail import LINES_PER_SLICE, SEND_SLICE, slices, stuffed

MESSAGES = st.lists(st.sampled_from([b".", b"\r\n", b"\n", b"x", b".."]), max_size=40)


@given(MESSAGES, st.integers(1, 7))
def test_stuffing_does_not_depend_on_the_cuts(parts: list[bytes], size: int) -> None:
    message = b"".join(parts)
    whole = mail._MAIL_SLICE
    try:
        mail._MAIL_SLICE = size
        sent = b"".join(stuffed(message))
    finally:
        mail._MAIL_SLICE = whole
    assert sent == b"".join(stuffed(message))
    ending = b"" if not message or message.endswith(b"\r\n") else b"\r\n"
    assert sent == re.sub(rb"(?m)^\.", b"..", message) + ending + b".\r\n"


def test_an_empty_message_is_a_lone_dot() -> None:
    assert list(stuffed(b"")) == [b".\r\n"]


def test_long_lines_and_many_lines_are_sliced() -> None:
    lines = [b"x" * 100] * 1000
    pieces = list(slices(lines, b"\n"))
    assert b"".join(pieces) == b"".join(line + b"\n" for line in lines)
    assert all(len(each) <= SEND_SLICE + 101 for each in pieces)
    assert all(each.count(b"\n") <= LINES_PER_SLICE for each in pieces)
    assert list(slices([], b"\n")) == []
