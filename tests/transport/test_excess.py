"""What is kept of a long message; nothing is left out of the count."""

from __future__ import annotations

import hashlib
import random

import pytest

from smtpdebugger.session.events import Sent
from smtpdebugger.transport.excess import HEAD_OCTETS, PART_OCTETS, TAIL_OCTETS, Excess


def taken(octets: bytes, size: int) -> list[Sent]:
    events: list[Sent] = []
    excess = Excess(events.append)
    for start in range(0, len(octets), size):
        excess.take(start, octets[start : start + size])
    excess.flush()
    return events


def message(length: int) -> bytes:
    return random.Random(7).randbytes(1024).replace(b"\n", b"\r\n") * (length // 1024 + 1)


@pytest.mark.parametrize("size", [1000, 65536, 256 * 1024])
@pytest.mark.parametrize("length", [10, HEAD_OCTETS, HEAD_OCTETS + 10, 3_000_000, 40_000_000])
def test_every_octet_is_kept_or_counted(length: int, size: int) -> None:
    octets = message(length)[:length]
    events = taken(octets, size)
    assert sum(each.length for each in events) == length
    kept = 0
    for each in events:
        assert octets[kept : kept + len(each.octets)] == each.octets
        kept += len(each.octets)
        if each.omitted:
            gone = octets[kept : kept + each.omitted]
            assert each.sha256 == hashlib.sha256(gone).hexdigest()
            assert each.omitted_lines == gone.count(b"\n")
            kept += each.omitted
            assert octets[kept : kept + len(each.tail)] == each.tail
            kept += len(each.tail)
    held = sum(len(each.octets) + len(each.tail) for each in events)
    # The tail may be as long as the piece it came in is allowed to be kept.
    assert held <= HEAD_OCTETS + 2 * TAIL_OCTETS + 2 * size


def test_up_to_a_mebibyte_nothing_is_left_out() -> None:
    events = taken(message(2**20)[: 2**20], 4096)
    assert not any(each.omitted for each in events)


def test_a_very_long_message_makes_few_events() -> None:
    events = taken(bytes(100_000_000), 256 * 1024)
    assert len(events) < 6 + 100_000_000 // PART_OCTETS + HEAD_OCTETS // (256 * 1024)


def test_chunks_of_one_message_share_what_is_kept() -> None:
    events: list[Sent] = []
    excess = Excess(events.append)
    for _ in range(1000):
        excess.take(1, b"x" * 60_000)
        excess.flush()
    assert sum(each.length for each in events) == 60_000_000
    assert sum(len(each.octets) + len(each.tail) for each in events) < 2_000_000
