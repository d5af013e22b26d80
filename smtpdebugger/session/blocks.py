"""Blocks: from a row's or an exchange's number to the thing itself.

A session's events are cut into blocks of a few hundred. At the head of each stands a snapshot, from
which its rows and exchanges are made anew when somebody asks. The last few blocks that were asked
for are kept, so scrolling and diagnosing cost next to nothing.
"""

from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator

from smtpdebugger.protocol.command import Chunk, Command
from smtpdebugger.protocol.state import GREETING
from smtpdebugger.session.columns import COMMAND, KIND_BITS, NONE
from smtpdebugger.session.engine import Snapshot
from smtpdebugger.session.events import Received, Remark, Sent, WireEvent
from smtpdebugger.session.exchange import FOR_RECIPIENT, Exchange
from smtpdebugger.session.indexer import Indexer
from smtpdebugger.session.log import EventLog, LostEventsError
from smtpdebugger.session.progress import LAST_CHUNK
from smtpdebugger.session.replay import LOST, Replay
from smtpdebugger.session.rows import Row
from smtpdebugger.session.situation import Situation

BLOCK_EVENTS = 256
BLOCK_OCTETS = 64 * 1024
"""A block ends when it has so many events or octets."""

KEPT_BLOCKS = 24
KEPT_EXCHANGES = 512
MOST_KEPT_LINES = 64
"""Exchanges with longer replies are not kept beside their blocks."""
MOST_PENDING = 8 * 1024
"""While the server is in the middle of a longer reply no block ends: each would copy its lines."""


