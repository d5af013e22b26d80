"""A replay: the rows and exchanges of one block of events, made anew from a snapshot before it."""

from collections.abc import Callable
from typing import NamedTuple

from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData, read_command
from smtpdebugger.protocol.framing import HEAD_OCTETS
from smtpdebugger.protocol.reply import Reply, ReplyLine, read_line
from smtpdebugger.protocol.state import END_OF_DATA
from smtpdebugger.session.columns import (
    COMMAND,
    KIND_BITS,
    KINDS,
    NEGATIVE,
    PLAIN,
    REPLY,
    TLS,
    Columns,
)
from smtpdebugger.session.engine import Engine, Snapshot, opens_exchange
from smtpdebugger.session.events import Received, Sent, WireEvent
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.progress import situation_after
from smtpdebugger.session.rows import Happening, Row, RowKind, command_row, event_row, reply_row
from smtpdebugger.session.situation import Situation
from smtpdebugger.session.visible import visible

LOST = "(this part of the file was changed or removed after it was opened)"


class SentPart(NamedTuple):
    """What an exchange has from its client's side."""

    unit: ClientUnit
    at: int
    situation: Situation


class ReplyPart(NamedTuple):
    """What an exchange has from its server's side."""

    reply: Reply
    at: int
    before: Situation
    after: Situation


class Replay(Engine):
    """An engine that makes objects."""

    def __init__(
        self,
        columns: Columns,
        snapshot: Snapshot | None,
        first_row: int,
        path_of: Callable[[int], str | None],
    ) -> None:
        """``first_row``: how many rows come before; ``path_of`` gives the path of a MAIL that an
        earlier block has."""
        self.rows: list[Row] = []
        self.sent: dict[int, SentPart] = {}
        self.replies: dict[int, ReplyPart] = {}
        self.chunks: dict[int, Chunk] = {}
        self.payloads: dict[int, tuple[int, int]] = {}
        """Where the mail data or chunk of a row stands in all octets the client ever sent."""
        self.exchanges: dict[int, Exchange] = {}
        """Exchanges that were put together; kept here for whoever asks again."""
        self.events = 0
        """How many events of the block were taken."""
        self._path_of = path_of
        self._first_row = first_row
        super().__init__(columns, snapshot)

    def take(self, event: WireEvent) -> None:
        """Draw what follows from an event; the indexer has noted which ones are plain."""
        row = self._first_row + len(self.rows)
        marks = self.columns.marks
        if row < len(marks) and marks[row] & PLAIN and isinstance(event, Sent | Received):
            # What leaves a line open is followed by no plain row of its side.
            number, kind = self.columns.row_exchanges[row], marks[row] & KIND_BITS
            if isinstance(event, Sent) and kind == COMMAND and event.octets:
                self._take_plain_unit(event, number)
                return
            if isinstance(event, Received) and kind == REPLY and event.octets:
                self._take_plain_reply(event, number)
                return
        super().take(event)

    def _take_plain_unit(self, event: Sent, number: int) -> None:
        octets, step = event.octets, self.columns.step_of(number)
        self.owed = 0
        self.sent_octets += len(octets)
        self.unit_began = self.sent_octets
        unit: ClientUnit
        if step == END_OF_DATA:
            head = octets[:HEAD_OCTETS]
            unit = MailData(len(octets), octets.count(b"\n"), head)
            self.framer.message_ended()
            self._note_place(unit)
            row = command_row(unit, number, event.at, self.situation.tls)
        else:
            text = octets[:-2].decode("ascii")
            verb, _, rest = text.partition(" ")
            unit = Command(octets, step, rest.strip(" "))
            shown = visible(rest)
            row = Row(RowKind.COMMAND, event.at, verb, shown, number, tls=self.situation.tls)
        self.rows.append(row)
        self.sent[number] = SentPart(unit, event.at, self.situation)
        self.newest = number
        self._newest_reply = None
        self.waiting.append(number)

    def _take_plain_reply(self, event: Received, number: int) -> None:
        octets, columns = event.octets, self.columns
        self.received_octets += len(octets)
        self.reply_began = self.received_octets
        self.waiting.popleft()
        code = columns.codes[number - 1]
        reply = Reply((ReplyLine(octets, code, " ", octets[4:-2]),))
        before, step = self.situation, columns.step_of(number)
        if code < 400 or step == END_OF_DATA:
            self.framer.heed(step, code)
            self.situation = situation_after(
                before, step, number, reply, lambda: self.path_of(number)
            )
        self.replies[number] = ReplyPart(reply, event.at, before, self.situation)
        shown = visible(octets[4:-2].decode("ascii"))
        self.rows.append(
            Row(
                RowKind.REPLY,
                event.at,
                str(code),
                shown,
                number,
                columns.wait_of(number),
                self.situation.tls,
                code >= 400,
            )
        )

    def note_exchange(self, step: str, verb: str) -> int:
        """A new exchange: the columns have it already."""
        return self.newest + 1

    def note_unit(self, unit: ClientUnit, number: int, at: int) -> None:
        """A row of the client."""
        if isinstance(unit, MailData | Chunk):
            self._note_place(unit)
        self.rows.append(command_row(unit, number, at, self.situation.tls))
        if opens_exchange(unit):
            self.sent[number] = SentPart(unit, at, self.situation)
        elif isinstance(unit, Chunk):
            self.chunks[number] = unit

    def _note_place(self, unit: MailData | Chunk) -> None:
        stop = self.unit_began
        self.payloads[self._first_row + len(self.rows)] = (stop - unit.length, stop)

    def note_reply(self, number: int, reply: Reply, at: int, before: Situation) -> None:
        """A row of the server."""
        self.replies[number] = ReplyPart(reply, at, before, self.situation)
        wait = self.columns.wait_of(number)
        self.rows.append(reply_row(reply, number, at, wait, self.situation.tls))

    def note_event(self, event: Happening) -> None:
        """A row of neither."""
        self.rows.append(event_row(event, self.situation.tls))

    def lose(self, first: int, stop: int) -> None:
        """The events cannot be had any more: rows as far as the columns tell them."""
        columns = self.columns
        for row in range(first + len(self.rows), stop):
            mark, number = columns.marks[row], columns.row_exchanges[row]
            kind, at = mark & KIND_BITS, columns.times[row]
            head = ""
            if kind == COMMAND and columns.sent_rows[number - 1] == row + 1:
                head = columns.step_of(number)
                unit = read_command(f"{head} {LOST}\r\n".encode())
                self.sent[number] = SentPart(unit, at, self.situation)
            elif kind == REPLY:
                code = columns.codes[number - 1]
                head = f"{code:03}" if code >= 0 else "???"
                reply = Reply((read_line(f"{head} {LOST}\r\n".encode()),))
                self.replies[number] = ReplyPart(reply, at, self.situation, self.situation)
            self.rows.append(
                Row(
                    KINDS[kind],
                    at,
                    head,
                    LOST,
                    number,
                    columns.wait_of(number) if kind == REPLY else None,
                    bool(mark & TLS),
                    bool(mark & NEGATIVE),
                )
            )

    def path_of(self, number: int) -> str | None:
        """The path of a MAIL."""
        part = self.sent.get(number)
        if part is None:
            return self._path_of(number)
        return part.unit.path if isinstance(part.unit, Command) else None
