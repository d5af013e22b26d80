"""Evidence from the order of things: what must come before a verb, and what was sent too soon."""

from collections.abc import Iterator

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.offers import keyword_of
from smtpdebugger.protocol.command import Command, MailData
from smtpdebugger.protocol.state import LEGAL, State
from smtpdebugger.session.exchange import Exchange

_OPEN = frozenset({State.MAIL, State.RCPT})
_READY = frozenset({State.EHLO, State.HELO})
_BEGINNING = frozenset({State.CONNECTED, State.GREETED})
_NEED_MAIL = frozenset({"RCPT", "DATA", "BDAT", "BURL"})
_NEED_RECIPIENT = frozenset({"DATA", "BDAT", "BURL"})
_PERMANENT = 500
_HELLOS = ("EHLO", "HELO", "LHLO")

MOOT = 0.25
"""What is left of the order's weight where the server calls the verb unknown."""

CUT = 0.2
"""The same where the trace begins in the middle of a connection."""

TOLERATED = 0.4
"""How much it means that a command was sent ahead of a reply that was favourable."""

BARRIERS = frozenset(
    {"EHLO", "HELO", "LHLO", "DATA", "VRFY", "EXPN", "TURN", "QUIT", "NOOP", "STARTTLS", "AUTH"}
)
"""Verbs that must be the last of a command group (RFC 2920 section 3.1, RFC 3207, RFC 4954)."""

_NOT_SHOWN = {
    "before-hello": "before-hello-not-shown",
    "before-hello-allowed": "before-hello-allowed-not-shown",
    "no-mail": "no-mail-not-shown",
}
_ABOUT_FORM = frozenset({500, 501, 502, 504})
"""Codes for what a line holds, and not for what it asks."""


def beginning(case: Case) -> Iterator[Observation]:
    """Whether the session had been opened with EHLO or HELO."""
    if not case.is_current or case.verb in _HELLOS or case.is_alone:
        return
    if case.before.hello in _READY:
        yield Observation("hello-accepted")
        return
    legal = LEGAL.get(case.verb)
    if case.state not in _BEGINNING and legal is not None:
        return
    strength = _trust(case)
    if legal is None or State.GREETED in legal:
        yield Observation(_as_shown(case, "before-hello-allowed"), strength=strength)
    elif case.before.tls and case.last_accepted("EHLO", "HELO"):
        yield Observation("before-hello-after-tls", strength=strength)
    else:
        yield Observation(_as_shown(case, "before-hello"), strength=strength)


def kind_of_hello(case: Case) -> Iterator[Observation]:
    """An extension's verb in a session that was opened with HELO."""
    if case.record is None or not case.is_current or case.verb in _HELLOS:
        return
    needs_ehlo = LEGAL.get(case.verb) == frozenset({State.EHLO}) or bool(case.record.keyword)
    if case.before.hello is State.EHLO:
        yield Observation("ehlo-session", case.before.ehlo_exchange or 0)
    elif case.before.hello is State.HELO and needs_ehlo:
        hello = case.last_accepted("HELO")
        strength = MOOT if case.is_order_moot else 1.0
        yield Observation("helo-session", hello.number if hello else 0, strength=strength)
    elif case.before.hello is State.HELO and case.command and case.command.parameters:
        if case.code not in _ABOUT_FORM:
            return
        hello = case.last_accepted("HELO")
        values = {"parameter": next(iter(case.command.parameters))}
        yield Observation("helo-parameters", hello.number if hello else 0, values=values)


def transaction(case: Case) -> Iterator[Observation]:
    """What of a mail transaction was missing, or in the way."""
    verb, state = case.verb, case.state
    if not isinstance(case.unit, Command) or not case.is_current:
        return
    if state in _READY | _BEGINNING and verb in _NEED_MAIL:
        # Before EHLO the first thing that is missing is EHLO.
        strength = min(_weight(case), 1.0 if state in _READY else 0.7)
        yield Observation(_as_shown(case, "no-mail"), strength=strength)
        yield from _refused_before(case, "MAIL", "mail-refused")
    elif state is State.MAIL and verb in _NEED_RECIPIENT:
        yield Observation("no-recipient", strength=_weight(case))
        yield from _refused_before(case, "RCPT", "recipient-refused")
    elif state in _OPEN and verb in LEGAL and not LEGAL[verb] & _OPEN:
        yield Observation("open-transaction", strength=_weight(case))
    elif state is State.BDAT and verb in LEGAL and state not in LEGAL[verb]:
        yield Observation("open-chunks")
    elif case.is_command and case.before.permits(verb):
        yield Observation("in-order")


