"""A server's proof is found in whatever form it comes; nothing else is."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.proofs import proofs

SIGNATURE = b64encode(bytes(range(200, 232)))


@pytest.mark.parametrize(
    "text",
    [
        b64encode(b"v=" + SIGNATURE),
        b64encode(b"v=" + SIGNATURE + b",x=y"),
        b64encode(b"rspauth=" + b"0123456789abcdef" * 2),
        b64encode(b'charset=utf-8,rspauth="' + b"0123456789abcdef" * 2 + b'"'),
    ],
)
def test_a_message_in_base64_is_masked_whole(text: bytes) -> None:
    for before, behind in ((b"", b""), (b"2.7.0 ", b" welcome")):
        found = proofs(before + text + behind)
        assert [each[:2] for each in found] == [(len(before), len(before + text))]
        assert found[0].kind == "proof"


def test_in_clear_the_value_is_masked() -> None:
    text = b"2.7.0 v=" + SIGNATURE
    assert [text[each.start : each.stop] for each in proofs(text)] == [SIGNATURE]
    text = b"2.7.0 Accepted rspauth=0123456789abcdef0123456789abcdef"
    assert [text[each.start : each.stop] for each in proofs(text)] == [text[-32:]]


@given(st.integers(12, 48))
def test_one_that_is_cut_off_is_masked_as_far_as_it_came(length: int) -> None:
    text = b64encode(b"v=" + SIGNATURE)[:length]
    assert proofs(b"334 " + text)[0][:2] == (4, 4 + length)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"go ahead",
        b64encode(b"r=nonce,s=c2FsdA==,i=4096"),
        b64encode(b"Username:"),
        b64encode(b"<1896.697170952@peer.test>"),
        b64encode(b'{"status":"401","schemes":"bearer"}'),
        b64encode(b"e=invalid-proof"),
        b"2.7.0 Authentication successful, v=2 of the server",
    ],
)
def test_what_is_none(text: bytes) -> None:
    assert proofs(text) == ()


@given(st.binary(max_size=200))
def test_it_never_raises(octets: bytes) -> None:
    for each in proofs(octets):
        assert 0 <= each.start < each.stop <= len(octets)
