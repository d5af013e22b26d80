"""DIGEST-MD5 against the example of its RFC, and against servers that do it wrong."""

from __future__ import annotations

import re

import pytest

from smtpdebugger.protocol.digest_md5 import Digest, DigestProblem, digest_md5
from smtpdebugger.protocol.mechanisms import KNOWN, Credentials, MechanismError, answer, begin

CHALLENGE = (
    b'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",'
    b"algorithm=md5-sess,charset=utf-8"
)
PROOF = b"rspauth=ea40f60335c427b5527b84dbabcdfffd"


def chris(host: str = "elwood.innosoft.com") -> tuple[object, ...]:
    return ("chris", "secret", "", "imap", host, lambda: "OA6MHXh6VqTrRk")


@pytest.mark.parametrize("host", ["elwood.innosoft.com", ""])
def test_as_in_rfc_2831(host: str) -> None:
    dialogue = digest_md5(*chris(host))  # type: ignore[arg-type]
    assert next(dialogue) is None
    assert dialogue.send(CHALLENGE) == (
        b'username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",'
        b'cnonce="OA6MHXh6VqTrRk",nc=00000001,qop=auth,'
        b'digest-uri="imap/elwood.innosoft.com",'
        b"response=d388dad90d4bbd760a152321f2143af7,charset=utf-8"
    )
    assert dialogue.send(PROOF) == b""


def test_a_server_that_proves_nothing_is_not_believed() -> None:
    for proof in (b"", b"rspauth=" + b"0" * 32, b"ok"):
        dialogue = digest_md5(*chris())  # type: ignore[arg-type]
        next(dialogue)
        dialogue.send(CHALLENGE)
        with pytest.raises(DigestProblem, match="did not prove"):
            dialogue.send(proof)


@pytest.mark.parametrize(
    ("challenge", "word"),
    [
        (b"", "has no nonce"),
        (b"\xff\0,,,=", "has no nonce"),
        (b'nonce="x"', "another algorithm"),
        (b'nonce="x",algorithm=md5-sess,qop="auth-int,auth-conf"', "use TLS"),
    ],
)
def test_what_cannot_be_answered_is_told(challenge: bytes, word: str) -> None:
    dialogue, first = begin(KNOWN["DIGEST-MD5"], Credentials("alice", "pw"))
    assert first is None
    with pytest.raises(MechanismError, match=word):
        answer(dialogue, challenge)


def test_quotes_realms_and_on_whose_behalf() -> None:
    dialogue, _ = begin(KNOWN["DIGEST-MD5"], Credentials('a"b', "pw", "root", "mx.test"))
    said = answer(dialogue, b'realm="one",realm="two",nonce="a\\"b",algorithm=md5-sess')
    assert said is not None
    assert said.startswith(b'username="a\\"b",realm="one",nonce="a\\"b",cnonce="')
    assert b'digest-uri="smtp/mx.test"' in said
    assert said.endswith(b'authzid="root"')
    assert re.search(rb"response=[0-9a-f]{32},", said)


def test_a_name_is_hashed_in_latin_1_where_that_has_it() -> None:
    latin = Digest("jürgen", "pw", "r", "n", "c", "smtp/h")
    other = Digest("jürgen".encode().decode("latin-1"), "pw", "r", "n", "c", "smtp/h")
    assert latin.response() != other.response()
    assert Digest("почта", "pw", "r", "n", "c", "smtp/h").response()
