"""The session: wire events in; exchanges, situations and transcript rows out.

``record`` is the only way in, for a live connection, an opened file, an imported trace and a test
alike. Nothing in here knows a clock or a socket.

Secrets stop at the events: exchanges, replies and rows carry masks, so nothing drawn from them
can show one. A session saved with masks and read back is therefore equal to the live one.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from smtpdebugger.protocol.command import Chunk, ClientUnit, MailData
from smtpdebugger.protocol.echo import echoes
from smtpdebugger.protocol.framing import ClientFramer, Mode
from smtpdebugger.protocol.reply import Reply, ReplyParser
from smtpdebugger.protocol.sasl import Secret
from smtpdebugger.protocol.state import State
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Received,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.progress import situation_after, situation_after_tls
from smtpdebugger.session.rows import Happening, Row, command_row, event_row, reply_row
from smtpdebugger.session.secrets import SecretKeeper, moved
from smtpdebugger.session.situation import Situation

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

    def __init__(self, header: Header | None = None) -> None:
        self.header = header or Header()
        self.events: list[WireEvent] = []
        self.exchanges: list[Exchange] = []
        self.rows: list[Row] = []
        self.situation = Situation()
        self.by_verb: dict[str, list[int]] = {}
        """Numbers of the exchanges that carried a verb, in order."""
        self.payloads: list[tuple[int, int]] = []
        """Where mail data and chunks stand, as offsets in all octets the client ever sent."""
        self._keeper = SecretKeeper()
        self._parser = ReplyParser()
        self._framer = ClientFramer()
        self._waiting: deque[Exchange] = deque()
        self._sent_octets = 0
        self._unit_began = 0
        self._received_octets = 0
        self._reply_began = 0
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call ``subscriber`` after every event; the returned function ends that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def record(self, event: WireEvent) -> None:
        """Append a fact and draw what follows from it. Never raises for what the peer did."""
        self.events.append(event)
        match event:
            case Sent():
                self._sent(event)
            case Received():
                self._received(event.octets, event.at)
            case _:
                self._happened(event)
        for subscriber in tuple(self._subscribers):
            subscriber(self)

    @property
    def waiting(self) -> int:
        """How many exchanges wait for their reply."""
        return len(self._waiting)

    @property
    def oldest_waiting(self) -> Exchange | None:
        """The exchange whose reply comes next, or None."""
        return self._waiting[0] if self._waiting else None

    @property
    def expects(self) -> Mode:
        """What the client's next octets are: a command, mail data, a chunk or a SASL response."""
        return self._framer.mode

    @property
    def has_open_line(self) -> bool:
        """Whether the client began a line and did not end it yet."""
        return self._framer.has_unread_line

    @property
    def pending(self) -> bytes:
        """Octets of the server that make no whole reply yet."""
        return self._parser.pending

    # What must not be shown, and what may be written down; offsets count all octets of the session

    @property
    def secrets(self) -> frozenset[bytes]:
        """The secrets themselves, so that an echo of one can be masked. Never stored."""
        return self._keeper.known

    @property
    def sent_secrets(self) -> list[Secret]:
        """Where secrets stand in what the client sent, in order."""
        return self._keeper.sent

    @property
    def received_secrets(self) -> list[Secret]:
        """Where the server repeated secrets, in order."""
        return self._keeper.received

    @property
    def settled_sent(self) -> int:
        """Behind this offset a line has begun and not ended: where its secrets are is not known."""
        return self._unit_began if self._framer.has_unread_line else self._sent_octets

    @property
    def settled_received(self) -> int:
        """Behind this offset a reply has begun and not ended, and it may repeat a secret."""
        return self._reply_began if self._keeper.known else self._received_octets

    @property
    def unsettled_echoes(self) -> tuple[Secret, ...]:
        """Where the server's unfinished reply repeats secrets so far."""
        return moved(echoes(self._parser.pending, self.secrets), self._reply_began)

    @property
    def unsettled_secrets(self) -> tuple[Secret, ...]:
        """The secrets of the client's unfinished line, were it to end now."""
        unit = self._framer.unread_line
        return (
            () if unit is None else self._keeper.spans_of(unit, self._unit_began, self._sent_octets)
        )

    @property
    def open_payload(self) -> int | None:
        """The offset at which mail data or a chunk began that has not ended, or None."""
        length = self._framer.payload_length
        return self._sent_octets - length if length else None

    def exchange(self, number: int) -> Exchange:
        """An exchange by its number, counted from 1. Raises IndexError if there is none."""
        if number < 1:
            raise IndexError(f"there is no exchange {number}")
        return self.exchanges[number - 1]

    def answers(self, verb: str, before: int | None = None) -> list[Exchange]:
        """The answered exchanges of a verb, before exchange ``before`` where that is given."""
        numbers = self.by_verb.get(verb, [])
        found = [self.exchanges[each - 1] for each in numbers if before is None or each < before]
        return [each for each in found if each.reply is not None]

    # What the client sent

    def _sent(self, event: Sent) -> None:
        self._feed_sent(event.octets, event.at)
        if event.omitted:
            self._framer.skip(event.omitted, event.omitted_lines)
            self._sent_octets += event.omitted
        if event.tail:
            self._feed_sent(event.tail, event.at)

    def _feed_sent(self, octets: bytes, at: int) -> None:
        base = self._sent_octets
        self._sent_octets += len(octets)
        for stop, unit in self._framer.units(octets):
            self._take_unit(unit, at, base + stop)

    def _take_unit(self, unit: ClientUnit, at: int, stop: int) -> None:
        began, self._unit_began = self._unit_began, stop
        if isinstance(unit, MailData | Chunk):
            self.payloads.append((stop - unit.length, stop))
        elif unit.secrets or self._keeper.known:
            last = self.exchanges[-1].reply if self.exchanges else None
            unit = self._keeper.mask_unit(unit, began, stop, last, self._framer)
        if isinstance(unit, Chunk):
            number = self._attach_chunk(unit)
        elif isinstance(unit, MailData) and unit.is_continued:
            number = self.exchanges[-1].number if self.exchanges else 0
        else:
            number = self._open(unit, at).number
        self.rows.append(command_row(unit, number, at, self.situation.tls))

    def _attach_chunk(self, chunk: Chunk) -> int:
        number = self.by_verb["BDAT"][-1]
        self.exchange(number).chunk = chunk
        return number

    def _open(self, unit: ClientUnit, at: int) -> Exchange:
        exchange = self._add(unit)
        exchange.sent_at = at
        self._waiting.append(exchange)
        return exchange

    def _add(self, unit: ClientUnit | None, *, is_greeting: bool = False) -> Exchange:
        number, now = len(self.exchanges) + 1, self.situation
        exchange = Exchange(number, unit, now, now, is_greeting=is_greeting)
        self.exchanges.append(exchange)
        self.by_verb.setdefault(exchange.verb, []).append(exchange.number)
        return exchange

    # What the server sent

    def _received(self, octets: bytes, at: int) -> None:
        self._received_octets += len(octets)
        for reply in self._parser.feed(octets):
            self._take_reply(reply, at)

    def _take_reply(self, reply: Reply, at: int) -> None:
        began = self._reply_began
        self._reply_began += sum(len(line.octets) for line in reply.lines)
        if self._keeper.known:
            reply = self._keeper.mask_reply(reply, began)
        exchange = self._exchange_for(reply, at)
        exchange.before = self.situation
        exchange.reply = reply
        exchange.replied_at = at
        self._framer.replied(exchange.unit, reply.code)
        self.situation = situation_after(self.situation, exchange)
        exchange.after = self.situation
        self.rows.append(reply_row(exchange, at))

    def _exchange_for(self, reply: Reply, at: int) -> Exchange:
        is_greeting = self._is_greeting(reply)
        if not is_greeting and not self._waiting:
            early = self._framer.interrupt_mail_data()
            if early is not None:
                self._take_unit(early, at, self._sent_octets)
        if self._waiting and not is_greeting:
            return self._waiting.popleft()
        return self._add(None, is_greeting=is_greeting)

    def _is_greeting(self, reply: Reply) -> bool:
        if self.situation.greeting is not None or self.situation.state is not State.CONNECTED:
            return False
        oldest = self.oldest_waiting
        # A trace may begin in the middle; then its first reply answers its first command.
        return oldest is None or (reply.code == 220 and oldest.verb != "STARTTLS")

    # What else happened

    def _happened(self, event: Happening) -> None:
        match event:
            case Connected():
                self._end_streams(event.at)
                self.situation = Situation(host=event.host, port=event.port, connected_at=event.at)
                self._parser = ReplyParser()
                self._framer = ClientFramer()
                self._waiting.clear()
            case TlsEstablished():
                self._begin_tls(event.at)
            case Closed():
                self._end_streams(event.at)
                self._waiting.clear()
                self.situation = self.situation._replace(state=State.CLOSED, is_open=False)
        self.rows.append(event_row(event, self.situation.tls))

    def _begin_tls(self, at: int) -> None:
        self._end_streams(at)
        self._framer.restart()
        # What was sent ahead in clear text is never answered (RFC 3207 section 4.2).
        self._waiting = deque(each for each in self._waiting if each.verb == "STARTTLS")
        self.situation = situation_after_tls(self.situation)

    def _end_streams(self, at: int) -> None:
        for reply in self._parser.close():
            self._take_reply(reply, at)
        unit = self._framer.close()
        if unit is not None:
            self._take_unit(unit, at, self._sent_octets)
