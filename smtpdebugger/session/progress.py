"""Progress: what an answered exchange changes in the situation."""

from collections.abc import Callable

from smtpdebugger.protocol.command import ClientUnit, Command, MailData, SaslResponse
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
from smtpdebugger.session.situation import Situation

LAST_CHUNK = "BDAT LAST"
"""The step of the state table that a BDAT with LAST makes."""


def step_of(unit: ClientUnit) -> str:
    """The name of a client unit in the state table."""
    match unit:
        case Command(verb="BDAT", argument=argument) if argument.upper().endswith("LAST"):
            return LAST_CHUNK
        case Command(verb=verb):
            return verb
        case SaslResponse():
            return SASL_RESPONSE
        case MailData():
            return END_OF_DATA
        case _:
            raise ValueError("a chunk has no reply of its own")


def situation_after(
    now: Situation, step: str, number: int, reply: Reply, path: Callable[[], str | None]
) -> Situation:
    """What an answered exchange changes; the same object where it changes nothing.

    ``step`` is its name in the state table, ``path`` gives the path of an accepted MAIL.
    """
    code = reply.code
    if code is None:
        return now
    state = next_state(now.state, step, code, now.hello)
    after = now if state is now.state else now._replace(state=state)
    if now.reverse_path is not None and state in OUTSIDE_TRANSACTION:
        after = after._replace(reverse_path=None, recipients=0)
    if step == GREETING:
        return after._replace(greeting=reply, lmtp=now.lmtp or "LMTP" in reply.text.split())
    if not 200 <= code < 300:
        return after
    if step == "MAIL":
        return after._replace(reverse_path=path() or "", recipients=0)
    return _after_success(after, step, number, reply)


def _after_success(now: Situation, step: str, number: int, reply: Reply) -> Situation:
    match step:
        case "EHLO" | "LHLO":
            return now._replace(
                hello=State.EHLO,
                capabilities=read_capabilities(reply),
                ehlo_exchange=number,
                lmtp=step == "LHLO",
            )
        case "HELO":
            return now._replace(hello=State.HELO, capabilities=None, ehlo_exchange=None, lmtp=False)
        case "RCPT":
            return now._replace(recipients=now.recipients + 1)
        case "AUTH" | "(SASL response)":
            return now._replace(authenticated=True)
        case "HELP":
            words = {word.strip(".,:;()").upper() for word in reply.text.split()}
            return now._replace(helped=now.helped | (words & VERBS))
        case _:
            return now


def situation_after_tls(now: Situation, version: str = "") -> Situation:
    """What a TLS handshake changes: the client forgets what the server said (RFC 3207 4.2)."""
    state = next_state(now.state, STARTED_TLS, 220, now.hello)
    return now._replace(
        state=now.state if now.greeting is None else state,
        hello=State.GREETED,
        tls=True,
        tls_version=version,
        before_tls=now.capabilities,
        capabilities=None,
        ehlo_exchange=None,
        helped=frozenset(),
        reverse_path=None,
        recipients=0,
    )
