"""What of a session can be said again: commands, groups and messages, never a secret."""

from bisect import bisect_left
from typing import NamedTuple

from smtpdebugger.protocol.command import Chunk, Command, MailData
from smtpdebugger.session.events import Sent
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

_WITHHELD = frozenset({"AUTH", "X-EXPS", "DATA", "BDAT", "BURL", "QUIT"})
"""Verbs with secrets or mail data behind them, and the one that ends it all."""


class Again(NamedTuple):
    """Something that was sent, to be sent again."""

    lines: tuple[str, ...] = ()
    """Commands without their ends; more than one where they went out together."""
    message: bytes | None = None
    """A message as it was before dots were doubled; None where it is none or was not kept."""
    problem: str = ""
    """Why it cannot be repeated, or not all of it, as a sentence."""


def again(session: Session, number: int) -> Again:
    """What the client sent in an exchange, ready to be sent again."""
    exchange = session.exchange(number)
    unit = exchange.unit
    if isinstance(unit, MailData) or exchange.chunk is not None:
        return _message(session, exchange, unit if isinstance(unit, MailData) else exchange.chunk)
    if not isinstance(unit, Command):
        return Again(problem="Nothing that can be repeated was sent there.")
    group = _group(session, exchange)
    lines = tuple(line for each in group if (line := _line(each)))
    lost = any(each.unit is not None and _secrets(each) for each in group)
    problem = "Secrets are left out; type them anew." if lost else ""
    return Again(lines, problem=problem)


def commands_up_to(session: Session, number: int) -> tuple[str, ...]:
    """The commands of the connection of exchange ``number``, up to and with it.

    Without logins, mail data and QUIT; EHLO and STARTTLS of connecting are among them.
    """
    found: list[str] = []
    for place in range(number, 0, -1):
        exchange = session.exchange(place)
        if exchange.is_greeting:
            break
        line = _line(exchange)
        if line and exchange.verb not in _WITHHELD:
            found.append(line)
    return tuple(reversed(found))


def _line(exchange: Exchange) -> str:
    unit = exchange.unit
    if not isinstance(unit, Command):
        return ""
    octets = unit.octets[: unit.secrets[0].start] if unit.secrets else unit.octets
    return octets.rstrip(b"\r\n" if not unit.secrets else None).decode("utf-8", "surrogateescape")


def _secrets(exchange: Exchange) -> bool:
    return isinstance(exchange.unit, Command) and bool(exchange.unit.secrets)


def _group(session: Session, exchange: Exchange) -> list[Exchange]:
    """The exchanges that went out in the same moment."""
    first = last = exchange.number
    while first > 1 and session.exchange(first - 1).sent_at == exchange.sent_at:
        first -= 1
    while last < len(session.exchanges) and session.exchange(last + 1).sent_at == exchange.sent_at:
        last += 1
    return [session.exchange(number) for number in range(first, last + 1)]


def _message(session: Session, exchange: Exchange, unit: MailData | Chunk | None) -> Again:
    if unit is None or exchange.sent_at is None:
        return Again(problem="Nothing was sent there.")
    octets = _octets_before(session, exchange, unit)
    if octets is None:
        return Again(problem="The message was too long to be kept whole; send its file again.")
    if isinstance(unit, MailData):
        octets = (b"\n" + octets.removesuffix(b".\r\n")).replace(b"\n..", b"\n.")[1:]
    return Again(message=octets)


def _octets_before(session: Session, exchange: Exchange, unit: MailData | Chunk) -> bytes | None:
    """The octets of a message, gathered backwards from the event that ended it."""
    at = exchange.sent_at or 0
    place = bisect_left(session.events, at, key=lambda event: event.at)
    if isinstance(unit, Chunk):
        return _chunk(session, place, unit.length)
    while place < len(session.events) and session.events[place].at == at:
        place += 1
    pieces: list[bytes] = []
    missing = unit.length
    while missing > 0 and place > 0:
        place -= 1
        event = session.events[place]
        if not isinstance(event, Sent):
            continue
        if event.omitted:
            return None
        pieces.append(event.octets)
        missing -= len(event.octets)
    return b"".join(reversed(pieces))[-unit.length :] if missing <= 0 else None


def _chunk(session: Session, place: int, length: int) -> bytes | None:
    """The octets behind the first line that was sent from event ``place`` on."""
    gathered = bytearray()
    for index in range(place, len(session.events)):
        event = session.events[index]
        if not isinstance(event, Sent):
            continue
        if event.omitted:
            return None
        gathered += event.octets
        line_end = gathered.find(b"\n") + 1
        if line_end and len(gathered) - line_end >= length:
            return bytes(gathered[line_end : line_end + length])
    return None
