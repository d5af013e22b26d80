"""Reading a script line by line, however long it is, in bounded memory.

Files, pipes and devices may block for ever, so they are read in a thread, a block at a time; the
next block only when the lines of the one before are used up.
"""

import os
import select
import stat
import sys
from collections import deque
from collections.abc import Callable

from smtpdebugger.cli.talk.directives import Unreadable
from smtpdebugger.transport.resolve import in_thread

BLOCK = 64 * 1024
LONGEST_LINE = 1024 * 1024
"""Octets; what is longer belongs into a file that :message sends."""

GREETINGS = frozenset({b"EHLO", b"HELO", b"LHLO"})

Read = Callable[[], bytes]


class LineReader:
    """The lines of a script."""

    def __init__(self, read: Read, name: str, can_read: Callable[[], bool] = lambda: False) -> None:
        """``read`` gives the next octets, and none at the end; ``name`` is for sentences.

        ``can_read`` tells whether reading would give something without waiting.
        """
        self.number = 0
        """Of the line that was read last, counted from 1."""
        self._read = read
        self._name = name
        self._can_read = can_read
        self._lines: deque[bytes] = deque()
        self._unfinished = bytearray()
        self._is_over = False
        self._is_first = True

    @property
    def has_more(self) -> bool:
        """Whether a line that says something was read and not used."""
        return any(line and not line.startswith(b"#") for line in self._lines)

    @property
    def is_ready(self) -> bool:
        """Whether the next line is there without waiting."""
        return bool(self._lines)

    async def next(self) -> bytes | None:
        """The next line without its end, or None. Raises Unreadable."""
        while not self._lines and not self._is_over:
            await self._read_on()
        if not self._lines:
            return None
        self.number += 1
        return self._lines.popleft()

    def greets(self) -> bool:
        """Whether the first command, as far as it is there already, is EHLO, HELO or LHLO.

        Raises Unreadable.
        """
        if self._is_first and self._can_read():
            try:
                self._take(self._read())
            except OSError as error:
                raise self._unreadable(error) from error
        lines = (*self._lines, bytes(self._unfinished[:4]))
        commands = (line for line in lines if line and not line.startswith(b"#"))
        return next(commands, b"")[:4].upper() in GREETINGS

    async def _read_on(self) -> None:
        try:
            block = await in_thread(self._read, "read the script")
        except OSError as error:
            raise self._unreadable(error) from error
        self._take(block)

    def _unreadable(self, error: OSError) -> Unreadable:
        return Unreadable(f"{self._name} cannot be read: {error.strerror or error}")

    def _take(self, block: bytes) -> None:
        if self._is_first:
            block = block.removeprefix(b"\xef\xbb\xbf")
            self._is_first = False
        if b"\0" in block:
            place = self.number + block[: block.index(b"\0")].count(b"\n") + 1
            raise Unreadable(f"{self._name} is no text: there is a NUL in line {place}")
        self._split(block)

    def _split(self, block: bytes) -> None:
        if not block:
            self._is_over = True
            if self._unfinished:
                self._lines.append(bytes(self._unfinished))
                self._unfinished.clear()
            return
        first, *rest = block.split(b"\n")
        self._unfinished += first
        if len(self._unfinished) > LONGEST_LINE:
            raise Unreadable(f"line {self.number + 1} of {self._name} is longer than 1 MiB")
        if not rest:
            return
        self._lines.append(bytes(self._unfinished).removesuffix(b"\r"))
        self._lines.extend(line.removesuffix(b"\r") for line in rest[:-1])
        self._unfinished[:] = rest[-1]


def open_script(path: str | None) -> LineReader:
    """The reader of a file; of standard input for ``-`` or None. Raises Unreadable."""
    if path is None or path == "-":
        return LineReader(lambda: _read_input(0), "standard input", lambda: _can_read(0))
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}") from error
    if is_folder:
        os.close(descriptor)
        raise Unreadable(f"{path} is a folder, not a script")
    return LineReader(lambda: os.read(descriptor, BLOCK), path, lambda: _can_read(descriptor))


def _can_read(descriptor: int) -> bool:
    """Whether something is there to read, or the end."""
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return True
        # Windows can ask this of sockets only.
        return sys.platform != "win32" and bool(select.select([descriptor], [], [], 0)[0])
    except (OSError, ValueError):
        return False


def _read_input(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, BLOCK)
    except OSError:
        # Closed by whoever started us: there is no script.
        return b""
