"""Standing: how a session stands, in a sign and in a word or two; a tab shows it."""

from typing import NamedTuple

from smtpdebugger.protocol.state import END_OF_DATA, SASL_RESPONSE, State
from smtpdebugger.session.rows import RowKind
from smtpdebugger.session.session import Session

_AWAITED = {
    "DATA": "a message is being sent",
    "BDAT": "a message is being sent",
    END_OF_DATA: "the server has not said yet whether it takes a message",
    "AUTH": "a login is going on",
    SASL_RESPONSE: "a login is going on",
}
"""By the verb whose reply is awaited."""

_LOOK_BACK = 4
"""Rows looked at for the failure that ended a connection."""


class Standing(NamedTuple):
    """Whether a session goes on, and whether its end so far is a good one."""

    is_live: bool
    words: str
    """Empty before anything has begun."""
    is_refused: bool = False
    """Whether the last reply refused something, or the connection failed."""


def standing_of(session: Session, *, is_connected: bool, is_busy: bool) -> Standing:
    """How a session stands whose connection stands, or is being made, or neither."""
    if is_busy and not is_connected:
        return Standing(True, "connecting")
    code = _last_code(session)
    failed = not is_connected and _has_failed(session)
    if code is not None and code >= 400:
        how = f", last reply {code}"
    else:
        how = ", failed" if failed else ""
    if is_connected:
        return Standing(True, f"connected{how}", bool(how))
    return Standing(False, f"not connected{how}" if session.events else "", bool(how))


def cut_off(session: Session) -> str:
    """What the end of the connection would cut off half-way, as a clause; empty: nothing.

    An open mail transaction is nothing: no server acts on one before it has the message.
    """
    waiting = session.oldest_waiting
    if waiting is not None:
        return _AWAITED.get(waiting.verb, "")
    match session.situation.state:
        case State.DATA | State.BDAT:
            return "a message is not sent whole yet"
        case State.AUTH:
            return "a login is going on"
        case _:
            return ""


def _last_code(session: Session) -> int | None:
    """The code of the last reply that answers something."""
    number = (session.first_waiting or len(session.exchanges) + 1) - 1
    return session.code(number) if number else None


def _has_failed(session: Session) -> bool:
    return any(row.kind is RowKind.FAILURE for row in session.rows[: -_LOOK_BACK - 1 : -1])
