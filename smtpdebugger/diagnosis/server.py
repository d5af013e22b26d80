"""Names the server that answered, from what it said in one connection."""

from collections.abc import Iterator
from dataclasses import replace

from smtpdebugger.diagnosis.model import ServerGuess
from smtpdebugger.diagnosis.past import Past
from smtpdebugger.knowledge.fingerprint import Guess, Observed
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import Command
from smtpdebugger.protocol.state import GREETING
from smtpdebugger.session.exchange import Exchange

LEAST = 0.5
"""Below this confidence a server is not named."""

CERTAIN = 0.9
"""From here on a server's name is told as a fact, below as a supposition."""

MOST_LINES = 64
LONGEST_LINE = 2048
"""Octets of a reply line that are looked at; RFC 5321 section 4.5.3.1.5 allows 512."""

_APART = frozenset({"EHLO", "LHLO", "HELP"})
TELLING = frozenset({"HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "STARTTLS", "AUTH"})
"""Verbs that each program accepts in words of its own."""

_GO_AHEAD = 354
_DONE = 2
_NO_COMMAND = frozenset({500, 502})


def named(found: tuple[Guess, ...]) -> ServerGuess:
    """The likeliest server, unnamed where the session does not show enough."""
    if not found or found[0].confidence < LEAST:
        return ServerGuess()
    best = found[0]
    return ServerGuess(best.server, best.name, best.confidence, best.why)


def supposed(name: str, confidence: float) -> str:
    """A server's name for sentences; an uncertain one is marked as such."""
    return name if confidence >= CERTAIN else f"{name}, if this is it,"


def candidates(knowledge: Knowledge, past: Past, exchange: Exchange) -> tuple[Guess, ...]:
    """All servers that something speaks for, likeliest first.

    The reply to ``exchange`` always counts, of the others in its connection the first of each verb.
    """
    return knowledge.recogniser.recognise(observe(knowledge, past, exchange))


def observe(knowledge: Knowledge, past: Past, exchange: Exchange) -> Observed:
    """What the server said in one connection, so far as it tells servers apart."""
    found = past.derived(_observed)
    answers = found.answers
    refused = next((each for each in _words_refused(past) if not knowledge.verb(each[0])), None)
    if refused is not None:
        answers = (*answers, ("", refused[1]))
    more = reply_lines(exchange) if _counts(exchange) else ()
    # What is looked at as an answer is no second proof as a text.
    apart = {line for _, line in answers}
    others = dict.fromkeys(line for line in (*found.replies, *more) if line not in apart)
    return replace(found, replies=tuple(others), answers=answers)


def _observed(past: Past) -> Observed:
    greetings = past.latest(GREETING)
    greeting = past.session.exchange(greetings[-1]) if greetings else None
    hello = _accepted(past, "EHLO") or _accepted(past, "LHLO")
    others: dict[str, None] = {}
    for each in past.first_answers:
        if _counts(each):
            others.update(dict.fromkeys(reply_lines(each)))
    helped = _accepted(past, "HELP")
    return Observed(
        reply_lines(greeting),
        reply_lines(hello),
        reply_lines(helped),
        tuple(others),
        tuple(_answers(past)),
    )


def _answers(past: Past) -> Iterator[tuple[str, str]]:
    """The first line with which each of the telling verbs was accepted."""
    told: set[str] = set()
    for each in past.first_answers:
        if each.verb in TELLING and each.verb not in told and is_accepted(each):
            told.add(each.verb)
            yield each.verb, reply_lines(each)[0]


def is_accepted(exchange: Exchange) -> bool:
    """Whether a command was accepted, of which the words tell servers apart."""
    code = exchange.code or 0
    return code == _GO_AHEAD if exchange.verb == "DATA" else code // 100 == _DONE


def is_no_command(knowledge: Knowledge, exchange: Exchange) -> bool:
    """Whether a word was refused that is no command."""
    is_refused = isinstance(exchange.unit, Command) and exchange.code in _NO_COMMAND
    return is_refused and knowledge.verb(exchange.verb) is None


def _words_refused(past: Past) -> tuple[tuple[str, str], ...]:
    """Words that were refused as commands, each with the first line of the reply."""
    return past.derived(_refused)


def _refused(past: Past) -> tuple[tuple[str, str], ...]:
    return tuple(
        (each.verb, reply_lines(each)[0])
        for each in past.first_answers
        if isinstance(each.unit, Command) and each.code in _NO_COMMAND
    )


def reply_lines(exchange: Exchange | None) -> tuple[str, ...]:
    """The lines of an exchange's reply as they came, without line ends, none of them endless."""
    if exchange is None or exchange.reply is None:
        return ()
    lines = exchange.reply.lines[:MOST_LINES]
    return tuple(line.octets[:LONGEST_LINE].decode("latin-1").rstrip("\r\n") for line in lines)


def _counts(exchange: Exchange) -> bool:
    """Whether a reply is evidence of its own: greeting, EHLO and HELP are looked at apart."""
    is_apart = exchange.verb in _APART and not exchange.is_negative
    return not is_apart and not exchange.is_greeting


def _accepted(past: Past, verb: str) -> Exchange | None:
    for number in past.latest(verb)[:4]:
        if (past.session.code(number) or 0) // 100 in {2, 3}:
            return past.session.exchange(number)
    return None
