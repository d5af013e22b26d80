"""The session: wire events in; exchanges, situations and transcript rows out.

``record`` is the only way in, for a live connection, an opened file, an imported trace and a test
alike. Nothing in here knows a clock or a socket.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData, SaslResponse
from smtpdebugger.protocol.ehlo import read_capabilities
from smtpdebugger.protocol.framing import ClientFramer, Mode
from smtpdebugger.protocol.reply import Reply, ReplyParser
from smtpdebugger.protocol.sasl import MASK_OCTETS, Secret
from smtpdebugger.protocol.state import (
    END_OF_DATA,
    GREETING,
    SASL_RESPONSE,
    STARTED_TLS,
    VERBS,
    State,
    next_state,
)
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Received,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.rows import Row, command_row, event_row, reply_row
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
        self.sent_secrets: list[Secret] = []
        """Where secrets stand, as offsets in all octets the client ever sent."""
        self.secrets: frozenset[bytes] = frozenset()
        """The secrets themselves, so that an echo of one can be masked. Never stored."""
        self._parser = ReplyParser()
        self._framer = ClientFramer()
        self._waiting: deque[Exchange] = deque()
        self._sent_octets = 0
        self._unit_began = 0
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
            self._framer.skip(event.omitted)
            self._sent_octets += event.omitted
        if event.tail:
            self._feed_sent(event.tail, event.at)

    def _feed_sent(self, octets: bytes, at: int) -> None:
        base = self._sent_octets
        self._sent_octets += len(octets)
        for stop, unit in self._framer.feed(octets):
            self._note_secrets(unit, self._unit_began)
            self._unit_began = base + stop
            self._take_unit(unit, at)

    def _note_secrets(self, unit: ClientUnit, base: int) -> None:
        if not isinstance(unit, Command | SaslResponse):
            return
        for secret in unit.secrets:
            self.sent_secrets.append(Secret(base + secret.start, base + secret.stop, secret.kind))
            octets = unit.octets[secret.start : secret.stop].strip()
            # A very short one would mask innocent text; the mask itself is none.
            if len(octets) >= 4 and octets != MASK_OCTETS:
                self.secrets |= {octets}

    def _take_unit(self, unit: ClientUnit, at: int) -> None:
        if isinstance(unit, Chunk):
            number = self._attach_chunk(unit)
        elif isinstance(unit, MailData) and unit.is_continued:
            number = self.exchanges[-1].number if self.exchanges else 0
        else:
            number = self._open(unit, at).number
        self.rows.append(command_row(unit, number, at, self.situation.tls))

    def _attach_chunk(self, chunk: Chunk) -> int:
        numbers = self.by_verb.get("BDAT")
        if not numbers:
            return 0
        self.exchanges[numbers[-1] - 1].chunk = chunk
        return numbers[-1]

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
        for reply in self._parser.feed(octets):
            self._take_reply(reply, at)

    def _take_reply(self, reply: Reply, at: int) -> None:
        exchange = self._exchange_for(reply, at)
        exchange.before = self.situation
        exchange.reply = reply
        exchange.replied_at = at
        self._framer.replied(exchange.unit, reply.code)
        self.situation = _situation_after(self.situation, exchange)
        exchange.after = self.situation
        self.rows.append(reply_row(exchange, at, self.secrets))

    def _exchange_for(self, reply: Reply, at: int) -> Exchange:
        is_greeting = self._is_greeting(reply)
        if not is_greeting and not self._waiting:
            early = self._framer.interrupt_mail_data()
            if early is not None:
                self._take_unit(early, at)
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

    def _happened(self, event: WireEvent) -> None:
        if isinstance(event, Sent | Received):
            return
        match event:
            case Connected():
                self.situation = Situation(host=event.host, port=event.port)
                self._parser = ReplyParser()
                self._framer = ClientFramer()
                self._waiting.clear()
            case TlsEstablished():
                self._begin_tls()
            case Closed():
                self._close(event)
        self.rows.append(event_row(event, self.situation.tls))

    def _begin_tls(self) -> None:
        self._flush_parser(0)
        self._framer.restart()
        now = self.situation
        state = next_state(now.state, STARTED_TLS, 220, now.hello)
        if now.greeting is None:
            state = now.state
        self.situation = replace(
            now,
            state=state,
            hello=State.GREETED,
            tls=True,
            before_tls=now.capabilities,
            capabilities=None,
            ehlo_exchange=None,
            helped=frozenset(),
            reverse_path=None,
            recipients=0,
        )

    def _close(self, event: Closed) -> None:
        self._flush_parser(event.at)
        unit = self._framer.close()
        if unit is not None:
            self._note_secrets(unit, self._unit_began)
            self._take_unit(unit, event.at)
        self._waiting.clear()
        self.situation = replace(self.situation, state=State.CLOSED, is_open=False)

    def _flush_parser(self, at: int) -> None:
        for reply in self._parser.close():
            self._take_reply(reply, at)


def _situation_after(now: Situation, exchange: Exchange) -> Situation:
    """What an answered exchange changes; the same object where it changes nothing."""
    reply = exchange.reply
    code = None if reply is None else reply.code
    if reply is None or code is None:
        return now
    verb = _table_verb(exchange)
    state = next_state(now.state, verb, code, now.hello)
    after = now if state is now.state else replace(now, state=state)
    if verb == GREETING:
        return replace(after, greeting=reply)
    if not 200 <= code < 300:
        return after
    return _after_success(after, exchange, reply)


def _after_success(now: Situation, exchange: Exchange, reply: Reply) -> Situation:
    match exchange.verb:
        case "EHLO" | "LHLO":
            return replace(
                now,
                hello=State.EHLO,
                capabilities=read_capabilities(reply),
                ehlo_exchange=exchange.number,
                reverse_path=None,
                recipients=0,
            )
        case "HELO":
            return replace(
                now, hello=State.HELO, capabilities=None, reverse_path=None, recipients=0
            )
        case "MAIL":
            path = exchange.unit.path if isinstance(exchange.unit, Command) else None
            return replace(now, reverse_path=path or "", recipients=0)
        case "RCPT":
            return replace(now, recipients=now.recipients + 1)
        case "RSET" | "(end of mail data)":
            return replace(now, reverse_path=None, recipients=0)
        case "AUTH" | "(SASL response)":
            return replace(now, authenticated=True)
        case "HELP":
            words = {word.strip(".,:;()").upper() for word in reply.text.split()}
            return replace(now, helped=now.helped | (words & VERBS))
        case _:
            return now


def _table_verb(exchange: Exchange) -> str:
    unit = exchange.unit
    if isinstance(unit, Command) and unit.verb == "BDAT":
        return "BDAT LAST" if unit.argument.upper().endswith("LAST") else "BDAT"
    if isinstance(unit, SaslResponse):
        return SASL_RESPONSE
    if isinstance(unit, MailData):
        return END_OF_DATA
    return exchange.verb
