"""Dialogues: plain ``C:``/``S:`` transcripts, as RFCs and bug reports write them, into a session.

Each line is ``S: …`` or ``C: …`` (lines of a multiline reply each with their own ``S:``). Remarks
begin with ``#``; three kinds of them add context: ``# port 587``, ``# tls`` (from here on the
connection is encrypted) and ``# closed server``. A STARTTLS answered with 220 and followed by
EHLO or HELO implies TLS. ``C*:`` and ``S*:`` are lines under TLS, as ``talk`` writes them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from smtpdebugger.session.events import (
    Closed,
    Connected,
    Received,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.session import Header, Session

STEP = 1000
"""Microseconds between two lines; a dialogue tells order, not time."""

_LINE = re.compile(r"^\s*([CcSs])(\*?):(?: ?(.*))?$", re.DOTALL)
_PORT = re.compile(r"(?i)^#\s*port\s+(\d{1,5})\s*$")
_TLS = re.compile(r"(?i)^#\s*tls\s*$")
_CLOSED = re.compile(r"(?i)^#\s*closed(?:\s+(?:by\s+(?:the\s+)?)?(server|client|network))?\s*$")
_LOOKS_LIKE = re.compile(r"(?m)^[^\S\n]*[CcSs]\*?:(?: |$|\d{3})")
_HELLO = ("EHLO", "HELO")


class Step(NamedTuple):
    """One thing that a trace tells."""

    kind: Literal["client", "server", "tls", "closed", "port", "host"]
    text: str = ""
    """The line without its end; who closed; the number of the port; the name of the server."""


class DialogueError(ValueError):
    """A text that is no dialogue; the message names the line and says what to do."""


@dataclass(slots=True)
class _Reading:
    """A dialogue while it is read."""

    session: Session
    at: int = 0
    port: int | None = None
    host: str = "server"
    is_connected: bool = False
    tls: bool = False
    started_tls: bool = False
    """A 220 to STARTTLS was the last thing the server said."""
    lines: int = 0

    def record(self, event: WireEvent) -> None:
        """Record an event one step after the one before."""
        self.session.record(event)

    def now(self) -> int:
        """The time of the next event."""
        self.at += STEP
        return self.at


def looks_like_dialogue(text: str) -> bool:
    """Whether a text holds lines of a dialogue at all."""
    return _LOOKS_LIKE.search(text) is not None


def read_dialogue(text: str, title: str = "") -> Session:
    """The session a dialogue tells of. Raises DialogueError for a line that fits nothing."""
    reading = _Reading(Session(Header(title=title, origin="import")))
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        _take(reading, number, line.removesuffix("\r"))
    if not reading.lines:
        raise DialogueError(
            "There is no line of a session in it: each begins with “C:” (client) or “S:” (server)."
        )
    return reading.session


def session_of(steps: Iterable[Step], title: str = "") -> Session:
    """The session that steps tell of, whatever trace they were read from."""
    reading = _Reading(Session(Header(title=title, origin="import")))
    for step in steps:
        match step.kind:
            case "tls":
                _begin_tls(reading)
            case "closed":
                _close(reading, step.text)
            case "port":
                reading.port = int(step.text)
            case "host":
                reading.host = step.text
            case "client" | "server":
                _take_line(reading, step.text, is_server=step.kind == "server")
    return reading.session


def _take(reading: _Reading, number: int, line: str) -> None:
    if not line.strip():
        return
    if line.lstrip().startswith(("#", "!")):
        _take_remark(reading, number, line.strip())
        return
    match = _LINE.match(line)
    if match is None:
        raise DialogueError(
            f"Line {number} begins with neither “C:” nor “S:” nor “#”: {line.strip()[:60]}"
        )
    if match[2]:
        _begin_tls(reading)
    _take_line(reading, match[3] or "", is_server=match[1] in "Ss")


def _take_line(reading: _Reading, text: str, *, is_server: bool) -> None:
    _connect(reading)
    reading.lines += 1
    octets = text.encode("utf-8", "surrogateescape") + b"\r\n"
    if is_server:
        _take_reply(reading, octets)
    else:
        _take_command(reading, octets)


def _take_remark(reading: _Reading, number: int, line: str) -> None:
    if match := _PORT.match(line):
        if reading.is_connected:
            raise DialogueError(f"Line {number}: “# port” must stand before the first line.")
        reading.port = int(match[1])
    elif _TLS.match(line):
        _begin_tls(reading)
    elif match := _CLOSED.match(line):
        _close(reading, match[1] or "server")


def _close(reading: _Reading, by: str) -> None:
    _connect(reading)
    reading.record(Closed(reading.now(), by))
    reading.is_connected = False
    reading.tls = False
    reading.started_tls = False


def _connect(reading: _Reading) -> None:
    if not reading.is_connected:
        peer = reading.host if reading.port is None else f"{reading.host}:{reading.port}"
        reading.record(Connected(reading.at, "", peer, tls=reading.tls))
        reading.is_connected = True


def _begin_tls(reading: _Reading) -> None:
    """TLS from here on; where nothing was said before, from the first octet."""
    if reading.tls:
        return
    is_first = not reading.is_connected
    reading.tls = True
    _connect(reading)
    reading.started_tls = False
    reading.record(TlsEstablished(reading.now() if not is_first else reading.at))


def _take_reply(reading: _Reading, octets: bytes) -> None:
    waits = reading.session.oldest_waiting
    reading.record(Received(reading.now(), octets))
    is_done = waits is not None and waits.reply is not None
    reading.started_tls = (
        is_done and waits is not None and waits.verb == "STARTTLS" and waits.code == 220
    )


def _take_command(reading: _Reading, octets: bytes) -> None:
    if reading.started_tls and octets[:4].decode("latin-1").upper() in _HELLO:
        _begin_tls(reading)
    reading.started_tls = False
    reading.record(Sent(reading.now(), octets))
