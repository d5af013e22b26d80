"""A replay: the rows and exchanges of one block of events, made anew from a snapshot before it."""

from collections.abc import Callable
from typing import NamedTuple

from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, read_command
from smtpdebugger.protocol.reply import Reply, read_line
from smtpdebugger.session.columns import (
    COMMAND,
    KIND_BITS,
    KINDS,
    NEGATIVE,
    REPLY,
    TLS,
    Columns,
)
from smtpdebugger.session.engine import Engine, Snapshot, opens_exchange
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.rows import Happening, Row, command_row, event_row, reply_row
from smtpdebugger.session.situation import Situation

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
        path_of: Callable[[int], str | None],
    ) -> None:
        """``path_of`` gives the path of a MAIL that an earlier block has."""
        self.rows: list[Row] = []
        self.sent: dict[int, SentPart] = {}
        self.replies: dict[int, ReplyPart] = {}
        self.chunks: dict[int, Chunk] = {}
        self.exchanges: dict[int, Exchange] = {}
        """Exchanges that were put together; kept here for whoever asks again."""
        self.events = 0
        """How many events of the block were taken."""
        self._path_of = path_of
        super().__init__(columns, snapshot)

    def note_exchange(self, step: str, verb: str) -> int:
        """A new exchange: the columns have it already."""
        return self.newest + 1

    def note_unit(self, unit: ClientUnit, number: int, at: int) -> None:
        """A row of the client."""
        self.rows.append(command_row(unit, number, at, self.situation.tls))
        if opens_exchange(unit):
            self.sent[number] = SentPart(unit, at, self.situation)
        elif isinstance(unit, Chunk):
            self.chunks[number] = unit

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
