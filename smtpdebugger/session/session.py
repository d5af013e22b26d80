"""The session: wire events in; exchanges, situations and transcript rows out.

``record`` is the only way in, for a live connection, an opened file, an imported trace and a test
alike. Nothing in here knows a clock or a socket.

Secrets stop at the events: exchanges, replies and rows carry masks, so nothing drawn from them
can show one. A session saved with masks and read back is therefore equal to the live one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from smtpdebugger.protocol.echo import secrets_of_text
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.sasl import Secret
from smtpdebugger.session.blocks import Blocks, octets_in
from smtpdebugger.session.columns import NO_CODE, NONE, Columns
from smtpdebugger.session.events import WireEvent
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.indexer import Indexer
from smtpdebugger.session.log import EventLog, MemoryLog
from smtpdebugger.session.progress import LAST_CHUNK
from smtpdebugger.session.secrets import moved
from smtpdebugger.session.situation import Situation
from smtpdebugger.session.views import EventsView, ExchangesView, RowsView

Subscriber = Callable[["Session"], None]


@dataclass(frozen=True, slots=True)
class Header:
    """What is told of a session once, at its beginning."""

    identity: str = ""
    began: str = ""
    """Wall clock of the first microsecond, ISO 8601 in UTC."""
    title: str = ""
    origin: str = "live"
    """live | import | proxy | practice"""
    application: str = ""


class Session:
    """One SMTP session, live or from a file."""

    def __init__(self, header: Header | None = None, log: EventLog | None = None) -> None:
        """``log`` is where the events stand; without one they are kept in memory."""
        self.header = header or Header()
        self.indexer = Indexer()
        """For those that read many events at once; they tell of them by ``grown``."""
        self.columns: Columns = self.indexer.columns
        """Rows and exchanges as arrays, for those that look through all of them."""
        self.log: EventLog = MemoryLog() if log is None else log
        """Where the events stand, block by block."""
        self.blocks = Blocks(self.indexer, self.log)
        self.events = EventsView(self.blocks, self.columns)
        self.rows = RowsView(self.blocks, self.columns)
        self.exchanges = ExchangesView(self.blocks, self.columns)
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call ``subscriber`` after every event; the returned function ends that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def record(self, event: WireEvent) -> None:
        """Append a fact and draw what follows from it. Never raises for what the peer did."""
        self.log.append(event)
        self.indexer.take(event)
        self.blocks.grown(1, octets_in(event))
        self._tell()

    def grown(self, events: int, octets: int) -> None:
        """The log has so many events more, with so many octets, and the indexer took them."""
        self.blocks.grown(events, octets)
        self._tell()

    def _tell(self) -> None:
        for subscriber in tuple(self._subscribers):
            subscriber(self)

    @property
    def situation(self) -> Situation:
        """What the client could know now."""
        return self.indexer.now

    @property
    def marked(self) -> Set[int]:
        """Exchanges that a person has marked."""
        return self.indexer.marked

    @property
    def latest_refusal(self) -> int | None:
        """The number of the exchange that was refused last, or None."""
        return self.columns.latest_refusal or None

    @property
    def by_verb(self) -> Mapping[str, Sequence[int]]:
        """Numbers of the exchanges that carried a verb, in order."""
        return self.columns.by_verb

    def verb(self, number: int) -> str:
        """The verb of an exchange, without making the exchange."""
        step = self.columns.step_of(number)
        return "BDAT" if step == LAST_CHUNK else step

    def code(self, number: int) -> int | None:
        """The reply code of an exchange, without making the exchange."""
        code = self.columns.codes[number - 1]
        return None if code == NO_CODE else code

    def is_answered(self, number: int) -> bool:
        """Whether an exchange has its reply, without making the exchange."""
        return self.columns.reply_rows[number - 1] != NONE

    @property
    def waiting(self) -> int:
        """How many exchanges wait for their reply."""
        return len(self.indexer.waiting)

    @property
    def owed(self) -> int:
        """How many more replies the server owes to mail data in LMTP, one for each recipient."""
        return self.indexer.owed

    @property
    def first_waiting(self) -> int | None:
        """The number of the exchange whose reply comes next, or None."""
        waiting = self.indexer.waiting
        return waiting[0] if waiting else None

    @property
    def oldest_waiting(self) -> Exchange | None:
        """The exchange whose reply comes next, or None."""
        number = self.first_waiting
        return None if number is None else self.blocks.exchange(number)

    @property
    def expects(self) -> Mode:
        """What the client's next octets are: a command, mail data, a chunk or a SASL response."""
        return self.indexer.framer.mode

    @property
    def has_open_line(self) -> bool:
        """Whether the client began a line and did not end it yet."""
        return self.indexer.framer.has_unread_line

    @property
    def pending(self) -> bytes:
        """Octets of the server that make no whole reply yet."""
        return self.indexer.parser.pending

    # What must not be shown, and what may be written down; offsets count all octets of the session

    @property
    def secrets(self) -> frozenset[bytes]:
        """The secrets themselves, so that an echo of one can be masked. Never stored."""
        return self.indexer.keeper.known

    @property
    def sent_secrets(self) -> list[Secret]:
        """Where secrets stand in what the client sent, in order."""
        return self.indexer.keeper.sent

    @property
    def received_secrets(self) -> list[Secret]:
        """Where the server repeated secrets, in order."""
        return self.indexer.keeper.received

    @property
    def payloads(self) -> list[tuple[int, int]]:
        """Where mail data and chunks stand, as offsets in all octets the client ever sent."""
        return self.indexer.payloads

    @property
    def settled_sent(self) -> int:
        """Behind this offset a line has begun and not ended: where its secrets are is not known."""
        indexer = self.indexer
        return indexer.unit_began if indexer.framer.has_unread_line else indexer.sent_octets

    @property
    def settled_received(self) -> int:
        """Behind this offset a reply has begun and not ended, and it may repeat a secret."""
        indexer = self.indexer
        return indexer.reply_began if indexer.keeper.known else indexer.received_octets

    @property
    def unsettled_echoes(self) -> tuple[Secret, ...]:
        """Where the server's unfinished reply repeats secrets so far, or proves itself."""
        pending = self.pending
        code = int(pending[:3]) if pending[:3].isdigit() else None
        found = secrets_of_text(pending, self.secrets, code)
        return moved(found, self.indexer.reply_began)

    def challenge(self, number: int) -> str:
        """The text of an exchange's reply; in clear where it is masked, of the newest such one.

        For whoever logs in, and for who is allowed to see secrets. Empty without a reply.
        """
        kept = self.indexer.keeper.challenge(number)
        reply = self.exchange(number).reply
        return kept if kept is not None else ("" if reply is None else reply.text)

    @property
    def unsettled_secrets(self) -> tuple[Secret, ...]:
        """The secrets of the client's unfinished line, were it to end now."""
        indexer = self.indexer
        unit = indexer.framer.unread_line
        if unit is None:
            return ()
        return indexer.keeper.spans_of(unit, indexer.unit_began, indexer.sent_octets)

    @property
    def open_payload(self) -> int | None:
        """The offset at which mail data or a chunk began that has not ended, or None."""
        length = self.indexer.framer.payload_length
        return self.indexer.sent_octets - length if length else None

    def exchange(self, number: int) -> Exchange:
        """An exchange by its number, counted from 1. Raises IndexError if there is none."""
        if not 1 <= number <= len(self.exchanges):
            raise IndexError(f"there is no exchange {number}")
        return self.blocks.exchange(number)

    def events_since(self, number: int) -> Iterator[WireEvent]:
        """The events from the reply to an exchange on; none while there is no reply."""
        row = self.columns.reply_rows[number - 1]
        if row == NONE:
            return
        at = self.columns.times[row - 1]
        first = self.blocks.first_events[self.blocks.block_of_row(row - 1)]
        for place in range(first, len(self.events)):
            event = self.events[place]
            if event.at >= at:
                yield event

    def answers(self, verb: str, before: int | None = None) -> list[Exchange]:
        """The answered exchanges of a verb, before exchange ``before`` where that is given."""
        numbers = self.by_verb.get(verb, ())
        found = [self.exchange(each) for each in numbers if before is None or each < before]
        return [each for each in found if each.reply is not None]
