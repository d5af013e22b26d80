"""A session as plain text that is the same for every run: what differs by nature is taken out.

Times, ports, the server's own ids and nonces become words in angle brackets; certificates, which
each machine makes for itself, are left out.
"""

from __future__ import annotations

import base64
import re
from binascii import Error as NotBase64

from smtpdebugger.protocol.reply import CHALLENGE, decode
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Received,
    Remark,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.rows import RowKind
from smtpdebugger.session.session import Session

GOODBYE = 221

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{2}:\d{2}:\d{2}"
_CHANGING = (
    (
        re.compile(
            rf"{_DAY}, +\d+ {_MONTH} \d{{4}} {_CLOCK} (?:[+-]\d{{4}}(?: \(\w+\))?|[A-Z]{{3,4}})"
        ),
        "<date>",
    ),
    (re.compile(rf"{_DAY} {_MONTH} +\d+ {_CLOCK}(?: \w+)? \d{{4}}"), "<date>"),
    (re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<date>"),
    (re.compile(r"(?<=127\.0\.0\.1):\d{4,5}\b"), ":<port>"),
    (re.compile(r"(?<=SESSIONID=<)[\w-]+"), "<id>"),
    (re.compile(r"(?<=ESMTP Haraka/)([\d.]+) ready \(\w+\)"), r"\1 ready (<id>)"),
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
    """The session, one line for each command, reply and event, in the order of happening."""
    happenings = iter(each for each in session.events if not isinstance(each, Sent | Received))
    lines = []
    ended = None
    for row in session.rows:
        exchange = session.exchange(row.exchange) if row.exchange else None
        if row.kind is RowKind.COMMAND and exchange is not None:
            lines.append(f"C: {exchange.command_text}")
        elif row.kind is RowKind.REPLY and exchange is not None:
            # What was sent behind QUIT in one group may reach a server that is still closing.
            if ended is None or not exchange.command_text or exchange.number != ended + 1:
                lines.append(f"S: {_reply(exchange)}")
            if exchange.verb == "QUIT" and exchange.code == GOODBYE:
                ended = exchange.number
        else:
            lines.append(f"-- {_happening(next(happenings))}")
    return lines


def _happening(event: WireEvent) -> str:
    match event:
        case Connected(tls=tls):
            return f"connected{', TLS from the start' * tls}"
        case TlsEstablished(version=version, verified=verified, reason=reason):
            return f"{version}, {'verified' if verified else reason}"
        case Failed(stage=stage, what=what):
            return f"{stage}: {what}"
        case Closed(by=by):
            # Whether a server's end comes as FIN or as RST is a matter of luck.
            return "closed by us" if by == "client" else "closed by them"
        case Remark(text=text):
            return text
        case _:
            return type(event).__name__


def _reply(exchange: Exchange) -> str:
    if exchange.reply is None:
        return ""
    lines = [decode(line.octets).rstrip("\r\n") for line in exchange.reply.lines]
    if exchange.verb in {"EHLO", "LHLO"} and len(lines) > 1:
        # Perl's servers offer keywords and mechanisms in another order each time.
        lines[1:] = sorted(f"{line[:3]} {_sorted(line[4:])}" for line in lines[1:])
    text = " | ".join(lines)
    if exchange.code == CHALLENGE:
        text = f"334 {_challenge(text[4:])}"
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return text


def _sorted(keyword_line: str) -> str:
    keyword, *parameters = keyword_line.split(" ")
    return " ".join([keyword, *sorted(parameters)])


def _challenge(text: str) -> str:
    """A challenge without its nonce."""
    try:
        said = base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (NotBase64, ValueError):
        return text
    return re.sub(r"(?<=^<)[^@>]+|(?<=nonce=)\"[^\"]+\"|(?<=r=)[^,]+", "<nonce>", said)