class Blocks:
    """The blocks of one session."""

    def __init__(self, indexer: Indexer, log: EventLog) -> None:
        self._indexer = indexer
        self._log = log
        self._columns = indexer.columns
        self.first_events = array("Q", [0])
        """Of each block: the number of its first event."""
        self.first_rows = array("Q", [0])
        """Of each block: the number of its first row."""
        self.odd_events = array("Q", [0])
        """Of each block: how many events before it took the long way through the indexer."""
        self._fragments = array("Q", [0])
        self._snapshots: list[Snapshot] = [indexer.snapshot()]
        self._replays: OrderedDict[int, Replay] = OrderedDict()
        self._held: dict[int, Exchange] = {}
        """Exchanges that wait for their reply and that somebody asked for."""
        self._over: dict[int, Exchange] = {}
        """A few exchanges that nothing is added to any more, for a diagnosis, which asks often."""
        self.events = 0
        """How many events there are in all blocks."""
        self._octets = 0

    def __len__(self) -> int:
        return len(self.first_events)

    def grown(self, events: int, octets: int) -> None:
        """The indexer took so many events more; a new block begins if it is time for one."""
        self.events += events
        self._octets += octets
        if self._indexer.settled:
            self._fill_held()
        is_full = self.events - self.first_events[-1] >= BLOCK_EVENTS
        if (is_full or self._octets >= BLOCK_OCTETS) and (
            self._indexer.parser.pending_length <= MOST_PENDING
        ):
            self._begin_block()

    def end_block(self) -> None:
        """Let the last block be full, if it has any event."""
        if self.events > self.first_events[-1]:
            self._begin_block()

    def _begin_block(self) -> None:
        self._octets = 0
        self._log.close_block()
        self.first_events.append(self.events)
        self.first_rows.append(len(self._columns.marks))
        self.odd_events.append(self._indexer.odd_events)
        self._fragments.append(self._indexer.fragments)
        self._snapshots.append(self._indexer.snapshot())

    def is_plain(self, block: int) -> bool:
        """Whether every event of a block is one plain row, so that both count alike."""
        return self._is_without(self.odd_events, self._indexer.odd_events, block)

    def is_whole(self, block: int) -> bool:
        """Whether each row of a block has all its octets in one event."""
        before = self._snapshots[block]
        return (
            before.parser.is_at_rest
            and before.framer.is_between_units
            and self._is_without(self._fragments, self._indexer.fragments, block)
        )

    def _is_without(self, counts: "array[int]", now: int, block: int) -> bool:
        is_last = block + 1 == len(self.first_events)
        return (now if is_last else counts[block + 1]) == counts[block]

    # Events and rows

    def event(self, number: int) -> WireEvent:
        """An event by its number from 0."""
        block = bisect_right(self.first_events, number) - 1
        try:
            return self._log.events(block)[number - self.first_events[block]]
        except LostEventsError:
            return Remark(0, LOST)

    def payload(self, row: int) -> tuple[int, int]:
        """Where the mail data or chunk of a row stands in all octets the client ever sent."""
        return self.replay(self.block_of_row(row)).payloads.get(row, (0, 0))

    def sent_from(self, offset: int) -> Iterator[bytes]:
        """What the client sent from an offset on, event by event, up to what was left out.

        The offset counts all octets the client ever sent.
        """
        place = bisect_right(self._snapshots, offset, key=lambda each: each.sent_octets) - 1
        # Blocks in which nothing was sent begin at the same offset as the one before them.
        at = self._snapshots[place].sent_octets
        for block in range(place, len(self.first_events)):
            try:
                events = self._log.events(block)
            except LostEventsError:
                return
            for event in events:
                if not isinstance(event, Sent):
                    continue
                if at + len(event.octets) > offset:
                    yield event.octets[max(0, offset - at) :]
                at += len(event.octets)
                if event.omitted:
                    return

    def block_of_row(self, number: int) -> int:
        """The block that has a row."""
        return bisect_right(self.first_rows, number) - 1

    def row(self, number: int) -> Row:
        """A row by its number from 0."""
        block = self.block_of_row(number)
        return self.replay(block).rows[number - self.first_rows[block]]

    def replay(self, block: int) -> Replay:
        """The rows and exchanges of a block, up to now."""
        found = self._replays.get(block)
        if found is None:
            snapshot, first_row = self._snapshots[block], self.first_rows[block]
            found = Replay(self._columns, snapshot, first_row, self._path_of)
            self._replays[block] = found
            if len(self._replays) > KEPT_BLOCKS:
                self._replays.popitem(last=False)
        else:
            self._replays.move_to_end(block)
        is_last = block + 1 == len(self.first_events)
        stop = self.events if is_last else self.first_events[block + 1]
        if (missing := stop - self.first_events[block]) > found.events:
            self._advance(found, block, missing)
        return found

    def _advance(self, replay: Replay, block: int, stop: int) -> None:
        try:
            events = self._log.events(block)
        except LostEventsError:
            is_last = block + 1 == len(self.first_rows)
            rows = len(self._columns.marks) if is_last else self.first_rows[block + 1]
            replay.events = stop
            replay.lose(self.first_rows[block], rows)
            return
        for event in events[replay.events : stop]:
            replay.events += 1
            replay.take(event)

    def _path_of(self, number: int) -> str | None:
        """The path of a MAIL whose reply came in a later block."""
        block = self.block_of_row(self._columns.sent_rows[number - 1] - 1)
        found = self._replays.get(block)
        if found is None or number not in found.sent:
            # Only the client's side is of interest; a path that is missing there changes nothing.
            snapshot, first_row = self._snapshots[block], self.first_rows[block]
            found = Replay(self._columns, snapshot, first_row, lambda _: None)
            self._advance(found, block, self.events)
        unit = found.sent[number].unit
        return unit.path if isinstance(unit, Command) else None

    # Exchanges

    def exchange(self, number: int) -> Exchange:
        """An exchange by its number from 1."""
        found = self._over.get(number)
        if found is not None:
            return found
        found = self._sought(number)
        if found.reply is not None and self._columns.step_of(number) not in _WITH_CHUNK:
            if len(self._over) >= KEPT_EXCHANGES:
                self._over.clear()
            if len(found.reply.lines) <= MOST_KEPT_LINES:
                self._over[number] = found
        return found

    def _sought(self, number: int) -> Exchange:
        found = self._held.get(number)
        if found is not None:
            if found.chunk is None:
                found.chunk = self._chunk_of(number)
            return found
        sent_row = self._columns.sent_rows[number - 1]
        reply_row = self._columns.reply_rows[number - 1]
        home = self.replay(self.block_of_row((reply_row or sent_row) - 1))
        found = home.exchanges.get(number)
        if found is not None and found.chunk is None:
            found.chunk = self._chunk_of(number)
        return found or self._made(number, home)

    def _made(self, number: int, home: Replay) -> Exchange:
        sent_row = self._columns.sent_rows[number - 1]
        made = Exchange(number, None, _NOWHERE, _NOWHERE)
        if sent_row != NONE:
            part = self.replay(self.block_of_row(sent_row - 1)).sent[number]
            made.unit, made.sent_at = part.unit, part.at
            made.before = made.after = part.situation
            made.chunk = self._chunk_of(number)
        if self._columns.reply_rows[number - 1] != NONE:
            self._answer(made, home)
        elif number in self._indexer.waiting:
            self._held[number] = made
            self._indexer.watched.add(number)
            return made
        home.exchanges[number] = made
        return made

    def _answer(self, exchange: Exchange, home: Replay) -> None:
        part = home.replies[exchange.number]
        exchange.reply, exchange.replied_at = part.reply, part.at
        exchange.before, exchange.after = part.before, part.after
        step = self._columns.step_of(exchange.number)
        exchange.is_greeting = step == GREETING
        exchange.is_for_recipient = step == FOR_RECIPIENT

    def _fill_held(self) -> None:
        """Those who hold an exchange that waited see the reply in it."""
        settled = self._indexer.settled
        for number in settled:
            self._indexer.watched.discard(number)
            held = self._held.pop(number, None)
            row = self._columns.reply_rows[number - 1]
            if held is not None and row != NONE:
                home = self.replay(self.block_of_row(row - 1))
                self._answer(held, home)
                held.chunk = held.chunk or self._chunk_of(number)
                home.exchanges[number] = held
        settled.clear()

    def _chunk_of(self, number: int) -> Chunk | None:
        """The octets that followed a BDAT: the next row of the client, if it is theirs."""
        columns = self._columns
        if columns.step_of(number) not in _WITH_CHUNK:
            return None
        marks = columns.marks
        for row in range(columns.sent_rows[number - 1], len(marks)):
            if marks[row] & KIND_BITS == COMMAND:
                if columns.row_exchanges[row] != number:
                    return None
                return self.replay(self.block_of_row(row)).chunks.get(number)
        return None


_NOWHERE = Situation()
_WITH_CHUNK = frozenset({"BDAT", LAST_CHUNK})


def octets_in(event: WireEvent) -> int:
    """How many octets an event keeps."""
    if isinstance(event, Received):
        return len(event.octets)
    return len(event.octets) + len(event.tail) if isinstance(event, Sent) else 0
