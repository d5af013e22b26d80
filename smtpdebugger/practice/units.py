"""The server's ear: octets of a client into units, one at a time.

Whether the next octets are commands or mail data depends on what this server answers, so nothing
behind a unit is read before the unit is answered.
"""

from smtpdebugger.protocol.command import ClientUnit, Command, chunk_size
from smtpdebugger.protocol.framing import ClientFramer, Mode

_DOT_LINE = b".\r\n"


class UnitReader:
    """Cuts what a client sent into units; ``answered`` tells it what was replied."""

    def __init__(self) -> None:
        self._framer = ClientFramer()
        self._buffer = bytearray()
        self._chunk_left = 0

    def feed(self, octets: bytes) -> None:
        """Octets came."""
        self._buffer += octets

    @property
    def backlog(self) -> int:
        """Octets that came and are in no unit yet."""
        return len(self._buffer)

    def next_unit(self) -> ClientUnit | None:
        """The next whole unit, or None while more must come."""
        while self._buffer:
            stop = self._stop()
            if stop is None:
                return None
            piece = bytes(self._buffer[:stop])
            del self._buffer[:stop]
            if self._framer.mode is Mode.CHUNK:
                self._chunk_left -= len(piece)
            for _, unit in self._framer.feed(piece):
                if isinstance(unit, Command):
                    self._chunk_left = chunk_size(unit)
                return unit
        return None

    def answered(self, unit: ClientUnit | None, code: int | None) -> None:
        """What was replied to a unit."""
        self._framer.replied(unit, code)

    def restart(self) -> None:
        """TLS begins: what was sent in clear before is not to be believed (RFC 3207 section 6)."""
        self._framer.restart()
        self._buffer.clear()

    def _stop(self) -> int | None:
        """Up to where the buffer can be read without reading past a unit."""
        if self._framer.mode is Mode.CHUNK:
            return min(len(self._buffer), self._chunk_left)
        mark = _DOT_LINE if self._framer.mode is Mode.MAIL_DATA else b"\n"
        found = self._buffer.find(mark)
        if found >= 0:
            return found + len(mark)
        if self._framer.mode is Mode.MAIL_DATA:
            # The mark may be half here.
            return len(self._buffer) - 2 if len(self._buffer) > 65536 else None
        return len(self._buffer) if len(self._buffer) > 65536 else None
