"""Strangers, however their first octets are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.transport.sniff import Sniffer, find_tls, looks_like_tls


@given(st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"SSH-2.0-x\r\n", b"+OK hi\r\n"]), st.data())
def test_cutting_does_not_matter(octets: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(octets) - 1))
    sniffer = Sniffer()
    found = [sniffer.look(octets[:cut]), sniffer.look(octets[cut:])]
    assert len([each for each in found if each is not None]) == 1


@pytest.mark.parametrize("octets", [b"220 mail.test ESMTP\r\n", b"554 no\r\n", b"x", b"", b"\xff"])
def test_smtp_and_nonsense_are_no_strangers(octets: bytes) -> None:
    assert Sniffer().look(octets) is None


def test_only_the_beginning_counts() -> None:
    sniffer = Sniffer()
    assert sniffer.look(b"220 mail.test ESMTP\r\n") is None
    assert sniffer.look(b"HTTP/1.1 200 OK\r\n") is None


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"\x16\x03\x01", True),
        (b"\x15", True),
        (b"220 ", False),
        (b"\x16\x30", False),
        (b"", False),
    ],
)
def test_tls_records_are_recognised(octets: bytes, expected: bool) -> None:
    assert looks_like_tls(octets) is expected


def test_tls_is_found_behind_clear_text() -> None:
    assert find_tls(b"250 x\r\n\x16\x03\x03") == 7
    assert find_tls(b"250 x\r\n") is None
