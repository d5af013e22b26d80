"""The mail transaction that is open, read back from what was said."""

from smtpdebugger.protocol.command import Command
from smtpdebugger.protocol.envelope import Body, Envelope
from smtpdebugger.session.session import Session

MOST_COMMANDS = 2000
"""How far back the MAIL of a transaction is looked for."""


def open_envelope(session: Session) -> Envelope | None:
    """The envelope of the open transaction, with the recipients accepted; None where none is."""
    if session.situation.reverse_path is None:
        return None
    recipients: list[str] = []
    last = len(session.exchanges)
    for number in range(last, max(0, last - MOST_COMMANDS), -1):
        verb = session.verb(number)
        if verb not in {"MAIL", "RCPT"} or (session.code(number) or 0) // 100 != 2:
            continue
        unit = session.exchange(number).unit
        if not isinstance(unit, Command):
            continue
        if verb == "RCPT":
            recipients.append(unit.path or "")
            continue
        parameters = unit.parameters
        size = parameters.get("SIZE") or ""
        return Envelope(
            unit.path or "",
            tuple(reversed(recipients)),
            int(size) if size.isdecimal() and len(size) <= 20 else None,
            _body(parameters.get("BODY")),
            smtputf8="SMTPUTF8" in parameters,
            requiretls="REQUIRETLS" in parameters,
        )
    return None


def _body(text: str | None) -> Body:
    match (text or "").upper():
        case "7BIT":
            return "7BIT"
        case "8BITMIME":
            return "8BITMIME"
        case "BINARYMIME":
            return "BINARYMIME"
        case _:
            return ""
