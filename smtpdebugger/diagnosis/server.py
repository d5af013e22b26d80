"""Names the server that answered, from what it said in one connection."""

from dataclasses import replace

from smtpdebugger.diagnosis.model import ServerGuess
from smtpdebugger.diagnosis.past import Past
from smtpdebugger.knowledge.fingerprint import Guess, Observed
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.state import GREETING
from smtpdebugger.session.exchange import Exchange

LEAST = 0.5
"""Below this confidence a server is not named."""

MOST_LINES = 64

_APART = frozenset({"EHLO", "LHLO", "HELP"})


def named(found: tuple[Guess, ...]) -> ServerGuess:
    """The likeliest server, unnamed where the session does not show enough."""
    if not found or found[0].confidence < LEAST:
        return ServerGuess()
    best = found[0]
    return ServerGuess(best.server, best.name, best.confidence, best.why)


def candidates(knowledge: Knowledge, past: Past, exchange: Exchange) -> tuple[Guess, ...]:
    """All servers that something speaks for, likeliest first.

    The reply to ``exchange`` always counts, of the others in its connection the first of each verb.
    """
    return knowledge.recogniser.recognise(observe(past, exchange))


def observe(past: Past, exchange: Exchange) -> Observed:
    """What the server said in one connection, so far as it tells servers apart."""
    found = past.derived(_observed)
    if not _counts(exchange):
        return found
    others = dict.fromkeys((*found.replies, *reply_lines(exchange)))
    return replace(found, replies=tuple(others))


def _observed(past: Past) -> Observed:
    greetings = past.latest(GREETING)
    greeting = past.session.exchange(greetings[-1]) if greetings else None
    hello = _accepted(past, "EHLO") or _accepted(past, "LHLO")
    others: dict[str, None] = {}
    for each in past.first_answers:
        if _counts(each):
            others.update(dict.fromkeys(reply_lines(each)))
    helped = _accepted(past, "HELP")
    return Observed(reply_lines(greeting), reply_lines(hello), reply_lines(helped), tuple(others))


def reply_lines(exchange: Exchange | None) -> tuple[str, ...]:
    """The lines of an exchange's reply as they came, without line ends."""
    if exchange is None or exchange.reply is None:
        return ()
    lines = exchange.reply.lines[:MOST_LINES]
    return tuple(line.octets.decode("latin-1").rstrip("\r\n") for line in lines)


def _counts(exchange: Exchange) -> bool:
    """Whether a reply is evidence of its own: greeting, EHLO and HELP are looked at apart."""
    is_apart = exchange.verb in _APART and not exchange.is_negative
    return not is_apart and not exchange.is_greeting


def _accepted(past: Past, verb: str) -> Exchange | None:
    for number in past.latest(verb)[:4]:
        if (past.session.code(number) or 0) // 100 in {2, 3}:
            return past.session.exchange(number)
    return None
