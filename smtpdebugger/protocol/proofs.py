"""Proofs: where a server shows, while somebody logs in, that it knows the password too.

SCRAM's ``v=`` (RFC 5802 section 7) and DIGEST-MD5's ``rspauth=`` (RFC 2831 section 2.1.3) are made
from the password. Whoever has one can try passwords on it for as long as he likes, so it is as much
a secret as what the client sends.
"""

import re
from binascii import a2b_base64
from collections.abc import Iterator

from smtpdebugger.protocol.sasl import Secret

PROVING_CODES = frozenset({235, 334})
"""The codes of replies in which servers prove themselves (RFC 4954 section 4)."""

_WORD = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
_IN_CLEAR = re.compile(rb"(?i)(?:(?<![a-z0-9+/])v=|rspauth=)\"?([a-z0-9+/]{16,}={0,2})")
_DECODED = re.compile(rb"(?i)\Av=|rspauth=")


def proofs(octets: bytes) -> tuple[Secret, ...]:
    """Where proofs stand in a reply's text, in Base64 or in clear; also the beginning of one."""
    return tuple(sorted({*_in_clear(octets), *_in_base64(octets)}))


def _in_clear(octets: bytes) -> Iterator[Secret]:
    for match in _IN_CLEAR.finditer(octets):
        yield Secret(*match.span(1), "proof")


def _in_base64(octets: bytes) -> Iterator[Secret]:
    for match in _WORD.finditer(octets):
        whole = match[0].rstrip(b"=")
        # A line that was cut off ends anywhere.
        if _DECODED.search(a2b_base64(whole[: len(whole) // 4 * 4])):
            yield Secret(*match.span(), "proof")
