"""A loopback server whose every connection runs one scripted coroutine."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

Script = Callable[["Line"], Awaitable[None]]


class Line:
    """One connection, seen from the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, *lines: str) -> None:
        """Send lines, each with CRLF."""
        await self.send("".join(f"{line}\r\n" for line in lines).encode())

    async def send(self, octets: bytes) -> None:
        """Send octets as they are."""
        self.writer.write(octets)
        await self.writer.drain()

    async def hear(self) -> str:
        """The client's next line, without its end; empty when it is gone."""
        return (await self.reader.readline()).decode("latin-1").rstrip("\r\n")

    async def hear_mail(self) -> bytes:
        """Everything up to and with the lone dot."""
        return await self.reader.readuntil(b"\r\n.\r\n")

    async def forever(self) -> None:
        """Say nothing until the client is gone."""
        while await self.reader.read(65536):
            pass

    def reset(self) -> None:
        """End the connection with a TCP reset instead of in order."""
        connection = self.writer.get_extra_info("socket")
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


class Peer:
    """The server. ``async with Peer(script) as peer`` and connect to ``peer.port``."""

    def __init__(self, script: Script, *, context: ssl.SSLContext | None = None) -> None:
        self.heard: list[str] = []
        self._script = script
        self._context = context
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self._context, limit=1 << 24
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        try:
            # A connection that was accepted just now must have begun before it can be ended.
            await asyncio.sleep(0.01)
        finally:
            # Also where the test is cancelled in this very moment.
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            # Before Python 3.11.4, a TLS transport that is closed already cannot be aborted.
            if not writer.transport.is_closing():
                writer.transport.abort()
        await asyncio.sleep(0.01)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.append(writer)
        try:
            await self._script(Line(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            # The client left in the middle, or the test is over.
            pass
        finally:
            self._tasks.discard(task)
            writer.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
