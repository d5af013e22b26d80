"""The indexer: runs once over all events of a session and notes rows and exchanges in columns.

Nearly all events of nearly all sessions are one plain line: a command of a few well-known verbs, or
a reply of one line. Those take a short cut that makes no objects and costs a quarter. It must come
to the same as the long way, which tests hold it to; whatever it does not understand it leaves.
"""

from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData
from smtpdebugger.protocol.echo import may_echo
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.proofs import PROVING_CODES
from smtpdebugger.protocol.reply import MAX_LINE_OCTETS, Reply
from smtpdebugger.protocol.state import (
    END_OF_DATA,
    OUTSIDE_TRANSACTION,
    State,
    next_state,
)
from smtpdebugger.session.columns import (
    COMMAND,
    DEFECTS,
    EVENT,
    FAILURE,
    MATCHED,
    NEGATIVE,
    NO_CODE,
    PLAIN,
    REMARK,
    REPLY,
    TLS,
    Columns,
)
from smtpdebugger.session.engine import Engine, Snapshot, opens_exchange
from smtpdebugger.session.events import Failed, Mark, Received, Remark, Sent, WireEvent
from smtpdebugger.session.rows import Happening
from smtpdebugger.session.situation import Situation

PLAIN_VERBS = (
    "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "EHLO", "HELO", "HELP",
)  # fmt: skip
_MAIL, _RCPT, _DATA = range(3)
_CHANGING = frozenset(map(PLAIN_VERBS.index, ("EHLO", "HELO", "HELP")))
"""An accepted one of these changes more of the situation than the short cut knows."""
STEPS = (*PLAIN_VERBS, END_OF_DATA)
_KNOWN_STEPS = len(STEPS)
_END_OF_DATA = len(PLAIN_VERBS)
_IDS = {word: number for number, verb in enumerate(PLAIN_VERBS) for word in (verb, verb.lower())}
_CODES = {f"{code} ": code for code in range(200, 600) if code not in PROVING_CODES}
_END = "\r\n.\r\n"
_DATA_GOES_ON = 354
_MOST_NUMBERS = 2**32 - 1
_HELLOS = (State.GREETED, State.HELO, State.EHLO)


class _Moves(dict[int, "tuple[State, _Moves]"]):
    """Where a state leads to: by ``id * 8 + digit`` of a step and its reply, if it changes."""

    is_outside = False
    """Whether no transaction can be open in that state."""


def _tables() -> dict[tuple[State, State], _Moves]:
    """The moves of each state and hello; each knows those that come next."""
    tables = {(state, hello): _Moves() for state in State for hello in _HELLOS}
    for (state, hello), moves in tables.items():
        moves.is_outside = state in OUTSIDE_TRANSACTION
        for number, step in enumerate(STEPS):
            for digit in range(2, 6):
                after = next_state(state, step, digit * 100, hello)
                if after is not state:
                    moves[number * 8 + digit] = after, tables[after, hello]
    return tables


_TABLES = _tables()
_MOST_TEXTS, _LONG_TEXT = 4096, 200
"""Texts of replies that are remembered: servers say the same few things again and again."""


