"""Secrets on the wire: found in every form a client sends them in."""

import time
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.sasl import (
    MASK_OCTETS,
    MECHANISMS,
    Secret,
    asks_for_name,
    is_plain_word,
    looks_like_response,
    masked,
    secrets_of_command,
    secrets_of_response,
    to_remember,
    words_known,
)


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (b"AUTH PLAIN AGFs\r\n", b"AGFs"),
        (b"auth\tplain\t AGFs \r\n", b"AGFs"),
        (b"  AUTH X-OWN AGFs", b"AGFs"),
        (b"X-EXPS GSSAPI AGFs\r\n", b"AGFs"),
        (b"AUTH PLAIN two words \r\n", b"two words"),
        (b"AUTH PLAIN \0a\0b\n", b"\0a\0b"),
        (b"AUHT PLAIN AGFs\r\n", b"AGFs"),
        (b"HELP login AGFs\r\n", b"AGFs"),
        (b"a1 LOGIN alice secret\r\n", b"alice secret"),
        (b"LOGIN alice secret\r\n", b"secret"),
        (b'LOGIN "al ice" "sec ret"\r\n', b'"sec ret"'),
        (b"PASS secret\r\n", b"secret"),
        (b"APOP alice c4c9334bac560ecc979e58001b3e22fb\r\n", b"c4c9334bac560ecc979e58001b3e22fb"),
        (b"NOOP\rAUTH PLAIN AGFs\r\n", b"AGFs"),
        (b"NOOP\r  PASS secret\rNOOP\r\n", b"secret\rNOOP"),
        (b"AUTH PLAIN AGFs\rNOOP\r", b"AGFs\rNOOP"),
    ],
)
def test_secrets_of_commands(line: bytes, secret: bytes) -> None:
    (found,) = secrets_of_command(line)
    assert line[found.start : found.stop] == secret
    assert secret not in masked(line, (found,))


@pytest.mark.parametrize(
    "line",
    [
        b"AUTH PLAIN\r\n", b"AUTH PLAIN =\r\n", b"AUTH PLAIN *\r\n", b"AUTH LOGIN  \r\n",
        b"AUTH\r\n",
        b"EHLO plain.example.test\r\n", b"MAIL FROM:<a@b> AUTH=<>\r\n", b"NOOP PLAIN\r\n",
        b"PASS\r\n", b"XPASS secret\r\n", b"USER alice\r\n", b"LOGIN alice\r\n", b"", b"\r\n",
        b"RCPT TO:<pass@example.test> NOTIFY=NEVER\r\n",
    ],
)  # fmt: skip
def test_lines_without_a_secret(line: bytes) -> None:
    assert secrets_of_command(line) == ()


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_is_known_after_a_mistyped_verb(mechanism: str) -> None:
    assert secrets_of_command(f"ATUH {mechanism.lower()} AGFs\r\n".encode())


def test_masks_are_secrets_wherever_they_stand() -> None:
    line = b"NOOP " + MASK_OCTETS + b" x " + MASK_OCTETS + b"\r\n"
    assert secrets_of_command(line) == (Secret(5, 23), Secret(26, 44))
    assert masked(line, secrets_of_command(line)) == line
    line = MASK_OCTETS + b" PLAIN " + MASK_OCTETS + b"\r\n"
    assert secrets_of_command(line) == (Secret(0, 18), Secret(25, 43))


@given(st.sampled_from([b"AUTH PLAIN ", b"PASS ", b"x LOGIN a ", b""]), st.binary(max_size=20))
def test_masking_twice_is_masking_once(head: bytes, rest: bytes) -> None:
    line = head + rest.replace(b"\n", b"") + b"\r\n"
    once = masked(line, secrets_of_command(line))
    assert masked(once, secrets_of_command(once)) == once
    once = masked(rest, secrets_of_response(rest))
    assert masked(once, secrets_of_response(once)) == once


