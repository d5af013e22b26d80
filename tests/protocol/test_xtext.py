"""xtext, by the letter of RFC 3461."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.xtext import from_xtext, to_xtext


def test_what_is_encoded() -> None:
    assert to_xtext("QQ314159") == "QQ314159"
    assert to_xtext("a+b=c d") == "a+2Bb+3Dc+20d"
    assert to_xtext("ü") == "+C3+BC"
    assert to_xtext("\0\x7f") == "+00+7F"


def test_what_is_no_xtext_stays() -> None:
    assert from_xtext("a+2bx+zz+") == "a+2bx+zz+"


@given(st.binary().map(lambda octets: octets.decode("utf-8", "surrogateescape")))
def test_it_comes_back(text: str) -> None:
    told = to_xtext(text)
    assert set(told) <= set(string.printable) - set(string.whitespace) - {"="}
    assert from_xtext(told) == text
