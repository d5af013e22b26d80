"""The client's stream, cut into units: command | mail data | BDAT chunk | SASL response.

What a line means depends on the replies that came before it, so the owner tells the framer of
each reply. A tap that only splits at line ends pairs the 250 after DATA with the message's first
header line.
"""

from collections.abc import Iterator
from enum import Enum, auto

from smtpdebugger.protocol.command import (
    Chunk,
    ClientUnit,
    Command,
    MailData,
    SaslResponse,
    chunk_size,
    read_command,
    read_response,
)
from smtpdebugger.protocol.defects import Defect
from smtpdebugger.protocol.reply import MAX_LINE_OCTETS
from smtpdebugger.protocol.sasl import looks_like_response
from smtpdebugger.protocol.state import SASL_RESPONSE, VERBS

HEAD_OCTETS = 4096
"""How much of mail data or a chunk a unit keeps for showing."""

_END_OF_DATA = b"\r\n.\r\n"
_NO_LINE_END = Defect("no-line-end", 0, 0)
_AUTH_VERBS = frozenset({"AUTH", "X-EXPS"})
_LOGIN = _AUTH_VERBS | {SASL_RESPONSE}


class Mode(Enum):
    """What the next octets of the client are."""

    COMMANDS = auto()
    MAIL_DATA = auto()
    CHUNK = auto()
    SASL = auto()


