"""Secrets inside mail data: passwords and tokens that a message carries, for who wants them masked.

What is looked for is what people and programs write into messages: ``password: …``, tokens of
well-known kinds, credentials in addresses of the web, and secrets of this very session. Encoded
parts are not decoded.
"""

import re
from collections.abc import Iterable, Iterator

from smtpdebugger.protocol.sasl import Secret
from smtpdebugger.session.events import Sent
from smtpdebugger.session.session import Session

KIND = "content"

_PATTERNS = (
    re.compile(
        rb"(?i)\b(?:pass(?:word|wd|phrase|code)?|pwd|pin|secret|token|api[-_ ]?key|authorization)"
        rb"[\"']?[ \t]*(?:[:=]|is\b)[ \t]*[\"']?(?:(?:bearer|basic)[ \t]+)?([^\s\"'<>,;]{4,})"
    ),
    re.compile(rb"(?i)://[^/\s:@]{1,200}:([^/\s@]{1,200})@"),
    re.compile(rb"(?i)[?&](?:token|key|sig|code|password|secret|access_token)=([^&\s\"'<>]{4,})"),
    re.compile(rb"\b(eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"),
    re.compile(
        rb"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}"
        rb"|sk-[A-Za-z0-9_-]{20,})"
    ),
)


def mail_secrets(session: Session) -> list[Secret]:
    """Where they stand, as offsets in all octets the client ever sent; in order."""
    found: list[Secret] = []
    known = session.secrets
    for start, octets in _payloads(session):
        spans = [match.span(1) for pattern in _PATTERNS for match in pattern.finditer(octets)]
        spans += [span for secret in known for span in _places(octets, secret)]
        found += (Secret(start + one, start + other, KIND) for one, other in _merged(spans))
    return found


def _places(octets: bytes, secret: bytes) -> Iterator[tuple[int, int]]:
    start = octets.find(secret)
    while start >= 0:
        yield start, start + len(secret)
        start = octets.find(secret, start + len(secret))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _payloads(session: Session) -> Iterator[tuple[int, bytes]]:
    """The octets of each mail data and chunk, and where they begin; omitted ones are zeros."""
    wanted = iter([*session.payloads, *_unfinished(session)])
    current = next(wanted, None)
    offset = 0
    pieces: list[bytes] = []
    for event in session.events:
        if not isinstance(event, Sent):
            continue
        octets = event.octets
        if event.omitted or event.tail:
            octets += b"\0" * event.omitted + event.tail
        while current is not None and current[0] < offset + len(octets):
            start, stop = current
            pieces.append(octets[max(0, start - offset) : stop - offset])
            if stop > offset + len(octets):
                break
            yield start, b"".join(pieces)
            pieces = []
            current = next(wanted, None)
        offset += len(octets)
    if current is not None and pieces:
        yield current[0], b"".join(pieces)


def _unfinished(session: Session) -> Iterator[tuple[int, int]]:
    start = session.open_payload
    if start is not None:
        yield start, session.indexer.sent_octets
