"""What the composer reads from a session: pure functions, quick at any length of session."""

from smtpdebugger.diagnosis.advice import Advice
from smtpdebugger.gui.composer import payload
from smtpdebugger.protocol.command import Command
from smtpdebugger.protocol.state import VERBS
from smtpdebugger.session.session import Session

_RECENT = 200
"""How many exchanges are looked back at."""
_PENDING = 20
"""How many commands of one verb may wait for a reply before the verb counts as unanswered."""


def refused_verbs(session: Session) -> dict[str, int]:
    """The verbs refused when last answered, in a situation like this one, with the reply code."""
    now = session.situation
    refused = {}
    for verb, numbers in session.by_verb.items():
        for number in reversed(numbers[-_PENDING:]):
            exchange = session.exchanges[number - 1]
            if exchange.code is None:
                continue
            before = exchange.before
            alike = (before.tls, before.authenticated) == (now.tls, now.authenticated)
            if alike and exchange.is_negative:
                refused[verb] = exchange.code
            break
    return refused


def follows_auth(session: Session) -> bool:
    """Whether no real command came since AUTH: a credential may still be on its way."""
    for exchange in reversed(session.exchanges[-_RECENT:]):
        if exchange.verb == "AUTH":
            return True
        if exchange.verb in VERBS:
            return False
    return False


def challenge(session: Session) -> tuple[str, str]:
    """The mechanism of the login under way, and the text of the 334 that is to be answered."""
    mechanism, asked = "", ""
    for exchange in reversed(session.exchanges[-_RECENT:]):
        if not asked and exchange.code == 334 and exchange.reply is not None:
            asked = exchange.reply.text
        if isinstance(exchange.unit, Command) and exchange.verb == "AUTH":
            mechanism = (exchange.unit.argument.split() or [""])[0].upper()
            break
    return mechanism, asked


def accepted_recipients(session: Session) -> tuple[str, ...]:
    """The recipients of the mail transaction under way, in order."""
    found: list[str] = []
    for exchange in reversed(session.exchanges[-_RECENT:]):
        unit = exchange.unit
        if not isinstance(unit, Command) or exchange.is_negative:
            continue
        if unit.verb == "MAIL":
            break
        if unit.verb == "RCPT" and unit.path:
            found.append(unit.path)
    return tuple(reversed(found))


def delivery_advice(session: Session, octets: int) -> Advice:
    """What is to be said while mail data is written."""
    syntax = "Mail data: Ctrl+Enter sends; dots are stuffed, the lone dot is added"
    reference = "RFC 5321 4.1.1.4"
    if session.header.origin == "practice":
        sentence = f"{octets} octets; the practice server discards them"
        return Advice("note", sentence, syntax, reference)
    sentence = "Sending it delivers: a real delivery unless this is a test server"
    return Advice("warning", sentence, syntax, reference)


def chunk_advice(line: str, octets: int) -> Advice:
    """What is to be said while the octets of a BDAT are written."""
    syntax = f"Octets for {line}: line ends become CRLF, Ctrl+Enter sends, Esc goes back"
    if payload.told_octets(line) == octets:
        return Advice("ok", f"{octets} octets, as the command says", syntax, "RFC 3030 2")
    corrected = f"{octets} octets: the command will say {octets}"
    return Advice("note", corrected, syntax, "RFC 3030 2")
