"""Speech: which protocol a peer speaks that is not SMTP, told by its first line."""

import re
from collections.abc import Sequence
from functools import lru_cache

_FIRST_LINES = (
    ("HTTP", re.compile(r"HTTP/[0-9]|<!DOCTYPE html|<html", re.IGNORECASE)),
    ("IMAP", re.compile(r"\* (?:OK|PREAUTH|BYE)\b")),
    ("POP3", re.compile(r"\+OK\b|-ERR\b")),
    ("ManageSieve", re.compile(r'"IMPLEMENTATION" ')),
    ("SSH", re.compile(r"SSH-\d")),
    (
        "FTP",
        re.compile(r"(?i)220[- ](?!.*\bE?SMTP\b).*(?:\bFTPS?\b|FileZilla|ProFTPD|vsFTPd|FTPd\b)"),
    ),
    ("NNTP", re.compile(r"(?i)20[01][- ].*(?:NN[TR]P|\bnews|posting)")),
    ("DICT", re.compile(r"220 \S+ .{0,200}<[\w.-]*> <[^<>]{1,100}@[^<>]{1,100}>$")),
    ("HylaFAX", re.compile(r"220 .{0,200}\bHylaFAX\b")),
    ("poppassd", re.compile(r"(?i)200 .{0,200}poppassd?\b")),
    ("XMPP", re.compile(r"<\?xml|<stream:")),
    ("RFB", re.compile(r"RFB \d{3}\.\d{3}")),
    ("IRC", re.compile(r":\S+ (?:NOTICE|\d{3}) ")),
)


def protocol_of(lines: Sequence[str]) -> str:
    """The protocol that these first lines belong to; empty where that may be SMTP."""
    return _protocol(lines[0]) if lines else ""


@lru_cache(maxsize=256)
def _protocol(line: str) -> str:
    # Every diagnosis in a connection asks about the same greeting.
    return next((name for name, pattern in _FIRST_LINES if pattern.match(line)), "")
