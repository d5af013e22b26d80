"""The session as JSON: one object a line, for programs. The fields are a contract."""

import json
import re
from collections.abc import Callable, Iterator

from smtpdebugger.cli.talk.conversation import refused, unanswered
from smtpdebugger.cli.talk.happenings import Happenings
from smtpdebugger.cli.talk.text import Explain
from smtpdebugger.protocol.command import MailData
from smtpdebugger.protocol.reply import decode
from smtpdebugger.session.events import TlsEstablished, WireEvent
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.rows import RowKind
from smtpdebugger.session.session import Session
from smtpdebugger.session.transaction import recipient_of

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class JsonView:
    """Writes what was not written yet: events, exchanges when they are answered, diagnoses."""

    def __init__(self, session: Session, write: Callable[[str], None], explain: Explain) -> None:
        self._session = session
        self._write = write
        self._explain = explain
        self._next_row = 0
        self._happenings = Happenings(session)

    def catch_up(self) -> None:
        """Write what has happened since the last call."""
        session = self._session
        found: list[dict[str, object]] = []
        while self._next_row < len(session.rows):
            row = session.rows[self._next_row]
            self._next_row += 1
            if row.kind is RowKind.REPLY:
                found += self._answered(session.exchange(row.exchange))
            elif row.kind is not RowKind.COMMAND:
                found.append(event_object(self._happenings.next()))
        self._put(found)

    def finish(self, exit_code: int) -> None:
        """The session is over: exchanges that were never answered, and the last object."""
        silent = unanswered(self._session)
        found = [exchange_object(self._session.exchange(number)) for number in silent]
        end = {
            "type": "end",
            "exit": exit_code,
            "exchanges": len(self._session.exchanges),
            "refused": refused(self._session),
            "unanswered": silent,
        }
        self._put([*found, end])

    def _answered(self, exchange: Exchange) -> Iterator[dict[str, object]]:
        told = exchange_object(exchange)
        recipient = recipient_of(self._session, exchange.number)
        if recipient:
            told["recipient"] = recipient
        yield told
        diagnosis = self._explain(exchange)
        if diagnosis is not None:
            from smtpdebugger.cli.explain_json import diagnosis_object

            yield {"type": "diagnosis", **diagnosis_object(diagnosis)}

    def _put(self, objects: list[dict[str, object]]) -> None:
        self._write("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in objects))


def exchange_object(exchange: Exchange) -> dict[str, object]:
    """An exchange; ``code`` is null where no reply came."""
    reply, unit = exchange.reply, exchange.unit
    status = None if reply is None else reply.enhanced_status
    told: dict[str, object] = {
        "type": "exchange",
        "exchange": exchange.number,
        "us": exchange.replied_at if exchange.replied_at is not None else exchange.sent_at,
        "verb": exchange.verb,
        "command": exchange.command_text or None,
        "code": exchange.code,
        "enhanced": None if status is None else str(status),
        "text": None if reply is None else reply.plain_text,
        "lines": [] if reply is None else [_line(each.octets) for each in reply.lines],
        "refused": exchange.is_negative,
        "took": exchange.reply_time,
        "tls": exchange.before.tls,
        "state": exchange.after.state.value,
    }
    if isinstance(unit, MailData):
        told["mail_data"] = {"octets": unit.length, "lines": unit.lines}
    if exchange.chunk is not None:
        told["chunk"] = {"octets": exchange.chunk.length, "complete": exchange.chunk.is_complete}
    return told


def event_object(event: WireEvent) -> dict[str, object]:
    """An event that is neither command nor reply, with the names of the session file."""
    kind = "tls" if isinstance(event, TlsEstablished) else type(event).__name__
    told: dict[str, object] = {"type": _CAPITAL.sub("-", kind).lower()}
    for name in getattr(event, "_fields", ()):
        value = getattr(event, name)
        if name == "at":
            told["us"] = value
        elif name != "chain":
            told[name] = value
    return told


def _line(octets: bytes) -> str:
    return decode(octets.removesuffix(b"\n").removesuffix(b"\r"))