class Indexer(Engine):
    """An engine that fills columns."""

    def __init__(self) -> None:
        self.payloads: list[tuple[int, int]] = []
        """Where mail data and chunks stand, as offsets in all octets the client ever sent."""
        self.marked: set[int] = set()
        """Exchanges that a person has marked."""
        self.odd_events = 0
        """How many events took the long way."""
        self.watched: set[int] = set()
        """Waiting exchanges that somebody holds."""
        self.settled: list[int] = []
        """Those of them that do not wait any more; whoever holds them empties this."""
        self.fragments = 0
        """How many events ended in the middle of a line, a reply or mail data."""
        self._paths: dict[int, str | None] = {}
        """Paths of the MAILs that wait."""
        self._moves = _Moves()
        self._reply_codes: dict[str, int] = {}
        self._path: str | None = None
        super().__init__(Columns(STEPS))
        columns = self.columns
        self._adds = (
            columns.verbs.append,
            columns.codes.append,
            columns.reply_rows.append,
            columns.marks.append,
            columns.times.append,
            columns.row_exchanges.append,
            columns.sent_rows.append,
        )
        self._settle()

    def snapshot(self) -> Snapshot:
        """Where it stands now."""
        self._catch_up()
        return super().snapshot()

    @property
    def now(self) -> Situation:
        """The situation, with what the short cut knows of it."""
        self._catch_up()
        return self.situation

    def take(self, event: WireEvent) -> None:
        """Draw what follows from an event."""
        if type(event) is Received:
            if not event.secrets:
                self.take_received(event.at, event.octets.decode("latin-1"), event)
                return
        elif type(event) is Sent and not event.secrets and not event.omitted and not event.tail:
            self.take_sent(event.at, event.octets.decode("latin-1"), event)
            return
        self._take_odd(event)

    def take_sent(self, at: int, text: str, event: Sent | None = None) -> None:
        """The client sent octets. ``event`` has them; without it ``text`` is decoded UTF-8."""
        body = text[:-2]
        if not self._begins_command:
            if self._begins_message and text.endswith(_END) and self._is_message(text):
                self._add_message(at, text)
                return
        elif (
            text.endswith("\r\n")
            and body.isascii()
            and body.isprintable()
            and len(text) < MAX_LINE_OCTETS
        ):
            vid = _IDS.get(body[:4])
            if vid is None:
                vid = _IDS.get(body[:4].upper())
            if vid is not None and self._is_plain_command(vid, body):
                self.sent_octets += len(text)
                self.unit_began = self.sent_octets
                self._add_plain(vid, at)
                if vid == _MAIL:
                    self._paths[self.newest] = _path_in(body)
                return
        self._take_odd(event or Sent(at, text.encode()))

    def take_received(self, at: int, text: str, event: Received | None = None) -> None:
        """The server sent octets; as ``take_sent``."""
        code = self._reply_codes.get(text)
        if code is None:
            code = self._plain_code(text)
        if not (
            code and self._begins_reply and self.waiting and self._take_plain_reply(code, text, at)
        ):
            self._take_odd(event or Received(at, text.encode()))

    # The short cut

    def _plain_code(self, text: str) -> int:
        """The code of a reply that is one line of printable ASCII; 0 for another."""
        body, code = text[:-2], 0
        if (
            4 < len(body) < MAX_LINE_OCTETS - 2
            and text.endswith("\r\n")
            and body.isascii()
            and body.isprintable()
        ):
            code = _CODES.get(body[:4], 0)
        if len(self._reply_codes) < _MOST_TEXTS and len(text) < _LONG_TEXT:
            self._reply_codes[text] = code
        return code

    def _is_plain_command(self, vid: int, body: str) -> bool:
        if vid == _MAIL:
            if body[4:11].upper() != " FROM:<":
                return False
        elif vid == _RCPT:
            if body[4:9].upper() != " TO:<":
                return False
        elif len(body) > 4 and (body[4] != " " or " " in body[5:]):
            # With two words behind the verb it might be a login of some kind.
            return False
        known = self.keeper.known
        return not known or known.isdisjoint(body.encode().split())

    def _add_plain(self, vid: int, at: int) -> None:
        columns = self.columns
        add_verb, add_code, add_reply_row, add_mark, add_time, add_number, add_sent_row = self._adds
        self.owed = 0
        add_verb(vid)
        add_code(NO_CODE)
        add_reply_row(0)
        self.newest = number = self.newest + 1
        numbers = columns.numbers_of[vid]
        if not numbers:
            columns.by_verb[STEPS[vid]] = numbers
        numbers.append(number)
        self._newest_reply = None
        self.waiting.append(number)
        add_mark(self._command_mark)
        add_time(at)
        add_number(number)
        add_sent_row(len(columns.marks))

    def _is_message(self, text: str) -> bool:
        return text.isascii() and text.find(_END) == len(text) - len(_END) and text[:3] != ".\r\n"

    def _add_message(self, at: int, text: str) -> None:
        self.sent_octets += len(text)
        self.unit_began = self.sent_octets
        self.payloads.append((self.sent_octets - len(text), self.sent_octets))
        self._add_plain(_END_OF_DATA, at)
        self.columns.add_lines(len(self.columns.marks) - 1, text.count("\n"))
        self.framer.message_ended()
        self._settle_framer()

    def _take_plain_reply(self, code: int, text: str, at: int) -> bool:
        columns, number = self.columns, self.waiting[0]
        vid, digit = columns.verbs[number - 1], code // 100
        if (
            vid >= _KNOWN_STEPS
            or self._is_astray
            or (digit == 2 and vid in _CHANGING)
            or (self.keeper.known and may_echo(text[:-2].encode(), self.keeper.known))
        ):
            return False
        self.waiting.popleft()
        self.received_octets += len(text)
        self.reply_began = self.received_octets
        if digit < 4 or vid == _END_OF_DATA:
            self._move(vid, code, number)
        elif vid == _MAIL:
            self._paths.pop(number, None)
        if digit < 4:
            columns.marks.append(self._reply_mark)
        else:
            matched = MATCHED if text[5] != "." or text[4] == text[0] else 0
            columns.marks.append(self._reply_mark | NEGATIVE | matched)
            columns.latest_refusal = number
        columns.times.append(at)
        columns.row_exchanges.append(number)
        columns.reply_rows[number - 1] = len(columns.marks)
        columns.codes[number - 1] = code
        if number in self.watched:
            self.settled.append(number)
        return True

    def _move(self, vid: int, code: int, number: int) -> None:
        """What an accepted command changes; as ``progress.situation_after``."""
        digit = code // 100
        move = self._moves.get(vid * 8 + digit)
        if move is not None:
            self._is_behind = True
            self._state, self._moves = move
            if self._path is not None and self._moves.is_outside:
                self._path, self._recipients = None, 0
        if vid == _MAIL:
            path = self._paths.pop(number, None)
            if digit == 2:
                self._is_behind = True
                self._path, self._recipients = path or "", 0
                self._is_astray = self._moves.is_outside
        elif vid == _RCPT and digit == 2:
            self._is_behind = True
            self._recipients += 1
        elif vid == _DATA and code == _DATA_GOES_ON:
            self.framer.heed("DATA", code)
            self._settle_framer()

    # Between the short cut and the long way

    def _take_odd(self, event: WireEvent) -> None:
        self.odd_events += 1
        self._catch_up()
        super().take(event)
        self.fragments += not self.is_at_rest
        self._settle()

    def _catch_up(self) -> None:
        """Tell the long way what the short cut has done."""
        if self._is_behind:
            self._is_behind = False
            self.situation = self.situation._replace(
                state=self._state, reverse_path=self._path, recipients=self._recipients
            )

    def _settle(self) -> None:
        """Tell the short cut what the long way has done."""
        now = self.situation
        self._is_behind = False
        self._state, self._path, self._recipients = now.state, now.reverse_path, now.recipients
        # Mail data has several replies in LMTP, so there all take the long way.
        self._is_astray = now.lmtp or (
            now.reverse_path is not None and now.state in OUTSIDE_TRANSACTION
        )
        self._moves = _TABLES[now.state, now.hello]
        self._is_greeted = now.greeting is not None or now.state is not State.CONNECTED
        self._settle_framer()
        self._command_mark = COMMAND | PLAIN | (TLS if now.tls else 0)
        self._reply_mark = REPLY | PLAIN | (TLS if now.tls else 0)

    def _settle_framer(self) -> None:
        """Tell the short cut what comes next of the client."""
        framer = self.framer
        self._begins_command = framer.is_calm
        self._begins_message = framer.awaits_message
        self._begins_reply = (
            framer.mode is Mode.COMMANDS and self.parser.is_at_rest and self._is_greeted
        )

    # What the long way finds

    def note_exchange(self, step: str, verb: str) -> int:
        """A new exchange."""
        return self.columns.add_exchange(step, verb)

    def note_unit(self, unit: ClientUnit, number: int, at: int) -> None:
        """A row of the client."""
        mark = COMMAND | (DEFECTS if unit.defects else 0) | (TLS if self.situation.tls else 0)
        row = self.columns.add_row(mark, at, number)
        if isinstance(unit, MailData | Chunk):
            self.columns.add_lines(row - 1, unit.lines)
        if opens_exchange(unit):
            self.columns.sent_rows[number - 1] = row
            if isinstance(unit, Command) and unit.verb == "MAIL":
                self._paths[number] = unit.path

    def note_payload(self, start: int, stop: int) -> None:
        """Mail data or a chunk."""
        self.payloads.append((start, stop))

    def note_reply(self, number: int, reply: Reply, at: int, before: Situation) -> None:
        """A row of the server."""
        mark = REPLY | (DEFECTS if reply.defects else 0) | (NEGATIVE if reply.is_negative else 0)
        columns, code = self.columns, reply.code
        if mark & NEGATIVE:
            columns.latest_refusal = number
        row = columns.add_row(mark | (TLS if self.situation.tls else 0), at, number)
        columns.add_lines(row - 1, len(reply.lines))
        columns.reply_rows[number - 1] = row
        columns.codes[number - 1] = NO_CODE if code is None else code
        self._paths.pop(number, None)
        if number in self.watched:
            self.settled.append(number)

    def note_event(self, event: Happening) -> None:
        """A row of neither."""
        mark, number = EVENT, 0
        if isinstance(event, Failed):
            mark = FAILURE | NEGATIVE
        elif isinstance(event, Remark):
            mark, number = REMARK, event.exchange
        # A remark in a damaged file may name any number at all.
        number = number if 0 < number <= _MOST_NUMBERS else 0
        self.columns.add_row(mark | (TLS if self.situation.tls else 0), event.at, number)

    def note_mark(self, mark: Mark) -> None:
        """A person marked an exchange, or took the mark away."""
        if mark.on:
            self.marked.add(mark.exchange)
        else:
            self.marked.discard(mark.exchange)

    def note_given_up(self) -> None:
        """Nobody waits any more for those who waited."""
        self._paths.clear()
        self.settled.extend(self.watched.difference(self.waiting))

    def path_of(self, number: int) -> str | None:
        """The path of a MAIL that waits."""
        return self._paths.get(number)


def _path_in(body: str) -> str | None:
    start = len("MAIL FROM:<")
    stop = body.find(">", start)
    return None if stop < 0 else body[start:stop]
