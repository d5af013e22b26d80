"""Secrets on the wire: where credentials stand in what a client sends (RFC 4954).

Everything that shows or stores sent octets masks the spans found here.
"""

import re
from binascii import a2b_base64, b2a_base64
from typing import NamedTuple

from smtpdebugger.protocol.state import VERBS

MASK = "••••••"
"""What stands in place of a secret; its length tells nothing. It reads back as a secret."""

MASK_OCTETS = MASK.encode()

CLEAR_OCTETS = 6
"""A decoded password shorter than this would mask innocent words."""

MECHANISMS = (
    "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "NTLM",
    "GSSAPI", "ANONYMOUS", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256",
    "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512", "CRAM-SHA1", "CRAM-SHA256", "XOAUTH",
)  # fmt: skip

# Where a command may begin: the line, or what follows a CR that somebody took for a line end. Only
# the start of a secret is searched for; a pattern for its end could take quadratic time.
_BEGIN = rb"(?i)(?:\A\s*|\r[ \t]*)"
_AUTH = re.compile(_BEGIN + rb"(?:AUTH|X-EXPS)\s+\S+\s+(?=\S)")
# A mistyped AUTH, or POP3 and IMAP spoken to the wrong port, carries a secret all the same.
_LIKE_AUTH = re.compile(
    _BEGIN
    + rb"\S+\s+(?:"
    + b"|".join(re.escape(each.encode()) for each in MECHANISMS)
    + rb")\s+(?=\S)"
)
_PASSWORD = re.compile(
    _BEGIN + rb"(?:PASS|APOP\s+\S+|(?:\S+\s+)?LOGIN\s+(?:\"[^\"]*\"|\S+))\s+(?=\S)"
)
_BASE64 = re.compile(rb"^[A-Za-z0-9+/_-]{4,}={0,2}\s*$")
_NOT_SECRET = frozenset({b"=", b"*", b""})


class Secret(NamedTuple):
    """Octets ``start`` up to ``stop`` of a unit that must not be shown."""

    start: int
    stop: int
    kind: str = "sasl"


def secrets_of_command(octets: bytes) -> tuple[Secret, ...]:
    """The secrets in a command line: an initial response, or a password of another protocol.

    A mask counts as a secret wherever it stands, so that a line read back has the same ones.
    """
    found = _credentials(octets)
    if MASK_OCTETS not in octets:
        return found
    limit = found[0].start if found else len(octets)
    masks = (match.span() for match in re.finditer(re.escape(MASK_OCTETS), octets[:limit]))
    return (*(Secret(start, stop) for start, stop in masks), *found)


def _credentials(octets: bytes) -> tuple[Secret, ...]:
    for pattern, kind in ((_AUTH, "sasl"), (_LIKE_AUTH, "sasl"), (_PASSWORD, "password")):
        match = pattern.search(octets)
        stop = len(octets.rstrip())
        if match and octets[match.end() : stop] not in _NOT_SECRET:
            return (Secret(match.end(), stop, kind),)
    return ()


def secrets_of_response(octets: bytes) -> tuple[Secret, ...]:
    """The secret in a SASL response line: all of it, unless it is a cancel or empty."""
    content = octets.rstrip(b"\r\n")
    if content.strip() in _NOT_SECRET:
        return ()
    return (Secret(0, len(content)),)


def looks_like_response(octets: bytes) -> bool:
    """Whether a line could be a SASL response that was sent where none was asked for."""
    return octets.strip() == MASK_OCTETS or bool(_BASE64.match(octets.strip()))


def masked(octets: bytes, secrets: tuple[Secret, ...]) -> bytes:
    """The octets with the mask in place of each secret."""
    for secret in reversed(secrets):
        octets = octets[: secret.start] + MASK_OCTETS + octets[secret.stop :]
    return octets


def words_known(octets: bytes, known: frozenset[bytes]) -> tuple[Secret, ...]:
    """The words of a command line that are secrets the client has sent before."""
    matches = re.finditer(rb"\S+", octets) if known else iter(())
    return tuple(Secret(*match.span()) for match in matches if match[0] in known)


def to_remember(octets: bytes, *, is_name: bool = False) -> frozenset[bytes]:
    """What an echo of a secret could look like: as it was sent, and the password inside.

    ``is_name`` tells that only a user name was asked for; a name may be shown, but not what has
    several fields in it. Very short ones are left out, they would mask innocent text.
    """
    if octets == MASK_OCTETS or len(octets) < 4 or is_plain_word(octets):
        return frozenset()
    forms = {octets}
    clear = _decoded(octets)
    if not is_name or re.search(rb"[\x00\x01]", clear):
        last = re.split(rb"[\x00\x01]+", clear.strip(b"\x00\x01"))[-1]
        last = re.sub(rb"(?i)\Aauth=(?:Bearer )?", b"", last)
        word = octets.strip().rpartition(b" ")[2].strip(b'"')
        forms |= {each for each in (clear, last, word) if len(each) >= CLEAR_OCTETS}
        forms |= {b2a_base64(each, newline=False) for each in (last, word)}
    return frozenset(each for each in forms if len(each) >= 4 and not is_plain_word(each))


def is_plain_word(octets: bytes) -> bool:
    """Whether this is a verb or the name of a mechanism, which is no secret."""
    word = octets.upper().decode("latin-1")
    return word in VERBS or word in MECHANISMS


def _decoded(octets: bytes) -> bytes:
    try:
        return a2b_base64(octets.rstrip(b"=") + b"=" * (-len(octets.rstrip(b"=")) % 4))
    except ValueError:
        return b""


def asks_for_name(challenge: str) -> bool:
    """Whether a 334 asks for the user name, as AUTH LOGIN does."""
    return b"user" in _decoded(challenge.strip().encode("utf-8", "replace")).lower()
