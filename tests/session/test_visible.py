"""Untrusted text: nothing in it acts, nothing in it hides."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.session.visible import MAX_CHARACTERS, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("café €", "café €"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\x00\x07\x1b\x1f\x7f", "‹NUL›‹BEL›‹ESC›‹US›‹DEL›"),
        ("\r", "‹CR›"),
        ("\x80\x9b", "⟨U+0080⟩⟨U+009B⟩"),
        ("a\u202eb\u200b\u2066\ufeff", "a⟨U+202E⟩b⟨U+200B⟩⟨U+2066⟩⟨U+FEFF⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("\ue000\uffff\u2028\u2029", "⟨U+E000⟩⟨U+FFFF⟩⟨U+2028⟩⟨U+2029⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("no\xa0break\u3000", "no⟨U+00A0⟩break⟨U+3000⟩"),
        ("", ""),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_nothing_unprintable_is_left(text: str) -> None:
    for character in visible(text):
        assert character in "\n\t" or unicodedata.category(character)[0] not in "C"


@given(st.text(st.characters(categories=["L", "N", "P"])))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_long_text_is_cut_and_says_so() -> None:
    assert visible("x" * MAX_CHARACTERS) == "x" * MAX_CHARACTERS
    assert visible("x" * (MAX_CHARACTERS + 7)) == "x" * MAX_CHARACTERS + " … (7 more characters)"
    assert visible("abc", 2) == "ab … (1 more characters)"
