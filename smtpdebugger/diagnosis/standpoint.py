"""The standpoint: where the next command would be sent from."""

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.server import CERTAIN
from smtpdebugger.protocol.state import State
from smtpdebugger.session.situation import Situation

_CLOSING = 421
"""The service closes the transmission channel (RFC 5321 3.8)."""

_LIVE = frozenset({"live", "practice"})


def standpoint(case: Case) -> Situation:
    """Where the next command would be sent from: now in a live session, else right after the
    reply, since a finished session stands nowhere any more. Where the server hung up with the
    reply, it is a new connection's beginning, just after the same EHLO."""
    session = case.session
    if is_over(case):
        before = case.before
        hello = before.hello if before.hello is not State.GREETED else State.EHLO
        return before._replace(
            state=hello, hello=hello, authenticated=False, reverse_path=None, is_open=True
        )
    is_live = session.header.origin in _LIVE and session.situation.is_open
    if is_live and case.span.stop > len(session.exchanges):
        return session.situation
    after = case.exchange.after
    if after.state is State.CONNECTED and case.greeting is None:
        # The beginning of the session was not recorded: there must have been a greeting.
        return after._replace(state=State.GREETED, hello=State.GREETED)
    return after


def new_connection(case: Case) -> Situation:
    """A new connection to the same port, greeted and protected as this one."""
    return case.before._replace(
        state=State.GREETED,
        hello=State.GREETED,
        authenticated=False,
        capabilities=None,
        ehlo_exchange=None,
        helped=frozenset(),
        reverse_path=None,
        recipients=0,
        is_open=True,
    )


def takes_no_users(case: Case) -> bool:
    """Whether the server is a hosted service's for incoming mail: its users log in elsewhere."""
    server = case.knowledge.server(case.server.id)
    if server is None or server.kind != "cloud" or case.server.confidence < CERTAIN:
        return False
    return case.offers is not None and not case.offers.auth_mechanisms


def is_over(case: Case) -> bool:
    """Whether the reply ended the connection."""
    return case.code == _CLOSING or not case.exchange.after.is_open or case.is_closed
