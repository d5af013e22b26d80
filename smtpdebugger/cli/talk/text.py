"""The session as text: what came and went, line by line, as it happens.

``C:`` is the client and ``S:`` the server, as in the RFCs, ``C*:`` and ``S*:`` the same under TLS.
Everything else begins with ``#``, so ``explain`` reads this as a transcript.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from smtpdebugger.cli.talk.explaining import in_one_line
from smtpdebugger.cli.talk.happenings import Happenings
from smtpdebugger.protocol.command import Chunk, Command, MailData, SaslResponse
from smtpdebugger.protocol.reply import decode
from smtpdebugger.protocol.sasl import masked
from smtpdebugger.protocol.sasl_reading import sentence
from smtpdebugger.session.columns import COMMAND, KIND_BITS, NEGATIVE, PLAIN, TLS
from smtpdebugger.session.events import Closed, Connected, Received, Sent, TlsEstablished, WireEvent
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.login import login_step
from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.session import Session
from smtpdebugger.session.transaction import recipient_of
from smtpdebugger.session.visible import MAX_CHARACTERS, visible

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.model import Diagnosis

Explain = Callable[[Exchange], "Diagnosis | None"]
Line = tuple[str, str]
"""Its kind, and its text."""

_COLORS = {
    "client": "36",
    "server": "32",
    "refusal": "31",
    "cause": "33",
    "trouble": "1;31",
    "event": "2",
}


class TextView:
    """Writes the rows of a session that were not written yet."""

    def __init__(
        self,
        session: Session,
        write: Callable[[str], None],
        explain: Explain,
        *,
        color: bool = False,
        times: bool = False,
        shows_mail_data: bool = True,
    ) -> None:
        """``shows_mail_data``: not on a terminal where a person has just typed it."""
        self._session = session
        self._write = write
        self._explain = explain
        self._color = color
        self._times = times
        self._shows_mail_data = shows_mail_data
        self._next_row = 0
        self._happenings = Happenings(session)
        self._opened = 0

    def catch_up(self) -> None:
        """Write what has happened since the last call."""
        rows, marks = self._session.rows, self._session.columns.marks
        written: list[str] = []
        while self._next_row < len(marks):
            number = self._next_row
            self._next_row += 1
            plain = self._plain_line(number, marks[number])
            if plain:
                written.append(plain)
                continue
            row = rows[number]
            written += [self._formed(row.at, *line) for line in self._lines(row)]
        self._write("".join(written))

    def finish(self, exit_code: int) -> None:
        """The session is over; nothing is added in text."""

    def _formed(self, at: int, kind: str, text: str) -> str:
        time = f"{at / 1e6:10.6f} " if self._times else ""
        if not self._color:
            return f"{time}{text}\n"
        return f"{time}\x1b[{_COLORS[kind]}m{text}\x1b[0m\n"

    def _plain_line(self, number: int, mark: int) -> str:
        """A row whose line is as it came, from its octets: most are, and making the row costs more
        than all else here. Empty for any other."""
        session, blocks = self._session, self._session.blocks
        block = blocks.block_of_row(number)
        if mark & (PLAIN | NEGATIVE) != PLAIN or not blocks.is_plain(block):
            return ""
        place = blocks.first_events[block] + number - blocks.first_rows[block]
        event = session.events[place]
        if not isinstance(event, Sent | Received) or not _is_one_line(event.octets):
            return ""
        self._happenings.skip_to(place + 1)
        is_client = mark & KIND_BITS == COMMAND
        if is_client:
            self._opened = session.columns.row_exchanges[number]
        sign = f"{'C' if is_client else 'S'}{'*' if mark & TLS else ''}:"
        text = f"{sign} {event.octets[:-2].decode('ascii')}"
        return self._formed(event.at, "client" if is_client else "server", text)

    def _lines(self, row: Row) -> Iterator[Line]:
        if row.kind is RowKind.COMMAND:
            yield from self._client_lines(row)
        elif row.kind is RowKind.REPLY:
            yield from self._server_lines(row)
        elif row.kind is RowKind.FAILURE:
            self._happenings.next()
            yield "trouble", f"#! {row.head}: {row.text}"
        else:
            for line in _context(self._happenings.next()):
                yield "event", f"# {line}"
            yield "event", f"# {row.text}"

    def _client_lines(self, row: Row) -> Iterator[Line]:
        mark = "C*:" if row.tls else "C:"
        exchange = self._session.exchange(row.exchange) if row.exchange else None
        unit = None if exchange is None else exchange.unit
        if exchange is None or row.exchange == self._opened:
            # Not what opened the exchange, but what followed.
            unit = None if exchange is None else exchange.chunk
        self._opened = row.exchange
        if isinstance(unit, Command | SaslResponse):
            yield "client", f"{mark} {one_line(masked(unit.octets, unit.secrets))}"
            step = login_step(self._session, row.exchange)
            if step is not None and step.said:
                yield "event", f"# {step.mechanism}: {sentence(step.said)}"
        elif isinstance(unit, MailData | Chunk) and self._shows_mail_data:
            yield from _payload(unit, mark)
        else:
            yield "event", f"# {row.head}: {row.text}"

    def _server_lines(self, row: Row) -> Iterator[Line]:
        mark = "S*:" if row.tls else "S:"
        exchange = self._session.exchange(row.exchange)
        kind = "refusal" if row.is_negative else "server"
        for line in exchange.reply.lines if exchange.reply else ():
            yield kind, f"{mark} {one_line(line.octets)}"
        step = login_step(self._session, row.exchange)
        if step is not None and step.asked:
            yield "event", f"# {step.mechanism}: {sentence(step.asked)}"
        recipient = recipient_of(self._session, row.exchange)
        if recipient:
            yield "event", f"# for <{visible(recipient)}>"
        diagnosis = self._explain(exchange)
        if diagnosis is not None:
            yield "cause", f"#? {visible(in_one_line(diagnosis))}"


def _context(event: WireEvent) -> Iterator[str]:
    """What a transcript needs to be understood."""
    match event:
        case Connected(port=int(port)):
            yield f"port {port}"
        case TlsEstablished():
            yield "tls"
        case Closed(by=by):
            yield f"closed {by}"


def _payload(unit: MailData | Chunk, mark: str) -> Iterator[Line]:
    for line in unit.head.splitlines(keepends=True):
        yield "client", f"{mark} {one_line(line)}"
    more = unit.length - len(unit.head)
    if more:
        yield "event", f"# {more} more octets, not shown"
    if more and isinstance(unit, MailData) and not unit.defects:
        yield "client", f"{mark} ."


def _is_one_line(octets: bytes) -> bool:
    return octets.find(b"\n") == len(octets) - 1 and len(octets) <= MAX_CHARACTERS


def one_line(octets: bytes) -> str:
    """A line as text: control characters visible, and the line end too unless it is CRLF."""
    if octets.endswith(b"\r\n"):
        return visible(decode(octets[:-2])).replace("\n", "‹LF›")
    text = visible(decode(octets)).replace("\n", "‹LF›")
    return text if octets.endswith(b"\n") else f"{text}‹no line end›"
