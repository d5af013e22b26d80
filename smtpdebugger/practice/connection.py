"""One client of the practice server: octets in, the personality's replies out, in order."""

import asyncio
import ssl
from collections.abc import MutableSet
from time import perf_counter
from typing import cast

from smtpdebugger import tasks
from smtpdebugger.practice.dialogue import Answer, Dialogue
from smtpdebugger.practice.personality import Personality
from smtpdebugger.practice.units import UnitReader

TURN = 0.002
"""Seconds after which other work of the loop gets its turn."""

BACKLOG = 1024 * 1024
"""Octets of a client that may wait; then the network is told to wait."""


class PracticeConnection(asyncio.Protocol):
    """Reads units, lets the dialogue answer, waits where the personality is slow."""

    def __init__(
        self,
        personality: Personality,
        context: ssl.SSLContext,
        connections: "MutableSet[PracticeConnection]",
    ) -> None:
        self._personality = personality
        self._context = context
        self._connections = connections
        self._dialogue: Dialogue | None = None
        self._units = UnitReader()
        self._arrived = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected, or its handshake after STARTTLS is over."""
        self._transport = cast("asyncio.Transport", transport)
        if self._task is None:
            is_tls = transport.get_extra_info("sslcontext") is not None
            self._dialogue = Dialogue(self._personality, tls=is_tls)
            self._connections.add(self)
            self._task = tasks.spawn(self._converse(self._dialogue), "practice session")

    def data_received(self, data: bytes) -> None:
        """Octets of the client."""
        self._units.feed(data)
        self._arrived.set()
        if self._units.backlog > BACKLOG and self._transport is not None:
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._connections.discard(self)
        if self._task is not None:
            self._task.cancel()

    def stop(self) -> None:
        """End the session at once."""
        self._connections.discard(self)
        if self._task is not None:
            self._task.cancel()
        if self._transport is not None:
            _abort(self._transport)

    async def _converse(self, dialogue: Dialogue) -> None:
        is_open = await self._say(dialogue.greet())
        began = perf_counter()
        while is_open:
            if perf_counter() - began > TURN:
                # The window may share this loop, and a client may send thousands ahead.
                await asyncio.sleep(0)
                began = perf_counter()
            unit = self._units.next_unit()
            if unit is None:
                self._arrived.clear()
                if self._transport is not None and not self._transport.is_closing():
                    self._transport.resume_reading()
                await self._arrived.wait()
                continue
            answer = dialogue.answer(unit)
            self._units.answered(unit, answer.code)
            is_open = await self._say(answer)
            if is_open and answer.starts_tls:
                await self._start_tls(dialogue)
        await self._say(dialogue.farewell)
        if self._transport is not None:
            self._transport.close()

    async def _say(self, answer: Answer) -> bool:
        """Send a reply; whether the conversation goes on."""
        if answer.delay_ms:
            await asyncio.sleep(answer.delay_ms / 1000)
        if self._transport is None or self._transport.is_closing():
            return False
        if answer.lines:
            self._transport.write(answer.octets)
        return not answer.close

    async def _start_tls(self, dialogue: Dialogue) -> None:
        transport = self._transport
        if transport is None:
            return
        self._units.restart()
        try:
            self._transport = await asyncio.get_running_loop().start_tls(
                transport, self, self._context, server_side=True
            )
        except (OSError, ssl.SSLError):
            # The client did not like the certificate, or left; connection_lost follows.
            _abort(transport)
            return
        dialogue.started_tls()


def _abort(transport: asyncio.Transport) -> None:
    # Before Python 3.11.4, a TLS transport that is closed already cannot be aborted.
    if not transport.is_closing():
        transport.abort()
