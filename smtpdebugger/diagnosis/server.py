"""Names the server that answered, from what it said in one connection."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from smtpdebugger.diagnosis.model import ServerGuess
from smtpdebugger.knowledge.fingerprint import Guess, Observed, recognise
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.state import GREETING
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

LEAST = 0.5
"""Below this confidence a server is not named."""

MOST_LINES = 64
MOST_VERBS = 32

_APART = frozenset({"EHLO", "LHLO", "HELP"})


def named(found: tuple[Guess, ...]) -> ServerGuess:
    """The likeliest server, unnamed where the session does not show enough."""
    if not found or found[0].confidence < LEAST:
        return ServerGuess()
    best = found[0]
    return ServerGuess(best.server, best.name, best.confidence, best.why)


def candidates(
    knowledge: Knowledge, session: Session, span: range, exchange: Exchange
) -> tuple[Guess, ...]:
    """All servers that something speaks for, likeliest first.

    ``span`` holds the numbers of the exchanges of one connection; the reply to ``exchange``
    always counts, of the others the first of each verb.
    """
    return _candidates(_Tables(knowledge), observe(session, span, exchange))


def observe(session: Session, span: range, exchange: Exchange) -> Observed:
    """What the server said in one connection, so far as it tells servers apart."""
    numbers = [each for each in session.by_verb.get(GREETING, []) if each in span]
    greeting = session.exchange(numbers[0]) if numbers else None
    others: dict[str, None] = {}
    for each in first_of_each_verb(session, span):
        if _counts(each):
            others.update(dict.fromkeys(reply_lines(each)))
    # Last, so that most exchanges of a session lead to one and the same observation.
    if _counts(exchange):
        others.update(dict.fromkeys(reply_lines(exchange)))
    hello = _accepted(session, span, "EHLO") or _accepted(session, span, "LHLO")
    helped = _accepted(session, span, "HELP")
    return Observed(reply_lines(greeting), reply_lines(hello), reply_lines(helped), tuple(others))


def reply_lines(exchange: Exchange | None) -> tuple[str, ...]:
    """The lines of an exchange's reply as they came, without line ends."""
    if exchange is None or exchange.reply is None:
        return ()
    lines = exchange.reply.lines[:MOST_LINES]
    return tuple(line.octets.decode("latin-1").rstrip("\r\n") for line in lines)


def first_of_each_verb(session: Session, span: range) -> Iterator[Exchange]:
    """The first two answered exchanges of each verb in a connection."""
    for numbers in islice(session.by_verb.values(), MOST_VERBS):
        first = bisect_left(numbers, span.start)
        for number in (each for each in numbers[first : first + 2] if each in span):
            exchange = session.exchange(number)
            if exchange.reply is not None:
                yield exchange


def _counts(exchange: Exchange) -> bool:
    """Whether a reply is evidence of its own: greeting, EHLO and HELP are looked at apart."""
    is_apart = exchange.verb in _APART and not exchange.is_negative
    return not is_apart and not exchange.is_greeting


def _accepted(session: Session, span: range, verb: str) -> Exchange | None:
    for number in reversed(session.by_verb.get(verb, [])[-4:]):
        exchange = session.exchange(number)
        if number in span and exchange.reply is not None and exchange.reply.is_positive:
            return exchange
    return None


class _Tables:
    """Knowledge, compared by identity: there is one load of it in a process."""

    __slots__ = ("knowledge",)

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tables) and other.knowledge is self.knowledge

    def __hash__(self) -> int:
        return id(self.knowledge)


@lru_cache(maxsize=64)
def _candidates(tables: _Tables, observed: Observed) -> tuple[Guess, ...]:
    return recognise(tables.knowledge.servers.values(), observed)
