"""Manners: what the server at hand is known to lack, or to take only once, by its own replies.

The rows of a recognised server tell what it answers to which verb. What it is known to refuse is
no alternative, even where the session has not shown it yet.
"""

from smtpdebugger.diagnosis.case import REQUIRED, Case
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.state import State
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.situation import Situation

_HAS_NOT = frozenset({"command-unknown", "command-not-implemented", "minimal-server"})
_SAID_ALREADY = frozenset({"already-done", "bad-sequence"})
_ALWAYS_THERE = (REQUIRED | {"LHLO"}) - {"NOOP"}
"""Verbs whose refusal is never for want of them. NOOP is required as well, but Twisted has none."""
_IN_TRANSACTION = frozenset({State.MAIL, State.RCPT, State.BDAT})
_OUT_OF_ORDER = 503
_NOT_AT_ONCE = frozenset({"AUTH", "VRFY", "EXPN", "RSET", "MAIL", "RCPT", "DATA", "BDAT"})
"""Verbs after which STARTTLS does not come at once any more, even where they were refused."""


def lacks(case: Case, verb: str) -> bool:
    """Whether the server is known to have no such verb, and has not told otherwise."""
    now = case.exchange.after
    if verb in _ALWAYS_THERE or now.offers(verb) or verb in now.helped or not case.server.id:
        return False
    return verb in case.knowledge.derived(_lacking, case.server.id)


def _lacking(knowledge: Knowledge, server: str) -> frozenset[str]:
    """The verbs that a server is known not to have."""
    return frozenset(
        verb
        for row in knowledge.replies_of(server)
        if row.cause in _HAS_NOT and row.state == "any"
        for verb in row.commands
    )


def has_help(case: Case) -> bool:
    """Whether HELP is likely to be answered: nobody has to have it (RFC 5321 section 4.5.1)."""
    now = case.exchange.after
    if now.offers("HELP") or now.helped:
        return True
    return bool(case.server.id) and not lacks(case, "HELP")


def greets_once(case: Case) -> bool:
    """Whether the server is known to take EHLO only once in a connection (but for STARTTLS), or
    has shown it in this one."""
    said = (*case.earlier("EHLO"), *case.earlier("LHLO"), case.exchange)
    if any(each.code == _OUT_OF_ORDER and _says_hello_again(each) for each in said):
        return True
    if not case.server.id:
        return False
    return case.knowledge.derived(_takes_one_hello, case.server.id)


def _says_hello_again(exchange: Exchange) -> bool:
    is_hello = exchange.verb in {"EHLO", "LHLO"}
    return is_hello and exchange.before.hello is State.EHLO and not exchange.before.recipients


def _takes_one_hello(knowledge: Knowledge, server: str) -> bool:
    return any(
        "EHLO" in row.commands and row.cause in _SAID_ALREADY and row.state in {"any", "ready"}
        for row in knowledge.replies_of(server)
    )


def takes(case: Case, line: str) -> bool:
    """Whether a line means to the server what it should: one forgets the null reverse-path."""
    server = case.knowledge.server(case.server.id)
    forgets = server is not None and server.forgets_null_sender
    return not (forgets and line.upper().startswith("MAIL FROM:<>"))


def is_late_for_tls(case: Case, stand: Situation) -> bool:
    """Whether the server is known to take STARTTLS right after EHLO only, and that is past."""
    server = case.knowledge.server(case.server.id)
    if server is None or not server.starttls_at_once:
        return False
    return stand.state in _IN_TRANSACTION or case.verb in _NOT_AT_ONCE
