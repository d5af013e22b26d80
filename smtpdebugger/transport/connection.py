"""One connection as it is made, watched and ended; what is said over it is the client's part."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.tasks import spawn
from smtpdebugger.transport.context import client_context, context_problem
from smtpdebugger.transport.opening import Opened, Opener
from smtpdebugger.transport.patience import Waiting, awaited
from smtpdebugger.transport.resolve import in_thread
from smtpdebugger.transport.settings import ConnectionSettings
from smtpdebugger.transport.tls import TlsLayer, Untrusted
from smtpdebugger.transport.watchdog import Expectation, Watchdog
from smtpdebugger.transport.wiretap import QuietSMTP, TappedProtocol
from smtpdebugger.transport.witness import Witness


class Connection:
    """A connection to one server. Whatever fails becomes an event of its session."""

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
        self._opened: Opened | None = None
        self._opening: asyncio.Task[Opened | None] | None = None
        self._has_given_up = False
        self._hint: asyncio.TimerHandle | None = None
        self._phase: tuple[str, float, float] | None = None
        """What is awaited while there is no connection: in words, since when, for how long."""

    @property
    def is_connected(self) -> bool:
        """Whether something can be sent."""
        return self._tap is not None and self._tap.channel.is_open

    @property
    def untrusted(self) -> Untrusted | None:
        """The certificate the last handshake was refused for, or None."""
        return None if self._tap is None else self._tap.channel.untrusted

    @property
    def tls_unique(self) -> bytes | None:
        """The octets that bind a login to this TLS connection (RFC 5929 section 3), or None."""
        return None if self._tap is None else self._tap.channel.tls_unique

    @property
    def waiting(self) -> Waiting | None:
        """What is awaited right now, or None."""
        dog = self._watchdog
        if self._phase is not None:
            what, began, limit = self._phase
            return Waiting(what, asyncio.get_running_loop().time() - began, limit)
        if dog is None or dog.expectation is None:
            return None
        return Waiting(dog.expectation.waiting, dog.elapsed, dog.expectation.seconds)

    # Its beginning

    async def _open(self) -> bool:
        settings = self.settings
        if settings.security != "none" and not await self._prepare_tls():
            return False
        opening = spawn(Opener(settings, self._witness, self._tell_phase).open(), "open")
        self._opening = opening
        try:
            opened = await opening
        except asyncio.CancelledError:
            _drop(opening)
            if not self._has_given_up:
                raise
            self._witness.closed("client", "cancelled")
            return False
        finally:
            self._opening = self._phase = None
        if opened is not None:
            await self._attach(opened)
        return opened is not None

    async def _attach(self, opened: Opened) -> None:
        """Listen to the connection from now on."""
        settings, loop = self.settings, asyncio.get_running_loop()
        self._opened = opened
        self._watchdog = Watchdog(self._time_out)
        tap = TappedProtocol(self._witness, self._make_layer, self._changed)
        self._tap = tap
        await loop.create_connection(lambda: tap, sock=opened.socket)
        self._smtp = QuietSMTP(tap, settings.host, settings.port)
        if settings.security == "tls":
            tap.channel.begin_tls(is_implicit=True)
        else:
            self._hint = loop.call_later(settings.timeouts.hint, self._hint_at_tls, tap)
        if opened.ahead:
            tap.channel.take(opened.ahead)
        self._changed()

    # Its end

    async def disconnect(self, reason: str = "") -> None:
        """End the connection without a word of SMTP, or give up making it."""
        tap = self._tap
        if self._opening is not None:
            self._has_given_up = True
            self._opening.cancel()
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

    def note(self, text: str) -> None:
        """Put a remark beside the connection."""
        self._witness.remark(text)

    # Sending and waiting

    async def _can_send(self, octets: bytes) -> bool:
        """Whether there is a connection to send on now; a handshake is waited for."""
        if octets[:8].upper() == b"STARTTLS" and not await self._prepare_tls():
            return False
        await self._settle_tls()
        if not self.is_connected:
            self._refuse("Nothing was sent: there is no connection.")
        return self.is_connected

    async def _write(self, octets: bytes) -> Exchange | None:
        """Write, and wait while the network takes no more; the last exchange that was opened."""
        number = await self._write_octets(octets)
        return self.session.exchange(number) if number else None

    async def _write_octets(self, octets: bytes) -> int:
        """As ``_write``; the number of the exchange, or 0."""
        tap = self._tap
        if tap is None or not tap.channel.is_open or tap.channel.is_handshaking:
            return 0
        number = tap.channel.write(octets)
        tap.newest = number or tap.newest
        if tap.channel.is_blocked:
            await tap.until(lambda: not tap.channel.is_blocked)
        return number

    async def _wait_for(self, exchange: Exchange | None) -> None:
        if exchange is not None:
            await self._wait_for_number(exchange.number)

    async def _wait_for_number(self, number: int) -> None:
        tap = self._tap
        if tap is not None and number:
            channel = tap.channel
            session = self.session
            await tap.until(lambda: channel.is_answered(number) and not session.owed)
            await self._settle_tls()

    async def _settle_tls(self) -> None:
        tap = self._tap
        if tap is not None and tap.channel.is_handshaking:
            await tap.until(lambda: not tap.channel.is_handshaking)

    # TLS

    async def _prepare_tls(self) -> bool:
        """Read the certificates to trust, once, in a thread; False and told if that fails."""
        if self._context is None:
            trust, choices = self.settings.trust, self.settings.tls
            try:
                self._context = await in_thread(
                    lambda: client_context(trust, choices),
                    "read the certificates to trust",
                    uses_openssl=True,
                )
            except ValueError as error:
                problem = context_problem(error)
                self._witness.failed(problem.stage, problem.what, problem.advice)
        return self._context is not None

    def _make_layer(self) -> TlsLayer:
        settings = self.settings
        # STARTTLS may be hidden where nobody looked for it; then this reads the files after all.
        context = self._context or client_context(settings.trust, settings.tls)
        host = settings.host if self._opened is None else self._opened.name
        return TlsLayer(context, host, settings.trust, settings.tls)

    # What happens by itself

    def _changed(self) -> None:
        tap, watchdog = self._tap, self._watchdog
        if tap is None or watchdog is None:
            return
        if tap.channel.is_over:
            watchdog.stop()
            if self._hint is not None:
                # Else it would keep the session for seconds.
                self._hint.cancel()
        else:
            expected = watchdog.expectation
            watchdog.expect(awaited(tap.channel, self.settings.timeouts, expected))
        if self._on_change is not None:
            self._on_change()

    def _tell_phase(self, what: str, seconds: float) -> None:
        self._phase = what, asyncio.get_running_loop().time(), seconds
        if self._on_change is not None:
            self._on_change()

    def _time_out(self, expectation: Expectation) -> None:
        tap = self._tap
        if tap is None:
            return
        self._witness.failed("time-out", expectation.what, expectation.advice)
        if expectation.key in {"tls", "stray", "blocked"}:
            tap.channel.abort("time-out")
        tap.channel.overdue = len(self.session.exchanges)
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


def _drop(opening: asyncio.Task[Opened | None]) -> None:
    """Close what was opened in the very moment in which it was not wanted any more."""
    if opening.done() and not opening.cancelled() and opening.exception() is None:
        opened = opening.result()
        if opened is not None:
            opened.socket.close()
