"""A session as plain text that is the same for every run: what differs by nature is taken out.

Times, ports, the server's own ids and nonces become words in angle brackets; certificates, which
each machine makes for itself, are left out.
"""

from __future__ import annotations

import base64
import re
from binascii import Error as NotBase64

from smtpdebugger.session.events import TlsEstablished, WireEvent
from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.session import Session

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{2}:\d{2}:\d{2}"
_CHANGING = (
    (re.compile(rf"{_DAY}, +\d+ {_MONTH} \d{{4}} {_CLOCK} [+-]\d{{4}}(?: \(\w+\))?"), "<date>"),
    (re.compile(rf"{_DAY} {_MONTH} +\d+ {_CLOCK}(?: \w+)? \d{{4}}"), "<date>"),
    (re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<date>"),
    (re.compile(r"(?<=127\.0\.0\.1[\]:]):?\d{4,5}\b"), "<port>"),
    (re.compile(r"(?<=SESSIONID=<)[\w-]+"), "<id>"),
    (re.compile(r"(?<=welcome to chasqui's ).*(?=!)"), "<shop>"),
    (re.compile(r"Who was that Maud .*|Thinking of Maud .*|(?:As y|Y)our mind .*"), "<forgotten>"),
)


def without_certificates(session: Session) -> Session:
    """A copy for the recordings: each machine makes its own certificates."""
    copy = Session(session.header)
    for event in session.events:
        copy.record(_bare(event))
    return copy


def _bare(event: WireEvent) -> WireEvent:
    if isinstance(event, TlsEstablished):
        return event._replace(chain=(), expires="")
    return event


def plain(session: Session) -> list[str]:
    """The transcript, one line for each row, in the order of happening."""
    return [_line(row) for row in session.rows]


def _line(row: Row) -> str:
    text = _challenge(row.text) if row.head == "334" else row.text
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    mark = {RowKind.COMMAND: "C:", RowKind.REPLY: "S:"}.get(row.kind, "--")
    return f"{mark} {row.head} {text}".replace("\n", " | ").rstrip()


def _challenge(text: str) -> str:
    """A challenge without its nonce."""
    try:
        said = base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (NotBase64, ValueError):
        return text
    return re.sub(r"(?<=^<)[^@>]+|(?<=nonce=)\"[^\"]+\"|(?<=r=)[^,]+", "<nonce>", said)
