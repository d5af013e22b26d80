"""The mail transaction that is open, and what became of a message, read back from what was said."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from smtpdebugger.protocol.command import Command
from smtpdebugger.protocol.envelope import Body, Envelope
from smtpdebugger.protocol.state import END_OF_DATA
from smtpdebugger.session.exchange import FOR_RECIPIENT
from smtpdebugger.session.progress import LAST_CHUNK
from smtpdebugger.session.session import Session

MOST_NAMED = 5
"""Recipients named in one sentence; the others are counted."""


class Delivery(NamedTuple):
    """What an LMTP server said about a message for one recipient (RFC 2033 section 4.2)."""

    recipient: str
    exchange: int
    """Its number; 0: there was no reply for this recipient."""
    code: int | None = None


def open_envelope(session: Session) -> Envelope | None:
    """The envelope of the open transaction, with the recipients accepted; None where none is."""
    if session.situation.reverse_path is None:
        return None
    behind = len(session.exchanges) + 1
    mail = _mail_before(session, behind)
    unit = session.exchange(mail).unit if mail else None
    if not isinstance(unit, Command):
        return None
    parameters = unit.parameters
    size = parameters.get("SIZE") or ""
    return Envelope(
        unit.path or "",
        tuple(_path(session, number) for number in _accepted(session, mail, behind)),
        int(size) if size.isdecimal() and len(size) <= 20 else None,
        _body(parameters.get("BODY")),
        smtputf8="SMTPUTF8" in parameters,
        requiretls="REQUIRETLS" in parameters,
    )


def deliveries(session: Session, number: int) -> tuple[Delivery, ...]:
    """What was said for each recipient about the message that an exchange ended.

    Empty in SMTP, where one reply stands for all, and for every other exchange.
    """
    if not _ends_message(session, number):
        return ()
    recipients = _accepted(session, _mail_before(session, number), number)
    further = _numbers(session, FOR_RECIPIENT)
    first = bisect_left(further, number)
    replies = (number, *further[first : first + len(recipients) - 1])
    behind = _next_message(session, number)
    found = []
    for place, rcpt in enumerate(recipients):
        reply = replies[place] if place < len(replies) and replies[place] < behind else 0
        code = session.code(reply) if reply else None
        found.append(Delivery(_path(session, rcpt), reply if code is not None else 0, code))
    return tuple(found)


def recipient_of(session: Session, number: int) -> str:
    """For whom the reply of an exchange is, in LMTP; empty where it is for nobody alone."""
    message, place = number, 0
    if session.verb(number) == FOR_RECIPIENT:
        further = _numbers(session, FOR_RECIPIENT)
        message = max(_last_before(session, verb, number) for verb in (END_OF_DATA, "BDAT"))
        place = bisect_left(further, number) - bisect_left(further, message) + 1
    if not message or not _ends_message(session, message):
        return ""
    recipients = _accepted(session, _mail_before(session, message), message)
    return _path(session, recipients[place]) if place < len(recipients) else ""


def summary(found: Sequence[Delivery]) -> str:
    """All of it as a sentence; empty where there is nothing to tell apart."""
    if len(found) < 2:
        return ""
    taken = [each for each in found if each.code is not None and each.code // 100 == 2]
    silent = [each for each in found if each.code is None]
    refused = [each for each in found if each not in taken and each not in silent]
    parts = [f"Taken for {len(taken)} of {len(found)} recipients"]
    if refused:
        parts.append(f"refused for {_named(refused)}")
    if silent:
        parts.append(f"no reply for {_named(silent)}")
    return "; ".join(parts) + "."


def _named(found: Sequence[Delivery]) -> str:
    words = [
        f"<{each.recipient}>" + (f" ({each.code})" if each.code is not None else "")
        for each in found[:MOST_NAMED]
    ]
    more = len(found) - MOST_NAMED
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")


def _numbers(session: Session, verb: str) -> Sequence[int]:
    return session.by_verb.get(verb, ())


def _last_before(session: Session, verb: str, number: int) -> int:
    numbers = _numbers(session, verb)
    place = bisect_left(numbers, number)
    return numbers[place - 1] if place else 0


def _next_message(session: Session, number: int) -> int:
    """The number of the message after an exchange, or one that no exchange has."""
    behind = len(session.exchanges) + 1
    for verb in (END_OF_DATA, "BDAT"):
        numbers = _numbers(session, verb)
        place = bisect_left(numbers, number + 1)
        behind = min(behind, numbers[place]) if place < len(numbers) else behind
    return behind


def _mail_before(session: Session, number: int) -> int:
    """The accepted MAIL before an exchange, or 0."""
    numbers = _numbers(session, "MAIL")
    for place in range(bisect_left(numbers, number) - 1, -1, -1):
        if _is_accepted(session, numbers[place]):
            return numbers[place]
    return 0


def _accepted(session: Session, mail: int, behind: int) -> list[int]:
    """The accepted RCPTs between two exchanges."""
    numbers = _numbers(session, "RCPT")
    between = numbers[bisect_left(numbers, mail) : bisect_left(numbers, behind)]
    return [number for number in between if _is_accepted(session, number)]


def _is_accepted(session: Session, number: int) -> bool:
    return (session.code(number) or 0) // 100 == 2


def _path(session: Session, number: int) -> str:
    unit = session.exchange(number).unit
    return (unit.path or "") if isinstance(unit, Command) else ""


def _ends_message(session: Session, number: int) -> bool:
    """Whether an exchange ends a message to an LMTP server."""
    if session.columns.step_of(number) not in {END_OF_DATA, LAST_CHUNK}:
        return False
    return session.exchange(number).before.lmtp


def _body(text: str | None) -> Body:
    match (text or "").upper():
        case "7BIT":
            return "7BIT"
        case "8BITMIME":
            return "8BITMIME"
        case "BINARYMIME":
            return "BINARYMIME"
        case _:
            return ""
