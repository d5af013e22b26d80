"""The engine: what follows from wire events, one after the other.

It keeps only what the next event needs: the readers of both streams, the situation, who waits for
a reply. Two things run on it. The *indexer* runs once over all events and notes rows and exchanges
in columns. A *replay* runs over one block of events, from a snapshot the indexer left, and makes
the rows and exchanges themselves. So nothing has to be kept that can be made anew.
"""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from smtpdebugger.protocol.command import Chunk, ClientUnit, MailData
from smtpdebugger.protocol.framing import ClientFramer
from smtpdebugger.protocol.proofs import PROVING_CODES
from smtpdebugger.protocol.reply import CHALLENGE, Reply, ReplyParser
from smtpdebugger.protocol.state import END_OF_DATA, GREETING, State
from smtpdebugger.session.columns import Columns
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Mark,
    Received,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.exchange import FOR_RECIPIENT, UNSOLICITED
from smtpdebugger.session.progress import LAST_CHUNK, situation_after, situation_after_tls, step_of
from smtpdebugger.session.rows import Happening
from smtpdebugger.session.secrets import SecretKeeper
from smtpdebugger.session.situation import Situation


def opens_exchange(unit: ClientUnit) -> bool:
    """Whether a unit gets a reply of its own, and is not the rest of something answered before."""
    if isinstance(unit, Chunk):
        return False
    return not (isinstance(unit, MailData) and unit.is_continued)


class Snapshot(NamedTuple):
    """Where an engine stood between two events."""

    situation: Situation
    parser: ReplyParser
    framer: ClientFramer
    waiting: range | tuple[int, ...]
    newest: int
    newest_reply: Reply | None
    last_chunk: int
    sent_octets: int
    unit_began: int
    received_octets: int
    reply_began: int
    known: frozenset[bytes]
    owed: int = 0


