"""What SASL messages say, for people; secrets masked unless revealed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.mechanisms import KNOWN
from smtpdebugger.protocol.sasl import MASK, MASK_OCTETS
from smtpdebugger.protocol.sasl_reading import (
    from_base64,
    read_challenge,
    read_response,
    sentence,
)


@pytest.mark.parametrize(
    ("mechanism", "octets", "challenge", "told"),
    [
        ("PLAIN", b"\0alice\0pass word", b"", f"user alice, password {MASK}"),
        (
            "PLAIN",
            b"bob\0alice\0pw",
            b"",
            f"authorization identity bob, user alice, password {MASK}",
        ),
        ("PLAIN", b"alice pw", b"", f"malformed, without two NULs {MASK}"),
        ("LOGIN", b"alice", b"Username:", "user alice"),
        ("LOGIN", b"geheim", b"Password:", f"password {MASK}"),
        ("CRAM-MD5", b"tim b913a602", b"<1@x>", f"user tim, proof {MASK}"),
        ("XOAUTH2", b"user=a\1auth=Bearer t0k\1\1", b"", f"user a, token (Bearer) {MASK}"),
        ("XOAUTH2", b"", b"{}", "nothing"),
        (
            "OAUTHBEARER",
            b"n,a=a@x,\1host=h\1port=25\1auth=Bearer t0k\1\1",
            b"",
            f"user a@x, host h, port 25, token (Bearer) {MASK}",
        ),
        ("OAUTHBEARER", b"\1", b"{}", "heard, go on"),
        ("SCRAM-SHA-1", b"n,,n=u,r=abc", b"", "channel binding none, user u, nonce abc"),
        (
            "SCRAM-SHA-1-PLUS",
            b"p=tls-unique,,n=u,r=abc",
            b"",
            "channel binding tls-unique, user u, nonce abc",
        ),
        (
            "SCRAM-SHA-1",
            b"c=biws,r=abc,p=v0X8",
            b"r=",
            f"channel binding biws, nonce abc, proof {MASK}",
        ),
        ("EXTERNAL", b"fred", b"", "authorization identity fred"),
        ("NTLM", b"NTLMSSP\0\x01", b"", f"response {MASK}"),
        ("PLAIN", MASK_OCTETS, b"", f"response {MASK}"),
    ],
)
def test_responses(mechanism: str, octets: bytes, challenge: bytes, told: str) -> None:
    assert sentence(read_response(mechanism, octets, challenge)) == told


def test_secrets_are_shown_only_when_asked_for() -> None:
    fields = read_response("PLAIN", b"\0alice\0pass word")
    assert "pass word" not in sentence(fields)
    assert sentence(fields, reveal=True) == "user alice, password pass word"


@pytest.mark.parametrize(
    ("mechanism", "octets", "told"),
    [
        ("PLAIN", b"", "go on"),
        ("LOGIN", b"Username:", "asks Username:"),
        ("CRAM-MD5", b"<1896@x>", "to be signed <1896@x>"),
        ("SCRAM-SHA-1", b"r=ab,s=c2Fs,i=4096", "nonce ab, salt c2Fs, rounds 4096"),
        ("SCRAM-SHA-1", b"e=invalid-proof", "refused invalid-proof"),
        (
            "XOAUTH2",
            b'{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}',
            "status 401 (the token is not accepted: often it has expired), schemes bearer mac,"
            " scope https://mail.google.com/",
        ),
        (
            "OAUTHBEARER",
            b'{"status":"invalid_token","openid-configuration":"https://x/.well-known"}',
            "status invalid_token (the token has expired, was withdrawn, or is not for this"
            " server), where tokens come from https://x/.well-known",
        ),
        ("XOAUTH2", b'{"status":', 'asks {"status":'),
        ("XOAUTH2", b"[1,2]", "asks [1,2]"),
    ],
)
def test_challenges(mechanism: str, octets: bytes, told: str) -> None:
    assert sentence(read_challenge(mechanism, octets)) == told


def test_base64_is_read_strictly_and_the_equals_sign_is_nothing() -> None:
    assert from_base64(b"") == from_base64(b"=") == b""
    assert from_base64(b"YWJj\r\n") == b"abc"
    assert from_base64(b"not base64!") is None
    assert from_base64(b"YWJ") is None


@given(st.sampled_from([*KNOWN, "NTLM", ""]), st.binary(max_size=80), st.binary(max_size=20))
def test_nothing_raises_and_nothing_acts(mechanism: str, octets: bytes, challenge: bytes) -> None:
    for fields in (read_response(mechanism, octets, challenge), read_challenge(mechanism, octets)):
        assert sentence(fields, reveal=True).isprintable()


def test_json_that_nests_deeply_is_no_trap() -> None:
    assert sentence(read_challenge("XOAUTH2", b'{"a":' + b"[" * 100_000)).startswith("asks")