class ClientFramer:
    """Reads a client's octets into units."""

    def __init__(self) -> None:
        self.mode = Mode.COMMANDS
        self._line = bytearray()
        self._swallowed = 0
        self._auth_seen = False
        self.login_messages = 0
        """How many messages of its login the client has sent since AUTH, an initial one counted."""
        self._chunk_of: Command | None = None
        self._start_payload(0)

    @property
    def is_between_units(self) -> bool:
        """Whether every octet so far belongs to a whole unit."""
        return not self._line and self._length == 0

    @property
    def is_calm(self) -> bool:
        """Whether the next octets begin a command, and nothing before them bears on it."""
        return self.mode is Mode.COMMANDS and not (self._line or self._swallowed or self._auth_seen)

    @property
    def awaits_message(self) -> bool:
        """Whether the next octets are the first of a message."""
        return self.mode is Mode.MAIL_DATA and self._length == 0 and not self._continued

    def message_ended(self) -> None:
        """The owner has read a whole message itself, from its first octet to the lone dot."""
        self.mode = Mode.COMMANDS
        self._start_payload(0)

    def clone(self) -> "ClientFramer":
        """One that goes on from here on its own."""
        other = ClientFramer()
        other.mode = self.mode
        other._line += self._line
        other._swallowed = self._swallowed
        other._auth_seen = self._auth_seen
        other.login_messages = self.login_messages
        other._chunk_of = self._chunk_of
        other._wanted = self._wanted
        other._length = self._length
        other._lines = self._lines
        other._head += self._head
        other._tail[:] = self._tail
        other._continued = self._continued
        return other

    @property
    def has_unread_line(self) -> bool:
        """Whether a line has begun and not ended; it may hold the beginning of a secret."""
        return bool(self._line)

    @property
    def is_after_auth(self) -> bool:
        """Whether AUTH was sent and neither succeeded nor gave way to another known verb."""
        return self._auth_seen

    @property
    def payload_length(self) -> int:
        """Octets so far of the mail data or the chunk that is being sent."""
        return self._length

    def feed(self, octets: bytes) -> list[tuple[int, ClientUnit]]:
        """Take octets as they were sent; give each unit they completed, and where it ended.

        The number is the offset in ``octets`` just behind the unit. Never raises.
        """
        return list(self.units(octets))

    def units(self, octets: bytes) -> Iterator[tuple[int, ClientUnit]]:
        """As ``feed``, unit by unit; to be read to its end."""
        start = 0
        while start < len(octets):
            unit, start = self._step(octets, start)
            if unit is not None:
                yield start, unit

    def replied(self, unit: ClientUnit | None, code: int | None) -> None:
        """A reply to ``unit`` came: what the client sends next may be something else now."""
        verb = SASL_RESPONSE if isinstance(unit, SaslResponse) else ""
        if isinstance(unit, Command):
            verb = unit.verb
        self.heed(verb, code, opens_chunk=unit is not None and unit is self._chunk_of)

    def heed(self, verb: str, code: int | None, *, opens_chunk: bool = False) -> None:
        """As ``replied``, for an owner that keeps no units.

        ``opens_chunk``: the reply answers the BDAT whose octets come next.
        """
        if self.mode in {Mode.MAIL_DATA, Mode.CHUNK}:
            if self.mode is Mode.CHUNK and self._length == 0 and opens_chunk and (code or 0) >= 400:
                # Refused before its octets were sent: a person types on, with commands.
                self.mode = Mode.COMMANDS
        elif verb == "DATA" and code == 354:
            self.mode = Mode.MAIL_DATA
            self._start_payload(0)
            # What was sent ahead of the 354 is mail data, once the server reads on.
            line = bytes(self._line)
            self._forget_line()
            self._keep(line)
        elif verb in _LOGIN:
            if code == 334:
                self.mode = Mode.SASL
            elif (code or 0) // 100 == 2:
                self._auth_seen = False

    def interrupt_mail_data(self) -> MailData | None:
        """A reply came while mail data was being sent: that data, as far as it went.

        Where the data so far ends in a lone dot with other line ends than CRLF the server took it
        as the end; else what follows is still mail data, and marked ``is_continued``.
        """
        if self.mode is not Mode.MAIL_DATA or self._length == 0:
            return None
        tail = bytes(self._tail).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        is_over = tail.endswith(b"\n.\n")
        unit = self._mail_data((Defect("no-end-of-data", 0, 0),))
        if is_over:
            self.mode = Mode.COMMANDS
        else:
            self._continued = True
        return unit

    def skip(self, octets: int, lines: int = 0) -> None:
        """Octets of mail data or of a chunk that a saved session left out."""
        if self.mode in {Mode.MAIL_DATA, Mode.CHUNK}:
            self._length += octets
            self._lines += lines
            self._tail.clear()

    @property
    def unread_line(self) -> Command | SaslResponse | None:
        """What the line that has begun would be if it ended here, with a defect; or None."""
        return _with_defect(self._read(bytes(self._line)), _NO_LINE_END) if self._line else None

    def close(self) -> ClientUnit | None:
        """The connection ended: the unit that had begun, with a defect, or None."""
        line = self.unread_line
        if line is not None:
            self._forget_line()
            return line
        if self._length == 0:
            return None
        if self.mode is Mode.MAIL_DATA:
            return self._mail_data((Defect("no-end-of-data", 0, 0),))
        unit = Chunk(self._length, bytes(self._head), False, (_NO_LINE_END,), self._lines_so_far())
        self._start_payload(0)
        return unit

    def restart(self) -> None:
        """TLS began: a line that had begun in clear text is over (RFC 3207 section 4.2)."""
        self._forget_line()
        self.mode = Mode.COMMANDS
        self._start_payload(0)

    def _step(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        if self.mode is Mode.MAIL_DATA:
            return self._take_mail_data(octets, start)
        if self.mode is Mode.CHUNK:
            return self._take_chunk(octets, start)
        return self._take_line(octets, start)

    def _take_line(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        if self._swallowed:
            return self._take_rest(octets, start)
        limit = start + MAX_LINE_OCTETS - len(self._line)
        found = octets.find(b"\n", start, limit)
        stop = found + 1 if found >= 0 else min(limit, len(octets))
        self._line += octets[start:stop]
        if found < 0 and len(self._line) < MAX_LINE_OCTETS:
            return None, stop
        if found < 0 and self._read(bytes(self._line)).secrets:
            return self._take_rest(octets, stop)
        return self._line_unit(), stop

    def _take_rest(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        # The rest of a secret that is too long: only where it ends is of interest.
        found = octets.find(b"\n", start)
        stop = found + 1 if found >= 0 else len(octets)
        self._swallowed += stop - start
        self._line[-2:] = (self._line[-2:] + octets[max(start, stop - 2) : stop])[-2:]
        return (None if found < 0 else self._line_unit()), stop

    def _forget_line(self) -> None:
        self._line.clear()
        self._swallowed = 0

    def _read(self, line: bytes) -> Command | SaslResponse:
        if self.mode is Mode.SASL:
            return read_response(line)
        command = read_command(line)
        # Many clients go on with their SASL responses after AUTH was refused.
        if self._auth_seen and command.verb not in VERBS and looks_like_response(line):
            return read_response(line)
        return command

    def _line_unit(self) -> ClientUnit:
        unit = _whole(self._read(bytes(self._line)))
        self._forget_line()
        if isinstance(unit, SaslResponse):
            self.login_messages += 1
        if self.mode is Mode.SASL:
            self.mode = Mode.COMMANDS
            return unit
        size = chunk_size(unit) if isinstance(unit, Command) else 0
        if size:
            self.mode = Mode.CHUNK
            self._start_payload(size)
        if isinstance(unit, Command) and _is_auth(unit):
            self._auth_seen = True
            self.login_messages = int(bool(unit.secrets))
        elif isinstance(unit, Command) and unit.verb in VERBS:
            self._auth_seen = False
        self._chunk_of = unit if isinstance(unit, Command) and size else None
        return unit

    def _start_payload(self, wanted: int) -> None:
        self._wanted = wanted
        self._length = 0
        self._lines = 0
        self._head = bytearray()
        # Mail data follows a line end: a dot in its very first line ends it too.
        self._tail = bytearray(b"\r\n")
        self._continued = False

    def _keep(self, piece: bytes) -> None:
        self._length += len(piece)
        self._lines += piece.count(b"\n")
        if len(self._head) < HEAD_OCTETS:
            self._head += piece[: HEAD_OCTETS - len(self._head)]
        self._tail = (self._tail + piece[-4:])[-4:]

    def _take_mail_data(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        stop = self._end_of_data(octets, start)
        if stop is None:
            self._keep(octets[start:])
            return None, len(octets)
        self._keep(octets[start:stop])
        self.mode = Mode.COMMANDS
        return self._mail_data(), stop

    def _end_of_data(self, octets: bytes, start: int) -> int | None:
        before = bytes(self._tail)
        seam = before + octets[start : start + len(_END_OF_DATA) - 1]
        found = seam.find(_END_OF_DATA)
        if found >= 0:
            return start + found + len(_END_OF_DATA) - len(before)
        found = octets.find(_END_OF_DATA, start)
        return found + len(_END_OF_DATA) if found >= 0 else None

    def _mail_data(self, defects: tuple[Defect, ...] = ()) -> MailData:
        lines = self._lines_so_far()
        unit = MailData(self._length, lines, bytes(self._head), self._continued, defects)
        self._start_payload(0)
        return unit

    def _lines_so_far(self) -> int:
        return self._lines + (self._tail[-1:] != b"\n")

    def _take_chunk(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        stop = min(len(octets), start + self._wanted - self._length)
        self._keep(octets[start:stop])
        if self._length < self._wanted:
            return None, stop
        self.mode = Mode.COMMANDS
        unit = Chunk(self._length, bytes(self._head), True, lines=self._lines_so_far())
        self._start_payload(0)
        return unit, stop


def _is_auth(unit: ClientUnit | None) -> bool:
    return isinstance(unit, Command) and unit.verb in _AUTH_VERBS


def _whole(unit: Command | SaslResponse) -> Command | SaslResponse:
    octets = unit.octets
    if octets.endswith(b"\n"):
        return unit
    return _with_defect(unit, Defect("line-too-long", 0, len(octets)))


def _with_defect(unit: Command | SaslResponse, defect: Defect) -> Command | SaslResponse:
    return unit._replace(defects=(*unit.defects, defect))
