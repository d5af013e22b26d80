"""One connection's octets in both directions: in clear or through TLS, slice by slice, recorded.

What the network brings waits in a queue and is taken in slices of a few KiB per turn of the loop,
so that a burst of ten thousand replies never holds up a window. When the queue grows long the
network is told to wait. Everything is recorded in the order it happened, and the end exactly once.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter_ns

from smtpdebugger.session.columns import NONE
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.transport.context import context_problem
from smtpdebugger.transport.ending import describe_end
from smtpdebugger.transport.inbox import Inbox
from smtpdebugger.transport.problems import Problem
from smtpdebugger.transport.readers import (
    Broken,
    ClearReader,
    EndOfStream,
    HandshakeReader,
    Reader,
    TlsReader,
)
from smtpdebugger.transport.sniff import Sniffer
from smtpdebugger.transport.tls import TlsLayer, Untrusted
from smtpdebugger.transport.witness import Witness

SLICE = 2 * 1024
"""Octets of SMTP taken at once: some 150 short replies, or 4 ms."""

SLICES_PER_TURN = 4
TURN = 3_000_000
"""Nanoseconds after which no further slice is taken in this turn of the loop."""

WAITING_HIGH, WAITING_LOW = 1024 * 1024, 256 * 1024
"""Octets that may wait for the network, and how few are left when more may come."""

MAX_LINE = 1024 * 1024
"""A server that sends so many octets without a line end is no mail server any more."""


class Channel:
    """The octets of one connection. ``changed`` is called after whatever happens to it."""

    def __init__(
        self, witness: Witness, make_layer: Callable[[], TlsLayer], changed: Callable[[], None]
    ) -> None:
        self.witness = witness
        self.untrusted: Untrusted | None = None
        """The certificate that was refused, if one was."""
        self.is_over = False
        """Whether the end of the connection is recorded."""
        self.has_heard = False
        """Whether the server sent anything at all, be it TLS."""
        self.is_blocked = False
        """Whether the network takes no more octets for now."""
        self.overdue = 0
        """The number of the newest exchange when the time for a reply was over."""
        self._make_layer = make_layer
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._inbox = Inbox()
        self._reader: Reader = ClearReader(self._inbox)
        self._layer: TlsLayer | None = None
        self._sniffer = Sniffer()
        self._starttls = 0
        """The number of a STARTTLS that waits for its reply; 0: none does."""
        self._first = self._seen = len(witness.session.exchanges)
        self._line_octets = 0
        self._has_told_stray = False
        self._is_scheduled = False
        self._is_lost = False
        self._lost_error: Exception | None = None
        self._has_goodbye = False
        self._ending: tuple[str, str] | None = None

    @property
    def is_open(self) -> bool:
        """Whether neither side has ended the connection."""
        return self._transport is not None and not self._is_lost and self._ending is None

    @property
    def is_handshaking(self) -> bool:
        """Whether a TLS handshake is going on; nothing can be sent meanwhile."""
        return isinstance(self._reader, HandshakeReader) and self.is_open

    @property
    def has_stray_text(self) -> bool:
        """Whether clear text came in the handshake that is going on."""
        return isinstance(self._reader, HandshakeReader) and self._reader.has_clear_text

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is on."""
        return self._layer is not None

    @property
    def tls_unique(self) -> bytes | None:
        """The octets that bind a login to this TLS connection (RFC 5929 section 3), or None."""
        return None if self._layer is None else self._layer.unique

    @property
    def first_exchange(self) -> Exchange | None:
        """The first exchange of this connection: the greeting, if the server is in order."""
        exchanges = self.witness.session.exchanges
        return exchanges[self._first] if len(exchanges) > self._first else None

    @property
    def has_reply(self) -> bool:
        """Whether the first exchange has its reply."""
        first = self._first + 1
        return len(self.witness.session.exchanges) >= first and self.is_answered(first)

    def is_answered(self, number: int) -> bool:
        """Whether an exchange has its reply; the exchange itself is not made for that."""
        return self.witness.session.columns.reply_rows[number - 1] != NONE

    # From the network

    def opened(self, transport: asyncio.Transport) -> None:
        """The TCP connection stands."""
        self._transport = transport
        # So much waits here that the network never waits for us while a message is sent.
        transport.set_write_buffer_limits(high=WAITING_HIGH, low=WAITING_LOW)

    def take(self, octets: bytes) -> None:
        """Octets came."""
        self.has_heard = True
        self._inbox.put(perf_counter_ns(), octets)
        if self._inbox.is_full and self._transport is not None:
            self._transport.pause_reading()
        if not self._is_scheduled:
            self._turn()

    def lost(self, error: Exception | None) -> None:
        """The connection is gone; what came before is taken first."""
        self._is_lost = True
        self._lost_error = error
        if not self._is_scheduled:
            self._turn()

    # To the network

    def write(self, octets: bytes) -> int:
        """Send octets and record them; the number of the last exchange they opened, or 0.

        Raises ConnectionError where nothing can be sent.
        """
        transport = self._transport
        if transport is None or not self.is_open or self.is_handshaking:
            raise ConnectionError("there is no connection to send on")
        now = perf_counter_ns()
        if self._layer is None:
            transport.write(octets)
        else:
            self._layer.write(octets)
            transport.write(self._layer.outgoing())
        self.witness.sent(octets, now)
        opened = self._newly_opened()
        self._changed()
        return opened

    def begin_tls(self, *, is_implicit: bool = False) -> None:
        """Start a handshake; what comes from now on is TLS."""
        try:
            layer = self._make_layer()
        except (OSError, ValueError) as error:
            self._fail(context_problem(error))
            return
        reader = HandshakeReader(self._inbox, layer, is_implicit=is_implicit)
        self._reader = reader
        try:
            reader.start()
        except Broken as broken:
            self._fail(broken.problem)
        self._flush(layer)
        self._changed()

    def close(self, reason: str = "") -> None:
        """End the connection from our side, politely; it is recorded when it is over."""
        if self._ending is None:
            self._ending = ("client", reason)
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._layer is not None:
            self._layer.say_goodbye()
            self._flush(self._layer)
        transport.close()

    def abort(self, reason: str) -> None:
        """End the connection at once, and record it at once."""
        if self._ending is None:
            self._ending = ("client", reason)
        if self._transport is not None:
            self._transport.abort()
        self._finish()

    def _newly_opened(self) -> int:
        session = self.witness.session
        seen, self._seen = self._seen, len(session.exchanges)
        if self._seen == seen:
            return 0
        if self._layer is None:
            for number in range(seen + 1, self._seen + 1):
                if session.verb(number) == "STARTTLS":
                    self._starttls = number
        return self._seen

    def _flush(self, layer: TlsLayer) -> None:
        octets = layer.outgoing()
        if octets and self._transport is not None and not self._transport.is_closing():
            self._transport.write(octets)

    # One turn of the loop

    def _turn(self) -> None:
        self._is_scheduled = True
        began = perf_counter_ns()
        for _ in range(SLICES_PER_TURN):
            octets = self._next_piece(SLICE)
            if not octets:
                self._is_scheduled = False
                break
            self._deliver(octets)
            if perf_counter_ns() - began > TURN:
                break
        if self._is_scheduled:
            self._loop.call_soon(self._turn)
        elif self._is_lost:
            self._finish()
        if self._inbox.is_low and self._transport is not None and self.is_open:
            self._transport.resume_reading()

    def _next_piece(self, limit: int) -> bytes:
        reader = self._reader
        try:
            if self._starttls and isinstance(reader, ClearReader):
                octets = reader.next_line(limit)
            else:
                octets = reader.next(limit)
        except EndOfStream:
            self._end_of_stream()
            return b""
        except Broken as broken:
            self.untrusted = broken.untrusted
            if isinstance(self._reader, HandshakeReader):
                self._flush(self._reader.layer)
            self._fail(broken.problem)
            return b""
        if isinstance(self._reader, HandshakeReader) and not octets:
            return self._go_on_with_handshake(self._reader, limit)
        return octets

    def _go_on_with_handshake(self, reader: HandshakeReader, limit: int) -> bytes:
        self._flush(reader.layer)
        if not reader.is_done:
            return b""
        self._layer = reader.layer
        self._reader = TlsReader(self._inbox, reader.layer)
        self.witness.tls(reader.layer.facts(self.witness.at()))
        self._changed()
        return self._next_piece(limit)

    def _deliver(self, octets: bytes) -> None:
        self.witness.received(octets, self._inbox.moment)
        self._seen = len(self.witness.session.exchanges)
        self._judge(octets)
        self._watch_line(octets)
        self._heed_starttls()
        self._changed()

    def _heed_starttls(self) -> None:
        asked, session = self._starttls, self.witness.session
        if not asked or not self.is_answered(asked):
            return
        self._starttls = 0
        if session.code(asked) != 220 or not self.is_open:
            return
        self.begin_tls()
        behind = session.exchanges[asked:]
        if any(each.unit is None for each in behind) and isinstance(self._reader, HandshakeReader):
            self._reader.has_clear_text = True
            self._tell_stray_text()

    def _tell_stray_text(self) -> None:
        if not self._has_told_stray:
            self._has_told_stray = True
            self.witness.remark(CLEAR_TEXT_BEFORE_TLS)

    def _judge(self, octets: bytes) -> None:
        """Tell of what should not have come."""
        reader = self._reader
        if isinstance(reader, HandshakeReader):
            if reader.is_implicit:
                stranger = self._sniffer.look(octets)
                problem = CLEAR_TEXT_FOR_TLS
                if stranger is not None:
                    problem = Problem("tls", stranger.what, stranger.advice)
                self._fail(problem)
            else:
                self._tell_stray_text()
        elif (stranger := self._sniffer.look(octets)) is not None:
            self.witness.failed("greeting", stranger.what, stranger.advice)

    def _watch_line(self, octets: bytes) -> None:
        end = octets.rfind(b"\n")
        self._line_octets = len(octets) - end - 1 if end >= 0 else self._line_octets + len(octets)
        if self._line_octets > MAX_LINE and self.is_open:
            stage = "reply" if self.has_reply else "greeting"
            self._fail(Problem(stage, *ENDLESS_LINE))

    # The end

    def _end_of_stream(self) -> None:
        # The server announced its end and may leave closing to us.
        self._has_goodbye = True
        self._inbox.shut()
        if self._ending is None:
            self._ending = ("server", "")
        self.close()

    def _fail(self, problem: Problem) -> None:
        """Tell of a failure after which nothing useful can come, and end the connection."""
        self.witness.failed(problem.stage, problem.what, problem.advice, chain=problem.chain)
        self._inbox.shut()
        self.close()
        self._changed()

    def _finish(self) -> None:
        if self.is_over:
            return
        self.is_over = True
        self._inbox.shut()
        session = self.witness.session
        if self._ending is None or self._ending[0] == "server":
            goodbye = None if self._layer is None else self._has_goodbye
            self._ending = describe_end(session, self._lost_error, goodbye)
            self._tell_early_end()
        self.witness.closed(*self._ending)
        self._changed()

    def _tell_early_end(self) -> None:
        if isinstance(self._reader, HandshakeReader):
            self.witness.failed(HANDSHAKE_CUT.stage, HANDSHAKE_CUT.what, HANDSHAKE_CUT.advice)
        elif not self.has_heard:
            self.witness.failed(NO_GREETING.stage, NO_GREETING.what, NO_GREETING.advice)


CLEAR_TEXT_FOR_TLS = Problem(
    "tls",
    "The server speaks in clear where TLS was due.",
    "If it is a mail server, use STARTTLS or None on this port.",
)
CLEAR_TEXT_BEFORE_TLS = (
    "Clear text came after the server agreed to STARTTLS and before TLS began. Somebody on the way"
    " may have put it there; a careful client throws it away (RFC 3207 section 6)."
)
ENDLESS_LINE = (
    "The server sent more than 1 MiB without ending the line; no reply is that long.",
    "SMTP allows 512 octets (RFC 5321 section 4.5.3.1.5): this is hardly a mail server.",
)
HANDSHAKE_CUT = Problem(
    "tls",
    "The server ended the connection during the TLS handshake.",
    "It may not speak TLS on this port, or refuse this client.",
)
NO_GREETING = Problem(
    "greeting",
    "The server ended the connection without a greeting.",
    "Ports for TLS from the start do that (choose TLS), and so do access lists.",
)
