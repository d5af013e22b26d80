"""The events of an opened session file: they stay there, and are read again when asked for."""

import os
import weakref
from array import array
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from smtpdebugger.session.events import WireEvent
from smtpdebugger.session.log import LostEventsError, MemoryLog
from smtpdebugger.transcript.line_types import ReceivedLine, SentLine, TitledLine
from smtpdebugger.transcript.lines import converted, lines_in
from smtpdebugger.transcript.locking import hold

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class FileLog:
    """Blocks of lines in a file; what happens after it was read is kept in memory."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises OSError."""
        fd = os.open(path, _FLAGS)
        hold(fd)
        self._fd = fd
        # Not a file object: a session ends when nobody holds it, and its file with it.
        self._finalizer = weakref.finalize(self, os.close, fd)
        self.header_line = b""
        """The first line, as it stands in the file."""
        self._starts = array("Q")
        self._stops = array("Q")
        self._sums = array("L")
        self._is_complete = False
        self._later = MemoryLog()
        self._last: tuple[int, Sequence[WireEvent]] = (-1, ())
        self._is_between_blocks = True

    def size(self) -> int:
        """How many octets the file has now."""
        return os.fstat(self._fd).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """Octets of the file; fewer where it ends."""
        if hasattr(os, "pread"):
            return os.pread(self._fd, length, offset)
        os.lseek(self._fd, offset, os.SEEK_SET)
        return os.read(self._fd, length)

    def add_lines(self, start: int, octets: bytes) -> None:
        """The last block goes on with these whole lines, which begin at ``start``."""
        if self._is_between_blocks:
            self._is_between_blocks = False
            self._starts.append(start)
            self._stops.append(start)
            self._sums.append(0)
        self._last = (-1, ())
        self._stops[-1] = start + len(octets)
        self._sums[-1] = crc32(octets, self._sums[-1])

    def drop_open_lines(self) -> None:
        """The lines of the block that has begun hold no events: it begins behind them."""
        if not self._is_between_blocks:
            self._is_between_blocks = True
            for each in (self._starts, self._stops, self._sums):
                each.pop()

    def complete(self) -> None:
        """The whole file was read: what comes now is kept in memory."""
        self._is_complete = True

    def append(self, event: WireEvent) -> None:
        """Add an event that is not in the file."""
        self._later.append(event)

    def close_block(self) -> None:
        """The last block is full."""
        if self._is_complete and self._is_between_blocks:
            self._later.close_block()
        self._is_between_blocks = True
        self._last = (-1, ())

    def events(self, block: int) -> Sequence[WireEvent]:
        """The events of a block. Raises LostEventsError where the file is not what it was."""
        if block >= len(self._starts):
            return self._later.events(block - len(self._starts))
        if self._last[0] != block:
            made = map(converted, lines_in(self._octets(block)))
            events = [each for each in made if not (each is None or isinstance(each, TitledLine))]
            self._last = (block, events)
        return self._last[1]

    def raw_lines(self, block: int) -> list[bytes]:
        """The lines of a block as they stand in the file; none for what is only in memory."""
        if block >= len(self._starts):
            return []
        return [line for line in self._octets(block).split(b"\n") if line and not line.isspace()]

    def texts(self, block: int) -> list[str]:
        """The octets of each event of a block of nothing but plain octets."""
        if block >= len(self._starts):
            return self._later.texts(block - len(self._starts))
        lines = lines_in(self._octets(block))
        return [
            each.text
            for each in lines
            if isinstance(each, SentLine | ReceivedLine) and each.text is not None
        ]

    def haystack(self, block: int) -> bytes:
        """The lines of a block as they stand in the file."""
        if block >= len(self._starts):
            return self._later.haystack(block - len(self._starts))
        return self._octets(block)

    def _octets(self, block: int) -> bytes:
        start, stop = self._starts[block], self._stops[block]
        try:
            octets = self.read_at(start, stop - start)
        except OSError as error:
            raise LostEventsError(str(error)) from error
        if crc32(octets) != self._sums[block]:
            raise LostEventsError("the file has changed")
        return octets
