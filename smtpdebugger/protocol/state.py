"""The session state machine, as one table (RFC 5321 sections 3 and 4.1.4).

A session begins CONNECTED and waits for the greeting. A 220 makes it GREETED: the server spoke,
the client has not introduced itself. EHLO or HELO makes it ready for a mail transaction, with or
without service extensions; both also end an open transaction, as RSET does. MAIL opens a
transaction, RCPT gives it a recipient, DATA turns the stream into mail data until the lone dot,
and each BDAT adds a chunk until the one that is LAST. After STARTTLS the client knows nothing of
the server any more (RFC 3207 section 4.2), so the session is GREETED again. Whether TLS is on and
whether the client is authenticated are independent of the state and kept beside it.

Only replies move a session: a command alone changes nothing, and a refused one leaves the state
as it was. A record of a session may begin in its middle, without a greeting; what the server
accepts counts all the same. Each row reads: in one of these states, this verb, answered with this
first digit, leads there. READY stands for EHLO or HELO, whichever was accepted last.
"""

from enum import Enum
from typing import NamedTuple


class State(Enum):
    """Where a session stands."""

    # Members are looked up in sets for every reply; Enum's own way goes by the name, in Python.
    __hash__ = object.__hash__

    CONNECTED = "connected"
    GREETED = "greeted"
    HELO = "helo"
    EHLO = "ehlo"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BDAT = "bdat"
    AUTH = "auth"
    CLOSED = "closed"


class Step(NamedTuple):
    """One row of the table."""

    verb: str
    digit: int
    before: frozenset[State]
    after: State | None
    """None: ready again, by EHLO or by HELO."""


GREETING = "(greeting)"
END_OF_DATA = "(end of mail data)"
SASL_RESPONSE = "(SASL response)"
STARTED_TLS = "(TLS)"

_ANY = frozenset(State) - {State.CLOSED}
_READY = frozenset({State.HELO, State.EHLO})
_TRANSACTION = frozenset({State.MAIL, State.RCPT, State.DATA, State.BDAT})
_OPEN = frozenset({State.MAIL, State.RCPT})

OUTSIDE_TRANSACTION = frozenset({State.CONNECTED, State.GREETED, State.CLOSED}) | _READY
"""States in which no mail transaction is open: reverse-path and recipients are cleared."""

STEPS: tuple[Step, ...] = (
    Step(GREETING, 2, frozenset({State.CONNECTED}), State.GREETED),
    Step("EHLO", 2, _ANY, State.EHLO),
    Step("LHLO", 2, _ANY, State.EHLO),
    Step("HELO", 2, _ANY, State.HELO),
    Step(STARTED_TLS, 2, frozenset(State) - {State.CLOSED}, State.GREETED),
    Step("AUTH", 3, _READY | {State.GREETED}, State.AUTH),
    Step("AUTH", 2, _READY, None),
    Step(SASL_RESPONSE, 3, frozenset({State.AUTH}), State.AUTH),
    Step(SASL_RESPONSE, 2, frozenset({State.AUTH}), None),
    Step(SASL_RESPONSE, 4, frozenset({State.AUTH}), None),
    Step(SASL_RESPONSE, 5, frozenset({State.AUTH}), None),
    Step("MAIL", 2, _READY | {State.GREETED, State.CONNECTED}, State.MAIL),
    Step("RCPT", 2, _OPEN, State.RCPT),
    Step("DATA", 3, _OPEN, State.DATA),
    Step(END_OF_DATA, 2, frozenset({State.DATA}), None),
    Step(END_OF_DATA, 4, frozenset({State.DATA}), None),
    Step(END_OF_DATA, 5, frozenset({State.DATA}), None),
    Step("BDAT", 2, _OPEN | {State.BDAT}, State.BDAT),
    Step("BDAT LAST", 2, _OPEN | {State.BDAT}, None),
    Step("BDAT LAST", 4, _OPEN | {State.BDAT}, None),
    Step("BDAT LAST", 5, frozenset({State.BDAT}), None),
    Step("RSET", 2, _TRANSACTION | _READY, None),
    Step("XCLIENT", 2, _READY, State.GREETED),
    Step("QUIT", 2, frozenset(State), State.CLOSED),
)

_TABLE = {(step.verb, step.digit, state): step for step in STEPS for state in step.before}

_EVERYWHERE = frozenset({State.GREETED, State.HELO, State.EHLO, State.MAIL, State.RCPT, State.BDAT})
_IDLE = _READY
_EXTENDED = frozenset({State.EHLO})

LEGAL: dict[str, frozenset[State]] = {
    "EHLO": _EVERYWHERE,
    "HELO": _EVERYWHERE,
    "LHLO": _EVERYWHERE,
    "NOOP": _EVERYWHERE,
    "HELP": _EVERYWHERE,
    "VRFY": _EVERYWHERE,
    "EXPN": _EVERYWHERE,
    "RSET": _EVERYWHERE,
    "QUIT": _EVERYWHERE,
    "STARTTLS": _EXTENDED,
    "AUTH": _EXTENDED,
    "ETRN": _EXTENDED,
    "ATRN": _EXTENDED,
    "TURN": _IDLE,
    "MAIL": _IDLE,
    "SEND": _IDLE,
    "SOML": _IDLE,
    "SAML": _IDLE,
    "RCPT": _OPEN,
    "DATA": frozenset({State.RCPT}),
    "BDAT": frozenset({State.RCPT, State.BDAT}),
    "BURL": frozenset({State.RCPT, State.BDAT}),
    "XCLIENT": _READY,
    "XFORWARD": _READY,
}
"""In which states a verb may be sent at all (RFC 5321 4.1.4 and the extensions' RFCs)."""

VERBS = frozenset(LEGAL)
"""Every verb this table knows."""


def next_state(state: State, verb: str, code: int | None, hello: State) -> State:
    """The state after a reply. ``hello`` is EHLO, HELO, or GREETED before either."""
    if code is None or state is State.CLOSED:
        return state
    step = _TABLE.get((verb, code // 100, state))
    if step is None:
        return state
    return hello if step.after is None else step.after


def is_legal(verb: str, state: State, *, tls: bool = False, authenticated: bool = False) -> bool:
    """Whether a verb may be sent now; unknown verbs may be sent wherever commands may."""
    if verb == "STARTTLS" and tls:
        return False
    if verb == "AUTH" and authenticated:
        return False
    return state in LEGAL.get(verb, _EVERYWHERE)


def legal_verbs(state: State, *, tls: bool = False, authenticated: bool = False) -> tuple[str, ...]:
    """All verbs that may be sent now, in the order of the table."""
    return tuple(
        verb for verb in LEGAL if is_legal(verb, state, tls=tls, authenticated=authenticated)
    )