class Engine:
    """Takes events in order and tells what they make, by the methods named ``note_…``."""

    def __init__(self, columns: Columns, snapshot: Snapshot | None = None) -> None:
        self.columns = columns
        self.keeper = SecretKeeper()
        self.waiting: deque[int] = deque()
        """Numbers of the exchanges that wait for their reply."""
        self.newest = 0
        """How many exchanges there are."""
        self.sent_octets = self.unit_began = 0
        self.received_octets = self.reply_began = 0
        self.owed = 0
        """How many more replies the server owes to mail data in LMTP, one for each recipient."""
        self._last_chunk = 0
        self._newest_reply: Reply | None = None
        if snapshot is None:
            self.parser = ReplyParser()
            self.framer = ClientFramer()
            self.situation = Situation()
        else:
            self._restore(snapshot)

    def _restore(self, snapshot: Snapshot) -> None:
        self.situation = snapshot.situation
        self.parser = snapshot.parser.clone()
        self.framer = snapshot.framer.clone()
        self.waiting.extend(snapshot.waiting)
        self.newest = snapshot.newest
        self._newest_reply = snapshot.newest_reply
        self._last_chunk = snapshot.last_chunk
        self.sent_octets, self.unit_began = snapshot.sent_octets, snapshot.unit_began
        self.received_octets, self.reply_began = snapshot.received_octets, snapshot.reply_began
        self.keeper.know(snapshot.known)
        self.owed = snapshot.owed

    @property
    def is_at_rest(self) -> bool:
        """Whether all octets so far belong to whole units and whole replies."""
        return self.parser.is_at_rest and self.framer.is_between_units

    def snapshot(self) -> Snapshot:
        """Where it stands now."""
        waiting = self.waiting
        run: range | tuple[int, ...]
        # Numbers only grow, so as many as lie between the ends means all that do.
        if waiting and waiting[-1] - waiting[0] + 1 == len(waiting):
            run = range(waiting[0], waiting[-1] + 1)
        else:
            run = tuple(waiting)
        return Snapshot(
            self.situation,
            self.parser.clone(),
            self.framer.clone(),
            run,
            self.newest,
            self._newest_reply,
            self._last_chunk,
            self.sent_octets,
            self.unit_began,
            self.received_octets,
            self.reply_began,
            self.keeper.known,
            self.owed,
        )

    def take(self, event: WireEvent) -> None:
        """Draw what follows from an event. Never raises for what the peer did."""
        match event:
            case Sent():
                self._sent(event)
            case Received():
                self._received(event.octets, event.at)
            case Mark():
                self.note_mark(event)
            case _:
                self._happened(event)

    # What follows; each engine does something else with it

    def note_exchange(self, step: str, verb: str) -> int:
        """A new exchange; its number."""
        raise NotImplementedError

    def note_unit(self, unit: ClientUnit, number: int, at: int) -> None:
        """The client sent something: a row. ``number`` is its exchange, which may be older."""
        raise NotImplementedError

    def note_reply(self, number: int, reply: Reply, at: int, before: Situation) -> None:
        """An exchange was answered: a row."""
        raise NotImplementedError

    def note_event(self, event: Happening) -> None:
        """Something else happened: a row."""
        raise NotImplementedError

    def note_mark(self, mark: Mark) -> None:
        """A person marked something, or took a mark away: no row."""

    def note_given_up(self) -> None:
        """Nobody waits any more for those who waited."""

    def path_of(self, number: int) -> str | None:
        """The path of an exchange that is a MAIL."""
        raise NotImplementedError

    # What the client sent

    def _sent(self, event: Sent) -> None:
        self._feed_sent(event.octets, event.at)
        if event.omitted:
            self.framer.skip(event.omitted, event.omitted_lines)
            self.sent_octets += event.omitted
        if event.tail:
            self._feed_sent(event.tail, event.at)

    def _feed_sent(self, octets: bytes, at: int) -> None:
        base = self.sent_octets
        self.sent_octets += len(octets)
        for stop, unit in self.framer.units(octets):
            self._take_unit(unit, at, base + stop)

    def _take_unit(self, unit: ClientUnit, at: int, stop: int) -> None:
        began, self.unit_began = self.unit_began, stop
        if isinstance(unit, MailData | Chunk):
            self.note_payload(stop - unit.length, stop)
        elif unit.secrets or self.keeper.known:
            unit = self.keeper.mask_unit(unit, began, stop, self._newest_reply, self.framer)
        if opens_exchange(unit):
            number = self._open(unit)
        else:
            number = self._last_chunk if isinstance(unit, Chunk) else self.newest
        self.note_unit(unit, number, at)

    def note_payload(self, start: int, stop: int) -> None:
        """Mail data or a chunk stood there, as offsets in all octets the client ever sent."""

    def _open(self, unit: ClientUnit) -> int:
        step = step_of(unit)
        verb = "BDAT" if step == LAST_CHUNK else step
        # Who goes on does not count on the replies that are still owed; not all servers give them.
        self.owed = 0
        number = self._add(step, verb)
        if verb == "BDAT":
            self._last_chunk = number
        self.waiting.append(number)
        return number

    def _add(self, step: str, verb: str) -> int:
        self.newest = self.note_exchange(step, verb)
        self._newest_reply = None
        return self.newest

    # What the server sent

    def _received(self, octets: bytes, at: int) -> None:
        self.received_octets += len(octets)
        for reply in self.parser.feed(octets):
            self._take_reply(reply, at)

    def _take_reply(self, reply: Reply, at: int) -> None:
        began = self.reply_began
        self.reply_began += sum(len(line.octets) for line in reply.lines)
        told = reply
        if self.keeper.known or reply.code in PROVING_CODES:
            reply = self.keeper.mask_reply(reply, began)
        number = self._exchange_for(reply, at)
        if reply is not told and reply.code in PROVING_CODES:
            self.keeper.keep_challenge(number, told.text)
        step, code = self.columns.step_of(number), reply.code
        # What counts is the text of a challenge: it may ask for a name, which is no secret.
        if number == self.newest:
            self._newest_reply = reply if code == CHALLENGE else None
        before = self.situation
        if before.lmtp and step in {END_OF_DATA, LAST_CHUNK}:
            self.owed = max(0, before.recipients - 1)
        self.framer.heed(step, code, opens_chunk=number == self._last_chunk)
        self.situation = situation_after(before, step, number, reply, lambda: self.path_of(number))
        self.note_reply(number, reply, at, before)

    def _exchange_for(self, reply: Reply, at: int) -> int:
        is_greeting = self._is_greeting(reply)
        if self.owed and not is_greeting:
            self.owed -= 1
            return self._add(FOR_RECIPIENT, FOR_RECIPIENT)
        if not is_greeting and not self.waiting:
            early = self.framer.interrupt_mail_data()
            if early is not None:
                self._take_unit(early, at, self.sent_octets)
        if self.waiting and not is_greeting:
            return self.waiting.popleft()
        verb = GREETING if is_greeting else UNSOLICITED
        return self._add(verb, verb)

    def _is_greeting(self, reply: Reply) -> bool:
        if self.situation.greeting is not None or self.situation.state is not State.CONNECTED:
            return False
        if not self.waiting:
            return True
        # A trace may begin in the middle; then its first reply answers its first command.
        return reply.code == 220 and self.columns.step_of(self.waiting[0]) != "STARTTLS"

    # What else happened

    def _happened(self, event: Happening) -> None:
        match event:
            case Connected():
                self._end_streams(event.at)
                self.situation = Situation(
                    host=event.host, port=event.port, connected_at=event.at, lmtp=event.lmtp
                )
                self.parser = ReplyParser()
                self.framer = ClientFramer()
                self.give_up(lambda _: False)
            case TlsEstablished():
                self._begin_tls(event.at, event.version)
            case Closed():
                self._end_streams(event.at)
                self.give_up(lambda _: False)
                self.situation = self.situation._replace(state=State.CLOSED, is_open=False)
        self.note_event(event)

    def _begin_tls(self, at: int, version: str) -> None:
        self._end_streams(at)
        self.framer.restart()
        # What was sent ahead in clear text is never answered (RFC 3207 section 4.2).
        self.give_up(lambda number: self.columns.step_of(number) == "STARTTLS")
        self.situation = situation_after_tls(self.situation, version)

    def give_up(self, keep: Callable[[int], bool]) -> None:
        """Nobody waits any more for those who wait, but for some."""
        self.waiting = deque(each for each in self.waiting if keep(each))
        self.owed = 0
        self.note_given_up()

    def _end_streams(self, at: int) -> None:
        for reply in self.parser.close():
            self._take_reply(reply, at)
        unit = self.framer.close()
        if unit is not None:
            self._take_unit(unit, at, self.sent_octets)
