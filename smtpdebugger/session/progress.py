"""Progress: what an answered exchange changes in the situation."""

from smtpdebugger.protocol.command import Command, MailData, SaslResponse
from smtpdebugger.protocol.ehlo import read_capabilities
from smtpdebugger.protocol.reply import Reply
from smtpdebugger.protocol.state import (
    END_OF_DATA,
    GREETING,
    OUTSIDE_TRANSACTION,
    SASL_RESPONSE,
    STARTED_TLS,
    VERBS,
    State,
    next_state,
)
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.situation import Situation


def situation_after(now: Situation, exchange: Exchange) -> Situation:
    """What an answered exchange changes; the same object where it changes nothing."""
    reply = exchange.reply
    code = None if reply is None else reply.code
    if reply is None or code is None:
        return now
    verb = _table_verb(exchange)
    state = next_state(now.state, verb, code, now.hello)
    after = now if state is now.state else now._replace(state=state)
    if now.reverse_path is not None and state in OUTSIDE_TRANSACTION:
        after = after._replace(reverse_path=None, recipients=0)
    if verb == GREETING:
        return after._replace(greeting=reply)
    if not 200 <= code < 300:
        return after
    return _after_success(after, exchange, reply)


def _after_success(now: Situation, exchange: Exchange, reply: Reply) -> Situation:
    match exchange.verb:
        case "EHLO" | "LHLO":
            return now._replace(
                hello=State.EHLO,
                capabilities=read_capabilities(reply),
                ehlo_exchange=exchange.number,
            )
        case "HELO":
            return now._replace(hello=State.HELO, capabilities=None, ehlo_exchange=None)
        case "MAIL":
            path = exchange.unit.path if isinstance(exchange.unit, Command) else None
            return now._replace(reverse_path=path or "", recipients=0)
        case "RCPT":
            return now._replace(recipients=now.recipients + 1)
        case "AUTH" | "(SASL response)":
            return now._replace(authenticated=True)
        case "HELP":
            words = {word.strip(".,:;()").upper() for word in reply.text.split()}
            return now._replace(helped=now.helped | (words & VERBS))
        case _:
            return now


def _table_verb(exchange: Exchange) -> str:
    unit = exchange.unit
    if isinstance(unit, Command) and unit.verb == "BDAT":
        return "BDAT LAST" if unit.argument.upper().endswith("LAST") else "BDAT"
    if isinstance(unit, SaslResponse):
        return SASL_RESPONSE
    if isinstance(unit, MailData):
        return END_OF_DATA
    return exchange.verb


def situation_after_tls(now: Situation) -> Situation:
    """What a TLS handshake changes: the client forgets what the server said (RFC 3207 4.2)."""
    state = next_state(now.state, STARTED_TLS, 220, now.hello)
    return now._replace(
        state=now.state if now.greeting is None else state,
        hello=State.GREETED,
        tls=True,
        before_tls=now.capabilities,
        capabilities=None,
        ehlo_exchange=None,
        helped=frozenset(),
        reverse_path=None,
        recipients=0,
    )