@pytest.mark.parametrize(
    "line",
    [
        b"AUTH PLAIN a" + b" " * 65_000 + b"b",
        b"\r" * 65_000,
        b"\ra" * 32_000,
        b"\r \t" * 20_000 + b"AUTH",
        b"a " + b" " * 65_000 + b"PLAIN",
        b'x LOGIN "' + b'" "' * 20_000,
        b"PASS" + b"\r" * 65_000,
    ],
)
def test_no_line_takes_long(line: bytes) -> None:
    began = time.perf_counter()
    secrets_of_command(line)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (b"AGFs\r\n", b"AGFs"),
        (b" in clear text \r\n", b" in clear text "),
        (b"x", b"x"),
        (b"*\r\n", None),
        (b"=\r\n", None),
        (b"\r\n", None),
        (b"  \r\r\n", None),
    ],
)
def test_secrets_of_responses(line: bytes, secret: bytes | None) -> None:
    found = [line[each.start : each.stop] for each in secrets_of_response(line)]
    assert found == ([] if secret is None else [secret])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"AGFsaWNl\r\n", True),
        (b"AGFs==  \r\n", True),
        (b"AGF\r\n", False),
        (b"two words\r\n", False),
        (b"a@example.test\r\n", False),
        (MASK_OCTETS + b"\r\n", True),
        (b"*\r\n", False),
    ],
)
def test_what_looks_like_a_response(line: bytes, *, expected: bool) -> None:
    assert looks_like_response(line) is expected


def test_known_words() -> None:
    known = frozenset({b"secret", b"AGFs"})
    assert words_known(b"NOOP secret AGFs xsecret\r\n", known) == (Secret(5, 11), Secret(12, 16))
    assert words_known(b"NOOP secret\r\n", frozenset()) == ()


def test_what_of_a_secret_is_remembered() -> None:
    plain = b64encode(b"\0alice\0s3cret!")
    assert to_remember(plain) >= {plain, b"\0alice\0s3cret!", b"s3cret!", b64encode(b"s3cret!")}
    assert b"alice" not in to_remember(plain)
    bearer = b64encode(b"n,a=x,\x01port=25\x01auth=Bearer tok-123\x01\x01")
    assert b"tok-123" in to_remember(bearer)
    xoauth = b64encode(b"user=x\x01auth=Bearer tok-123\x01\x01")
    assert b"tok-123" in to_remember(xoauth)
    assert b"s3cret!" in to_remember(b'alice "s3cret!"')
    assert to_remember(b64encode(b"alice-in"), is_name=True) == {b64encode(b"alice-in")}


@pytest.mark.parametrize("octets", [b"", b"abc", MASK_OCTETS, b"QUIT", b"login", b"starttls"])
def test_what_is_too_short_or_a_word_of_the_protocol_is_not(octets: bytes) -> None:
    assert octets not in to_remember(octets)


@given(st.binary())
def test_anything_can_be_remembered(octets: bytes) -> None:
    for each in to_remember(octets):
        assert len(each) >= 4
        assert not is_plain_word(each)


@pytest.mark.parametrize(
    ("challenge", "expected"),
    [
        ("VXNlcm5hbWU6", True),
        ("VXNlciBOYW1lAA==", True),
        ("UGFzc3dvcmQ6", False),
        ("", False),
        ("é", False),
        ("\udc80", False),
        ("A", False),
    ],
)
def test_challenges_that_ask_for_the_name(challenge: str, *, expected: bool) -> None:
    assert asks_for_name(challenge) is expected


def test_a_whole_login_sent_where_a_name_was_asked_for_is_remembered_as_one() -> None:
    login = b64encode(b"\0alice\0Corr3ct-Horse")
    assert b"Corr3ct-Horse" in to_remember(login, is_name=True)
    assert to_remember(b64encode(b"alice@example.test"), is_name=True) == {
        b64encode(b"alice@example.test")
    }
