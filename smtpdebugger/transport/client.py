"""The client: connects as it is told, sends what it is given, and records everything.

Nothing is sent that was not asked for, except EHLO on connect when that is chosen. Whatever fails
becomes an event of the session, never an exception; only cancelling a call passes through, and
ends the connection.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiosmtplib import SMTPException

from smtpdebugger.protocol.framing import Mode
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.transport.mail import SEND_SLICE, slices, stuffed
from smtpdebugger.transport.opening import find_addresses, open_socket
from smtpdebugger.transport.patience import awaited
from smtpdebugger.transport.problems import context_problem
from smtpdebugger.transport.resolve import address_literal, in_thread, peer_name
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts, Trust
from smtpdebugger.transport.tls import TlsLayer, Untrusted, client_context
from smtpdebugger.transport.watchdog import Expectation, Watchdog
from smtpdebugger.transport.wiretap import QuietSMTP, TappedProtocol
from smtpdebugger.transport.witness import Witness

__all__ = ["ConnectionSettings", "SmtpClient", "Timeouts", "Trust"]

CRLF = b"\r\n"


class SmtpClient:
    """One connection to one server, as a person drives it."""

    def __init__(
        self,
        session: Session,
        settings: ConnectionSettings,
        on_change: Callable[[], None] | None = None,
    ) -> None:
        """``on_change`` is called whenever the connection may have come up or ended."""
        self._on_change = on_change
        self.session = session
        self.settings = settings
        self._witness = Witness(session)
        self._context: ssl.SSLContext | None = None
        self._tap: TappedProtocol | None = None
        self._smtp: QuietSMTP | None = None
        self._watchdog: Watchdog | None = None
        self._literal = "[127.0.0.1]"

    @property
    def is_connected(self) -> bool:
        """Whether something can be sent."""
        return self._tap is not None and self._tap.channel.is_open

    @property
    def untrusted(self) -> Untrusted | None:
        """The certificate the last handshake was refused for, or None."""
        return None if self._tap is None else self._tap.channel.untrusted

    # Connecting

    async def connect(self) -> bool:
        """Connect; then TLS, EHLO and STARTTLS as the settings say. True if a connection stands.

        A server that greets with a refusal, or does not greet in time, stays connected.
        """
        if self.is_connected:
            return True
        self._tap = None
        with self._ending_when_cancelled():
            if not await self._open():
                return False
            if self.settings.security == "tls":
                await self._settle_tls()
            await self._introduce()
        return self.is_connected

    async def _open(self) -> bool:
        settings = self.settings
        if settings.security != "none" and not await self._prepare_tls():
            return False
        addresses = await find_addresses(settings, self._witness)
        connection = await open_socket(addresses, settings, self._witness)
        if connection is None:
            return False
        peer, local = peer_name(connection.getpeername()), peer_name(connection.getsockname())
        is_tls = settings.security == "tls"
        self._witness.connected(settings.host, peer, local, tls=is_tls)
        self._literal = address_literal(connection.getsockname()[0])
        self._watchdog = Watchdog(self._time_out)
        tap = TappedProtocol(self._witness, self._make_layer, self._changed)
        self._tap = tap
        await asyncio.get_running_loop().create_connection(lambda: tap, sock=connection)
        self._smtp = QuietSMTP(tap, settings.host, settings.port)
        if is_tls:
            tap.channel.begin_tls(is_implicit=True)
        else:
            hint = settings.timeouts.hint
            asyncio.get_running_loop().call_later(hint, self._hint_at_tls, tap)
        self._changed()
        return True

    async def _introduce(self) -> None:
        """The greeting, and what the settings ask for after it."""
        tap = self._tap
        if tap is None or not await tap.until(lambda: tap.channel.has_reply):
            return
        if not self.is_connected:
            return
        greeting = tap.channel.first_exchange
        if greeting is None or greeting.code != 220:
            self._tell_refused_greeting(greeting)
            return
        if self.settings.ehlo and not await self.ehlo():
            if self.settings.security == "starttls" and self.is_connected:
                what = "EHLO was not accepted, so STARTTLS was not sent: all is in clear."
                self._refuse(what, "Do not log in here. Try port 465 with TLS.")
            return
        if self.settings.security == "starttls" and await self.start_tls() and self.settings.ehlo:
            await self.ehlo()

    def _tell_refused_greeting(self, greeting: Exchange | None) -> None:
        code = None if greeting is None else greeting.code
        if code is None:
            # Whatever it was, it was no reply; the channel has told of it.
            return
        what = f"The server greeted with {code} instead of 220, so nothing was sent."
        later = " and try later" if code < 500 else ": trying again will not help"
        advice = f"The connection is still open: type a command, or disconnect{later}."
        self._witness.failed("greeting", what, advice)

    # Sending

    async def send_line(self, line: str | bytes, ending: bytes = CRLF) -> Exchange | None:
        """Send one line exactly as typed and wait for its reply.

        None where nothing was sent, or where the line is part of something longer, such as mail
        data. The exchange may be without a reply: time-out, or the connection ended.
        """
        return await self._send_and_wait(_octets(line) + ending)

    async def send_ahead(self, lines: list[bytes], ending: bytes = CRLF) -> list[Exchange]:
        """Send all lines without waiting in between, then wait for all replies (RFC 2920)."""
        first = len(self.session.exchanges)
        with self._ending_when_cancelled():
            if await self._can_send(b"STARTTLS" if _has_starttls(lines) else b""):
                last = None
                for piece in slices(lines, ending):
                    last = await self._write(piece) or last
                    await asyncio.sleep(0)
                await self._wait_for(last)
        return [each for each in self.session.exchanges[first:] if each.sent_at is not None]

    async def send_message(self, message: bytes) -> Exchange | None:
        """After a 354: send mail data as it is given, dots stuffed, and end it.

        A missing last line end is added (RFC 5321 section 4.5.2 and 4.1.1.4).
        """
        if self.session.expects is not Mode.MAIL_DATA:
            self._refuse("No mail data was sent: the server did not answer DATA with 354.")
            return None
        with self._ending_when_cancelled():
            last = None
            if await self._can_send(b""):
                for piece in stuffed(message):
                    last = await self._write(piece)
                    await asyncio.sleep(0)
                await self._wait_for(last)
        return last

    async def send_chunk(self, command_line: str | bytes, octets: bytes) -> Exchange | None:
        """Send a BDAT line and, without waiting, its octets (RFC 3030 section 2)."""
        with self._ending_when_cancelled():
            if not await self._can_send(b""):
                return None
            exchange = await self._write(_octets(command_line) + CRLF)
            for start in range(0, len(octets), SEND_SLICE):
                await self._write(octets[start : start + SEND_SLICE])
                await asyncio.sleep(0)
            await self._wait_for(exchange)
        return exchange

    async def send_response(self, text: str | bytes) -> Exchange | None:
        """Send a SASL response; nothing where no challenge asked for one (RFC 4954)."""
        if self.session.expects is not Mode.SASL:
            self._refuse("The login was not sent: the server did not ask for it with 334.")
            return None
        return await self._send_and_wait(_octets(text) + CRLF)

    async def ehlo(self) -> bool:
        """EHLO with the client name of the settings; whether it was accepted."""
        name = self.settings.client_name or self._literal
        with self._ending_when_cancelled():
            if not await self._can_send(b"") or self._smtp is None:
                return False
            try:
                await self._smtp.ehlo(hostname=name)
            except ValueError:
                advice = "Use a host name in ASCII, without blanks (RFC 5321 section 2.3.5)."
                self._refuse(f"EHLO was not sent: “{name}” cannot be a client name.", advice)
                return False
            except SMTPException:
                # Refused, or never answered: the session has it.
                return False
        return True

    async def start_tls(self) -> bool:
        """STARTTLS, and the handshake where the server agrees; whether TLS is on."""
        exchange = await self._send_and_wait(b"STARTTLS" + CRLF)
        if exchange is not None and exchange.is_negative and self.is_connected:
            what = (
                f"The server refused STARTTLS with {exchange.code}; the connection stays in clear."
            )
            self._witness.failed("tls", what, "Do not log in here. Try port 465 with TLS.")
        return self._tap is not None and self._tap.channel.is_encrypted

    async def quit(self) -> None:
        """QUIT; when it is answered the connection ends, by the server or soon after by us."""
        tap, smtp = self._tap, self._smtp
        if tap is None or smtp is None:
            return
        await self._settle_tls()
        with self._ending_when_cancelled():
            try:
                await smtp.quit()
                await asyncio.wait_for(
                    tap.until(lambda: tap.channel.is_over), self.settings.timeouts.close
                )
            except (SMTPException, TimeoutError):
                # Not answered with 221, or left open by the server: we end it.
                tap.channel.close()
        await self.disconnect()

    async def disconnect(self, reason: str = "") -> None:
        """End the connection without a word of SMTP."""
        tap = self._tap
        if tap is None or tap.channel.is_over:
            return
        tap.channel.close(reason)
        try:
            await asyncio.wait_for(
                tap.until(lambda: tap.channel.is_over), self.settings.timeouts.close
            )
        except TimeoutError:
            tap.channel.abort(reason)

    def tell(self, stage: str, what: str, advice: str = "") -> None:
        """Put a failure beside the connection, such as a full disk, into the session."""
        self._witness.failed(stage, what, advice)

    # One thing at a time

    async def _send_and_wait(self, octets: bytes) -> Exchange | None:
        with self._ending_when_cancelled():
            if not await self._can_send(octets):
                return None
            exchange = await self._write(octets)
            await self._wait_for(exchange)
        return exchange

    async def _can_send(self, octets: bytes) -> bool:
        """Whether there is a connection to send on now; a handshake is waited for."""
        if octets[:8].upper() == b"STARTTLS" and not await self._prepare_tls():
            return False
        await self._settle_tls()
        if not self.is_connected:
            self._refuse("Nothing was sent: there is no connection.")
        return self.is_connected

    async def _write(self, octets: bytes) -> Exchange | None:
        """Write, and wait while the network takes no more."""
        tap = self._tap
        if tap is None or not tap.channel.is_open or tap.channel.is_handshaking:
            return None
        exchange = tap.channel.write(octets)
        tap.newest = exchange or tap.newest
        if tap.channel.is_blocked:
            await tap.until(lambda: not tap.channel.is_blocked)
        return exchange

    async def _wait_for(self, exchange: Exchange | None) -> None:
        tap = self._tap
        if tap is not None and exchange is not None:
            await tap.until(lambda: exchange.reply is not None)
            await self._settle_tls()

    async def _settle_tls(self) -> None:
        tap = self._tap
        if tap is not None:
            await tap.until(lambda: not tap.channel.is_handshaking)

    # TLS

    async def _prepare_tls(self) -> bool:
        """Read the certificates to trust, once, in a thread; False and told if that fails."""
        if self._context is None:
            trust = self.settings.trust
            try:
                self._context = await in_thread(
                    lambda: client_context(trust), "read the certificates to trust"
                )
            except (OSError, ValueError) as error:
                problem = context_problem(error, trust.ca_file)
                self._witness.failed(problem.stage, problem.what, problem.advice)
        return self._context is not None

    def _make_layer(self) -> TlsLayer:
        # STARTTLS may be hidden where nobody looked for it; then this reads the files after all.
        context = self._context or client_context(self.settings.trust)
        return TlsLayer(context, self.settings.host, self.settings.trust)

    # What happens by itself

    def _changed(self) -> None:
        tap, watchdog = self._tap, self._watchdog
        if tap is None or watchdog is None:
            return
        if tap.channel.is_over:
            watchdog.stop()
        else:
            watchdog.expect(awaited(tap.channel, self.settings.timeouts))
        if self._on_change is not None:
            self._on_change()

    def _time_out(self, expectation: Expectation) -> None:
        tap = self._tap
        if tap is None:
            return
        self._witness.failed("time-out", expectation.what, expectation.advice)
        if expectation.key in {"tls", "stray", "blocked"}:
            tap.channel.abort("time-out")
        tap.give_up()

    def _hint_at_tls(self, tap: TappedProtocol) -> None:
        if tap.channel.is_open and not tap.channel.has_heard:
            self._witness.remark(
                f"No greeting for {self.settings.timeouts.hint:g} s. If this port is for TLS"
                " (465 usually is), the server waits for us to begin: connect again with TLS."
            )

    def _refuse(self, what: str, advice: str = "") -> None:
        self._witness.failed("send", what, advice)

    @contextmanager
    def _ending_when_cancelled(self) -> Iterator[None]:
        try:
            yield
        except asyncio.CancelledError:
            if self._tap is None:
                self._witness.closed("client", "cancelled")
            elif not self._tap.channel.is_over:
                self._tap.channel.abort("cancelled")
            raise


def _octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def _has_starttls(lines: list[bytes]) -> bool:
    return any(line[:8].upper() == b"STARTTLS" for line in lines)