def judged(case: Case) -> Iterator[Observation]:
    """A message that is refused after sender and recipients were accepted. In LMTP the reply may
    still be about a recipient (RFC 2033 section 4.2)."""
    if isinstance(case.unit, MailData) and case.code >= _PERMANENT and not case.before.lmtp:
        yield Observation("message-judged")


def done_before(case: Case) -> Iterator[Observation]:
    """What may be done once only and had been done."""
    if case.verb == "STARTTLS" and case.before.tls:
        yield Observation("tls-active")
    if case.command is not None and case.verb == "AUTH" and case.before.authenticated:
        yield Observation("already-authenticated")
    elif case.command is not None and case.verb == "AUTH" and case.greeting is not None:
        yield Observation("not-logged-in")
    if case.verb in _HELLOS and not case.before.tls:
        # LHLO belongs to another protocol than the other two.
        same = ("LHLO",) if case.verb == "LHLO" else ("EHLO", "HELO")
        hello = case.last_accepted(*same)
        if hello is not None:
            yield Observation("hello-repeated", hello.number)


def waiting(case: Case) -> Iterator[Observation]:
    """Whether the client waited for the reply before it spoke."""
    sent = case.exchange.sent_at
    if sent is None:
        return
    greeting = case.greeting
    if greeting is not None and _came_after(greeting, sent):
        yield Observation("sent-before-greeting", greeting.number)
        return
    previous = case.previous
    if previous is None or previous.sent_at is None or not _came_after(previous, sent):
        yield from _sent_on(case)
        return
    if previous.verb in BARRIERS and previous.verb not in {"NOOP", "QUIT", "VRFY", "EXPN"}:
        yield Observation("sent-ahead-of-barrier", previous.number)
    elif not case.before.offers("PIPELINING"):
        # A server that answered the one before as usual does not mind.
        minds = previous.reply is None or previous.is_negative
        yield Observation("sent-ahead", previous.number, strength=1.0 if minds else TOLERATED)


def _sent_on(case: Case) -> Iterator[Observation]:
    """Whether the client, having waited with this command, sent the next without a reply to it."""
    replied = case.exchange.replied_at
    later = case.number + 1
    following = case.session.exchange(later) if later in case.span else None
    sent = following.sent_at if following is not None else None
    if sent is None or replied is None or sent >= replied:
        if case.greeting is not None or case.number != case.first:
            yield Observation("waited")
    elif case.exchange.verb in BARRIERS or not case.before.offers("PIPELINING"):
        yield Observation("sent-on", later)


def _weight(case: Case) -> float:
    """The order matters less for a verb that the server does not offer, or does not know."""
    if case.is_order_moot or case.is_cut:
        return _trust(case)
    keyword = keyword_of(case)
    is_missing = bool(keyword) and case.offers is not None and keyword not in case.offers
    return 0.7 if is_missing else 1.0


def _trust(case: Case) -> float:
    """How much what is not in the trace means."""
    if case.is_order_moot:
        return MOOT
    return CUT if case.is_cut else 1.0


def _as_shown(case: Case, rule: str) -> str:
    """The rule for something missing, or its twin that only says that the trace does not show it:
    what was said before the trace begins, nobody knows."""
    return _NOT_SHOWN[rule] if case.is_cut else rule


def _came_after(exchange: Exchange, sent: int) -> bool:
    return exchange.replied_at is not None and exchange.replied_at > sent


def _refused_before(case: Case, verb: str, rule: str) -> Iterator[Observation]:
    refused, accepted = case.last_refused(verb), case.last_accepted(verb)
    # What was accepted since then was taken back in another way, such as RSET.
    if refused is not None and (accepted is None or accepted.number < refused.number):
        yield Observation(rule, refused.number)
