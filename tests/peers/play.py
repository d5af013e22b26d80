"""A server that plays what it is told, step by step, and remembers what it sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.peers.peer import Line

Step = bytes | float | str
"""Octets to send, in one segment; seconds to wait; or one of the words below."""

HEAR = "hear"
"""Wait for a line of the client."""
HEAR_MAIL = "hear mail"
"""Wait for mail data and its end."""
PIECES = "pieces"
"""Send the next octets one by one, each in a segment of its own."""
CLOSE = "close"
RESET = "reset"
HALF_CLOSE = "half-close"
"""Say that nothing more will come, and go on listening."""

GREETING = b"220 hostile.test ESMTP\r\n"


@dataclass
class Play:
    """A script for a ``Peer``; ``sent`` has all that was sent."""

    steps: tuple[Step, ...]
    sent: bytes = b""
    is_over: bool = False
    tell: Callable[[], None] = lambda: None

    async def __call__(self, line: Line) -> None:
        in_pieces = False
        for step in self.steps:
            if isinstance(step, bytes):
                await self._send(line, step, in_pieces)
                in_pieces = False
            elif isinstance(step, str):
                in_pieces = step == PIECES
                if not in_pieces and not await self._do(line, step):
                    return
            else:
                await asyncio.sleep(step)
        self.is_over = True
        await line.forever()

    async def _send(self, line: Line, octets: bytes, in_pieces: bool) -> None:
        pieces = [octets[at : at + 1] for at in range(len(octets))] if in_pieces else [octets]
        for piece in pieces:
            self.sent += piece
            await line.send(piece)
            if in_pieces:
                await asyncio.sleep(0.001)

    async def _do(self, line: Line, word: str) -> bool:
        """Whether the play goes on."""
        if word == HEAR:
            return bool(await line.hear())
        if word == HEAR_MAIL:
            await line.hear_mail()
            return True
        if word == HALF_CLOSE:
            line.writer.write_eof()
            return True
        assert word in {CLOSE, RESET}
        if word == RESET:
            line.reset()
        self.is_over = True
        return False
