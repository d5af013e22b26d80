"""Secrets on the wire: where credentials stand in what a client sends (RFC 4954).

Everything that shows or stores sent octets masks the spans found here.
"""

import re
from dataclasses import dataclass

MASK = "••••••"
"""What stands in place of a secret; its length tells nothing. It reads back as a secret."""

MASK_OCTETS = MASK.encode()

MECHANISMS = (
    "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "NTLM",
    "GSSAPI", "ANONYMOUS", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256",
    "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512", "CRAM-SHA1", "CRAM-SHA256", "XOAUTH",
)  # fmt: skip

_AUTH = re.compile(rb"(?i)^\s*(?:AUTH|X-EXPS)\s+\S+\s+(\S.*?)\s*$", re.DOTALL)
# A mistyped AUTH, or POP3 and IMAP spoken to the wrong port, carries a secret all the same.
_LIKE_AUTH = re.compile(
    rb"(?i)^\s*\S+\s+(?:" + b"|".join(re.escape(each.encode()) for each in MECHANISMS) + rb")"
    rb"\s+(\S.*?)\s*$",
    re.DOTALL,
)
_PASSWORD = re.compile(
    rb"(?i)^\s*(?:PASS|APOP\s+\S+|(?:\S+\s+)?LOGIN\s+(?:\"[^\"]*\"|\S+))\s+(\S.*?)\s*$", re.DOTALL
)
_BASE64 = re.compile(rb"^[A-Za-z0-9+/_-]{4,}={0,2}\s*$")
_NOT_SECRET = frozenset({b"=", b"*", b""})


@dataclass(frozen=True, slots=True)
class Secret:
    """Octets ``start`` up to ``stop`` of a unit that must not be shown."""

    start: int
    stop: int
    kind: str = "sasl"


def secrets_of_command(octets: bytes) -> tuple[Secret, ...]:
    """The secrets in a command line: an initial response, or a password of another protocol."""
    for pattern, kind in ((_AUTH, "sasl"), (_LIKE_AUTH, "sasl"), (_PASSWORD, "password")):
        match = pattern.match(octets)
        if match and match[1] not in _NOT_SECRET:
            return (Secret(match.start(1), match.end(1), kind),)
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
