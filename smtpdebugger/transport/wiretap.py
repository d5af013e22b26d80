"""The tap: aiosmtplib's mouth, our ear.

aiosmtplib formats and sends; what comes back is recorded and paired by our own session. Only its
public methods are overridden, and each has a contract test, because the library may change them.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Literal, cast

from aiosmtplib import SMTP, SMTPReadTimeoutError, SMTPResponse, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol
from aiosmtplib.typing import Default

from smtpdebugger.transport.channel import Channel
from smtpdebugger.transport.tls import TlsLayer
from smtpdebugger.transport.witness import Witness

Condition = Callable[[], bool]


class TappedProtocol(SMTPProtocol):
    """aiosmtplib's protocol on top of a channel that records everything."""

    def __init__(
        self,
        witness: Witness,
        make_layer: Callable[[], TlsLayer],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.channel = Channel(witness, make_layer, self._channel_changed)
        self.newest = 0
        """The number of the exchange that was opened last; 0: nothing was sent."""
        self._on_change = changed
        self._awaited: list[tuple[Condition, asyncio.Future[bool]]] = []

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection stands."""
        super().connection_made(transport)
        self.channel.opened(cast("asyncio.Transport", transport))

    def data_received(self, data: bytes) -> None:
        """Octets came; the library never sees them."""
        self.channel.take(data)

    def eof_received(self) -> bool:
        """The server ends the connection; so do we, once all is sent."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        super().connection_lost(exc)
        self.channel.lost(exc)

    def pause_writing(self) -> None:
        """The network takes no more for now."""
        super().pause_writing()
        self.channel.is_blocked = True
        self._channel_changed()

    def resume_writing(self) -> None:
        """The network takes more again."""
        super().resume_writing()
        self.channel.is_blocked = False
        self._channel_changed()

    # What the library calls

    def write(self, data: bytes) -> None:
        """Send and record. Raises SMTPServerDisconnected where there is no connection."""
        try:
            opened = self.channel.write(bytes(data))
        except ConnectionError as error:
            raise SMTPServerDisconnected("Connection lost") from error
        self.newest = opened or self.newest

    async def read_response(self, timeout: float | None = None) -> SMTPResponse:
        """The reply to what was sent last, or the greeting where nothing was sent.

        Raises SMTPServerDisconnected or SMTPReadTimeoutError.
        """
        channel, number = self.channel, self.newest

        def is_answered() -> bool:
            return channel.is_answered(number) if number else channel.has_reply

        try:
            await asyncio.wait_for(self.until(is_answered), timeout)
        except TimeoutError as error:
            raise SMTPReadTimeoutError("Timed out waiting for server response") from error
        exchange = channel.first_exchange
        if number:
            exchange = channel.witness.session.exchange(number)
        if exchange is not None and exchange.reply is not None:
            return SMTPResponse(exchange.code or -1, exchange.reply.text)
        if channel.is_over:
            raise SMTPServerDisconnected("Connection lost")
        raise SMTPReadTimeoutError("Timed out waiting for server response")

    async def start_tls(
        self,
        tls_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> SMTPResponse:
        """STARTTLS, and the handshake in the tap where the server agrees.

        The context and name are those of the channel; TLS is its business alone.
        """
        response = await self.execute_command(b"STARTTLS", timeout=timeout)
        await self.until(lambda: not self.channel.is_handshaking)
        return response

    # Waiting

    async def until(self, condition: Condition) -> bool:
        """Wait until a condition holds; False if the connection ended or ``give_up`` came first."""
        if condition() or self.channel.is_over:
            return condition()
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        entry = (condition, future)
        self._awaited.append(entry)
        try:
            return await future
        finally:
            if entry in self._awaited:
                self._awaited.remove(entry)

    def give_up(self) -> None:
        """End all waiting: nothing came in time."""
        for condition, future in self._awaited:
            if not future.done():
                future.set_result(condition())

    def _channel_changed(self) -> None:
        for condition, future in self._awaited:
            if not future.done() and (condition() or self.channel.is_over):
                future.set_result(condition())
        self._on_change()


class QuietSMTP(SMTP):
    """aiosmtplib's client without what it does unasked: it never closes, and waits for ever.

    Closing after 421, after a time-out and after QUIT is the person's choice, and the watchdog
    of the connection ends the waiting.
    """

    def __init__(self, protocol: TappedProtocol, hostname: str, port: int) -> None:
        super().__init__(hostname=hostname, port=port, timeout=None)
        self.loop = asyncio.get_running_loop()
        self.protocol = protocol
        self.transport = protocol.transport

    async def execute_command(
        self,
        *args: bytes,
        timeout: float | Literal[Default.token] | None = Default.token,
    ) -> SMTPResponse:
        """Send one command and give its reply. Raises SMTPServerDisconnected."""
        if self.protocol is None:
            raise SMTPServerDisconnected("Server not connected")
        seconds = None if timeout is Default.token else timeout
        return await self.protocol.execute_command(*args, timeout=seconds)

    def close(self) -> None:
        """Nothing: the connection is closed by the client that owns it."""
