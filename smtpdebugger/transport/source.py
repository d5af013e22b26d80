"""Where the octets of a message come from: a file read as it is sent, or memory."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from smtpdebugger.protocol.message_facts import MessageFacts, MessageScan
from smtpdebugger.transport.resolve import in_thread

SLICE = 256 * 1024
"""Octets that are sent at once."""

BLOCK = 1024 * 1024
"""Octets that are read at once: each reading is a turn of a thread."""


class SourceError(OSError):
    """A message that cannot be read, or not to its end; the message is a sentence."""


class Source(Protocol):
    """A message to be read once from its beginning."""

    @property
    def size(self) -> int:
        """How many octets it gives."""

    async def read(self, limit: int) -> bytes:
        """The next octets; none at the end. Raises SourceError."""

    def close(self) -> str:
        """The end of reading; a sentence where something is to be told, else empty."""


class Octets:
    """A message in memory."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    @property
    def size(self) -> int:
        """Its length."""
        return len(self._octets)

    async def read(self, limit: int) -> bytes:
        """The next octets."""
        piece = self._octets[self._at : self._at + limit]
        self._at += len(piece)
        return piece

    def close(self) -> str:
        """Nothing is to be told."""
        return ""


class File:
    """A file, as long as it was when it was opened."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError."""
        self.path = path
        self._descriptor = -1
        self._block = memoryview(b"")
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            facts = os.fstat(self._descriptor)
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error
        self._size = facts.st_size
        self._left = facts.st_size
        if not stat.S_ISREG(facts.st_mode):
            self.close()
            raise SourceError(f"{path} is no ordinary file, so its length is not known.")

    @property
    def size(self) -> int:
        """Its length when it was opened."""
        return self._size

    async def read(self, limit: int) -> bytes:
        """The next octets; read in a thread, because disks may be slow."""
        if not self._block and self._left:
            self._block = memoryview(await self._read_block(min(BLOCK, self._left)))
        piece = bytes(self._block[:limit])
        self._block = self._block[limit:]
        self._left -= len(piece)
        return piece

    async def _read_block(self, wanted: int) -> bytes:
        try:
            block = await in_thread(lambda: os.read(self._descriptor, wanted), "read the message")
        except OSError as error:
            raise SourceError(f"{self.path} cannot be read: {error.strerror or error}.") from error
        if not block:
            sent = self._size - self._left
            raise SourceError(
                f"{self.path} became shorter while it was read: {sent} octets of {self._size}."
            )
        return block

    def close(self) -> str:
        """Close the file; tells if it has grown meanwhile."""
        if self._descriptor < 0:
            return ""
        descriptor, self._descriptor = self._descriptor, -1
        try:
            now = os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)
        if now <= self._size or self._left:
            return ""
        return (
            f"{self.path} has grown by {now - self._size} octets since it was opened;"
            " those were not sent."
        )


class WithCrlf:
    """A message whose line ends all become CRLF; ``facts`` are those of the message."""

    def __init__(self, source: Source, facts: MessageFacts) -> None:
        self._source = source
        self._size = source.size + facts.bare_lf + facts.bare_cr
        self._carries_cr = False

    @property
    def size(self) -> int:
        """With the line ends changed."""
        return self._size

    async def read(self, limit: int) -> bytes:
        """The next octets, up to twice ``limit``."""
        piece = await self._source.read(limit)
        held = b"\r" if self._carries_cr else b""
        if not piece:
            self._carries_cr = False
            return b"\r\n" if held else b""
        text = held + piece
        self._carries_cr = text.endswith(b"\r")
        text = text.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        changed = text.replace(b"\n", b"\r\n")
        # A piece that is nothing but a CR says nothing yet.
        return changed or await self.read(limit)

    def close(self) -> str:
        """Close what it reads from."""
        return self._source.close()


class Buffered:
    """Reads exactly as many octets as asked for, where there are so many."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._waiting = b""

    async def read(self, limit: int) -> bytes:
        """``limit`` octets, or all that are left. Raises SourceError."""
        gathered = self._waiting
        while len(gathered) < limit:
            piece = await self._source.read(SLICE)
            if not piece:
                break
            gathered = gathered + piece if gathered else piece
        self._waiting = gathered[limit:]
        return gathered[:limit]

    async def exactly(self, count: int) -> bytes:
        """``count`` octets. Raises SourceError where there are fewer."""
        octets = await self.read(count)
        if len(octets) < count:
            raise SourceError("The message is shorter than it was.")
        return octets


async def scan(
    source: Source,
    progress: Callable[[int], None] = lambda _: None,
    most: int | None = None,
) -> MessageFacts:
    """Read a message and tell what there is to know of it. Raises SourceError.

    To its end, or no further than ``most`` octets.
    """
    counting = MessageScan()
    while (most is None or counting.facts.octets < most) and (piece := await source.read(SLICE)):
        await in_thread(lambda octets=piece: counting.feed(octets), "look through the message")  # type: ignore[misc]
        progress(counting.facts.octets)
    source.close()
    return counting.end()
