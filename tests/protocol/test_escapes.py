"""Escapes: any octets can be typed, and every text that is none says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.escapes import escaped, unescaped


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("", b""),
        ("NOOP", b"NOOP"),
        (r"NOOP\r\n", b"NOOP\r\n"),
        (r"a\tb\0c\\d", b"a\tb\0c\\d"),
        (r"\x00\xfF\x0a", b"\0\xff\n"),
        (r"\\x41", rb"\x41"),
        ("Grüße", "Grüße".encode()),
        ("\udcff", b"\xff"),
        ("a\\", b"a\\"),
    ],
)
def test_text_to_octets(text: str, octets: bytes) -> None:
    assert unescaped(text) == octets


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r"\q", r"there is no escape \\q"),
        (r"\x4", "two hexadecimal digits, not “4”"),
        (r"\xzz1", "not “zz”"),
    ],
)
def test_what_is_no_escape_is_told(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        unescaped(text)


@given(st.binary())
def test_octets_come_back(octets: bytes) -> None:
    text = escaped(octets)
    assert text.isprintable()
    assert unescaped(text) == octets
