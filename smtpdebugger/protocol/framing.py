"""The client's stream, cut into units: command | mail data | BDAT chunk | SASL response.

What a line means depends on the replies that came before it, so the owner tells the framer of
each reply. A tap that only splits at line ends pairs the 250 after DATA with the message's first
header line.
"""

from dataclasses import replace
from enum import Enum, auto

from smtpdebugger.protocol.command import (
    Chunk,
    ClientUnit,
    Command,
    MailData,
    SaslResponse,
    chunk_size,
    read_command,
)
from smtpdebugger.protocol.defects import Defect
from smtpdebugger.protocol.reply import MAX_LINE_OCTETS
from smtpdebugger.protocol.sasl import looks_like_response, secrets_of_response
from smtpdebugger.protocol.state import VERBS

HEAD_OCTETS = 4096
"""How much of mail data or a chunk a unit keeps for showing."""

_END_OF_DATA = b"\r\n.\r\n"


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
        self._auth_seen = False
        self._start_payload(0)

    @property
    def is_between_units(self) -> bool:
        """Whether every octet so far belongs to a whole unit."""
        return not self._line and self._length == 0

    @property
    def has_unread_line(self) -> bool:
        """Whether a line has begun and not ended; it may hold the beginning of a secret."""
        return bool(self._line)

    def feed(self, octets: bytes) -> list[tuple[int, ClientUnit]]:
        """Take octets as they were sent; give each unit they completed, and where it ended.

        The number is the offset in ``octets`` just behind the unit. Never raises.
        """
        units: list[tuple[int, ClientUnit]] = []
        start = 0
        while start < len(octets):
            unit, start = self._step(octets, start)
            if unit is not None:
                units.append((start, unit))
        return units

    def replied(self, unit: ClientUnit | None, code: int | None) -> None:
        """A reply to ``unit`` came: what the client sends next may be something else now."""
        if isinstance(unit, Command) and unit.verb == "DATA" and code == 354:
            self.mode = Mode.MAIL_DATA
            self._start_payload(0)
        elif code == 334 and (isinstance(unit, SaslResponse) or _is_auth(unit)):
            self.mode = Mode.SASL
        elif self.mode is Mode.CHUNK and (code or 0) >= 400 and self._length == 0:
            # Refused before its octets were sent: a person types on, with commands.
            self.mode = Mode.COMMANDS

    def interrupt_mail_data(self) -> MailData | None:
        """A reply came while mail data was being sent: that data, as far as it went.

        Where the data so far ends in a lone dot with other line ends than CRLF the server took it
        as the end; else what follows is still mail data, and marked ``is_continued``.
        """
        if self.mode is not Mode.MAIL_DATA or self._length == 0:
            return None
        tail = bytes(self._tail).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        is_over = tail.endswith(b"\n.\n") or (tail == b".\n" and self._length <= len(self._tail))
        unit = self._mail_data((Defect("no-end-of-data", 0, 0),))
        if is_over:
            self.mode = Mode.COMMANDS
        else:
            self._continued = True
        return unit

    def skip(self, octets: int) -> None:
        """Octets of mail data or of a chunk that a saved session left out."""
        if self.mode in {Mode.MAIL_DATA, Mode.CHUNK}:
            self._length += octets

    def close(self) -> ClientUnit | None:
        """The connection ended: the unit that had begun, with a defect, or None."""
        defect = Defect("no-line-end", 0, 0)
        if self._line:
            line = bytes(self._line)
            self._line.clear()
            if self.mode is Mode.SASL:
                return SaslResponse(line, secrets_of_response(line), (defect,))
            command = read_command(line)
            return self._guard_secrets(_with_defect(command, defect))
        if self._length == 0:
            return None
        if self.mode is Mode.MAIL_DATA:
            return self._mail_data((Defect("no-end-of-data", 0, 0),))
        unit = Chunk(self._length, bytes(self._head), False, (defect,))
        self._start_payload(0)
        return unit

    def restart(self) -> None:
        """TLS began: a line that had begun in clear text is over (RFC 3207 section 4.2)."""
        self._line.clear()
        self.mode = Mode.COMMANDS
        self._start_payload(0)

    def _step(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        if self.mode is Mode.MAIL_DATA:
            return self._take_mail_data(octets, start)
        if self.mode is Mode.CHUNK:
            return self._take_chunk(octets, start)
        return self._take_line(octets, start)

    def _take_line(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        limit = start + MAX_LINE_OCTETS - len(self._line)
        found = octets.find(b"\n", start, limit)
        stop = found + 1 if found >= 0 else min(limit, len(octets))
        self._line += octets[start:stop]
        if found < 0 and len(self._line) < MAX_LINE_OCTETS:
            return None, stop
        line = bytes(self._line)
        self._line.clear()
        return self._line_unit(line), stop

    def _line_unit(self, line: bytes) -> ClientUnit:
        if self.mode is Mode.SASL:
            self.mode = Mode.COMMANDS
            return SaslResponse(line, secrets_of_response(line))
        command = read_command(line)
        if not line.endswith(b"\n"):
            command = _with_defect(command, Defect("line-too-long", 0, len(line)))
        size = chunk_size(command)
        if size:
            self.mode = Mode.CHUNK
            self._start_payload(size)
        return self._guard_secrets(command)

    def _guard_secrets(self, command: Command) -> Command | SaslResponse:
        # Many clients go on with their SASL responses after AUTH was refused.
        if _is_auth(command):
            self._auth_seen = True
        elif self._auth_seen and command.verb in VERBS:
            self._auth_seen = False
        elif self._auth_seen and looks_like_response(command.octets):
            octets = command.octets
            return SaslResponse(octets, secrets_of_response(octets), command.defects)
        return command

    def _start_payload(self, wanted: int) -> None:
        self._wanted = wanted
        self._length = 0
        self._lines = 0
        self._head = bytearray()
        self._tail = bytearray()
        self._continued = False

    def _keep(self, piece: bytes) -> None:
        self._length += len(piece)
        self._lines += piece.count(b"\n")
        if len(self._head) < HEAD_OCTETS:
            self._head += piece[: HEAD_OCTETS - len(self._head)]
        self._tail = (self._tail + piece)[-4:]

    def _take_mail_data(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        stop = self._end_of_data(octets, start)
        if stop is None:
            self._keep(octets[start:])
            return None, len(octets)
        self._keep(octets[start:stop])
        self.mode = Mode.COMMANDS
        return self._mail_data(), stop

    def _end_of_data(self, octets: bytes, start: int) -> int | None:
        # The mail data follows a line end: a dot in its very first line ends it too.
        before = b"\r\n" if self._length == 0 else bytes(self._tail)
        seam = before + octets[start : start + len(_END_OF_DATA) - 1]
        found = seam.find(_END_OF_DATA)
        if found >= 0:
            return start + found + len(_END_OF_DATA) - len(before)
        found = octets.find(_END_OF_DATA, start)
        return found + len(_END_OF_DATA) if found >= 0 else None

    def _mail_data(self, defects: tuple[Defect, ...] = ()) -> MailData:
        unit = MailData(self._length, self._lines, bytes(self._head), self._continued, defects)
        self._start_payload(0)
        return unit

    def _take_chunk(self, octets: bytes, start: int) -> tuple[ClientUnit | None, int]:
        stop = min(len(octets), start + self._wanted - self._length)
        self._keep(octets[start:stop])
        if self._length < self._wanted:
            return None, stop
        self.mode = Mode.COMMANDS
        unit = Chunk(self._length, bytes(self._head), True)
        self._start_payload(0)
        return unit, stop


def _is_auth(unit: ClientUnit | None) -> bool:
    return isinstance(unit, Command) and unit.verb in {"AUTH", "X-EXPS"}


def _with_defect(command: Command, defect: Defect) -> Command:
    return replace(command, defects=(*command.defects, defect))
