"""Commands sent ahead: nothing lost, slices of bounded size."""

from __future__ import annotations

from smtpdebugger.transport.ahead import LINES_PER_SLICE, SEND_SLICE, slices


def test_long_lines_and_many_lines_are_sliced() -> None:
    lines = [b"x" * 100] * 1000
    pieces = list(slices(lines, b"\n"))
    assert b"".join(pieces) == b"".join(line + b"\n" for line in lines)
    assert all(len(each) <= SEND_SLICE + 101 for each in pieces)
    assert all(each.count(b"\n") <= LINES_PER_SLICE for each in pieces)
    assert list(slices([], b"\n")) == []
