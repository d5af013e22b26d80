"""Messages over a connection: as mail data or as chunks, in slices, with an end at any moment.

A message is never begun anew by itself, and nothing of it is sent twice.
"""

import asyncio

from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.transparency import Stuffer
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.transport.connection import Connection
from smtpdebugger.transport.excess import Excess
from smtpdebugger.transport.sending import Sending
from smtpdebugger.transport.source import SLICE, Buffered, Octets, Source, SourceError

CRLF = b"\r\n"

CANCELLED = "The message was cancelled: {sent} of {total} octets were sent."
ANSWERED_EARLY = "The server answered before the message ended; the rest was not sent."
UNENDED = "It was not ended, so the server must not deliver it (RFC 5321 section 4.1.1.4)."
CHUNK_UNENDED = "Its last chunk was not sent, so the server must not deliver it (RFC 3030 2)."


class Delivering(Connection):
    """The part of a client that sends messages."""

    async def send_message(
        self, message: bytes | Source, sending: Sending | None = None
    ) -> Exchange | None:
        """After a 354: send mail data, dots stuffed, and end it; wait for the reply.

        A missing last line end is added (RFC 5321 sections 4.5.2 and 4.1.1.4). Where it cannot be
        sent to its end the connection is ended without the dot.
        """
        if self.session.expects is not Mode.MAIL_DATA:
            self._refuse("No mail data was sent: the server did not answer DATA with 354.")
            return None
        source = Octets(message) if isinstance(message, bytes) else message
        with self._ending_when_cancelled():
            if not await self._can_send(b""):
                return None
            try:
                return await self._send_mail_data(source, sending or Sending())
            finally:
                self._tell_growth(source)

    async def _send_mail_data(self, source: Source, sending: Sending) -> Exchange | None:
        stuffer = Stuffer()
        before = len(self.session.exchanges)
        sending.total = source.size
        with self._witness.sending(self._witness.excess()):
            while self._may_go_on(sending, before):
                piece = await self._read(source, SLICE, sending)
                if not piece:
                    break
                await self._write(stuffer.feed(piece))
                sending.dots = stuffer.dots
                sending.went(len(piece))
                await asyncio.sleep(0)
        # A connection that ends leaves mail data that nobody answered.
        if len(self.session.exchanges) > before and self.session.exchange(before + 1).reply:
            return self._answered_early(sending)
        if sending.problem or not self.is_connected:
            await self._give_up_message(sending)
            return None
        last = await self._write(stuffer.end())
        await self._wait_for(last)
        return last

    async def send_chunk(self, command_line: str | bytes, octets: bytes) -> Exchange | None:
        """Send a BDAT line and, without waiting, its octets (RFC 3030 section 2).

        The number in the line is the person's, right or wrong.
        """
        line = command_line if isinstance(command_line, bytes) else command_line.encode()
        with self._ending_when_cancelled():
            if not await self._can_send(b""):
                return None
            exchange = await self._write_chunk(line, octets, self._witness.excess())
            await self._wait_for(exchange)
        return exchange

    async def send_chunks(
        self,
        message: bytes | Source,
        size: int,
        *,
        ahead: bool = False,
        sending: Sending | None = None,
    ) -> list[Exchange]:
        """Send a message in chunks of ``size`` octets, the last one marked (RFC 3030 section 2).

        Each waits for the reply to the one before; with ``ahead`` all are sent and then all
        replies awaited. After a refusal no further chunk is sent. Raises ValueError for a size
        below 1.
        """
        if size < 1:
            raise ValueError("a chunk has at least one octet")
        source = Octets(message) if isinstance(message, bytes) else message
        sending = sending or Sending()
        sending.total = source.size
        with self._ending_when_cancelled():
            if not await self._can_send(b""):
                return []
            try:
                exchanges = await self._send_all_chunks(source, size, sending, ahead=ahead)
            finally:
                self._tell_growth(source)
            for exchange in exchanges:
                await self._wait_for(exchange)
        return exchanges

    async def _send_all_chunks(
        self, source: Source, size: int, sending: Sending, *, ahead: bool
    ) -> list[Exchange]:
        buffered, excess = Buffered(source), self._witness.excess()
        exchanges: list[Exchange] = []
        left = source.size
        while True:
            length = min(size, left)
            left -= length
            line = f"BDAT {length}{' LAST' if not left else ''}".encode()
            exchange = await self._send_one_chunk(line, length, buffered, sending, excess)
            if exchange is None:
                return exchanges
            exchanges.append(exchange)
            if not ahead:
                await self._wait_for(exchange)
            if not left or not self._may_send_next(exchanges, sending, ahead=ahead):
                return exchanges

    async def _send_one_chunk(
        self, line: bytes, length: int, source: Buffered, sending: Sending, excess: Excess
    ) -> Exchange | None:
        exchange: Exchange | None = None
        left = length
        while left or exchange is None:
            try:
                piece = await source.exactly(min(SLICE, left))
            except SourceError as error:
                sending.problem = str(error)
                if exchange is not None:
                    await self._give_up_chunk(sending)
                else:
                    self._refuse(f"{sending.problem} {CHUNK_UNENDED}")
                return None
            if exchange is None:
                exchange = await self._write_chunk(line, piece, excess)
            else:
                await self._write_slices(piece, excess)
            if exchange is None or not self.is_connected:
                return exchange
            left -= len(piece)
            sending.went(len(piece))
            if sending.is_cancelled and left:
                sending.problem = CANCELLED.format(sent=sending.sent, total=sending.total)
                await self._give_up_chunk(sending)
                return exchange
        sending.chunks += 1
        return exchange

    async def send_split(self, pieces: list[bytes], seconds: float) -> Exchange | None:
        """Send octets piece by piece with a pause after each, then wait for the reply.

        The last exchange that was opened, or None where no line ended in them.
        """
        with self._ending_when_cancelled():
            if not await self._can_send(b""):
                return None
            last = None
            for index, piece in enumerate(pieces):
                if index:
                    await asyncio.sleep(seconds)
                last = await self._write(piece) or last
            await self._wait_for(last)
        return last

    async def news_within(self, seconds: float) -> bool:
        """Wait until the server says something, at most so long; whether it did."""
        tap = self._tap
        if tap is None:
            return False
        before = len(self.session.rows)
        try:
            await asyncio.wait_for(tap.until(lambda: len(self.session.rows) > before), seconds)
        except TimeoutError:
            return False
        return len(self.session.rows) > before

    async def send_octets(self, octets: bytes) -> None:
        """Send octets as they are and wait for nothing."""
        with self._ending_when_cancelled():
            if await self._can_send(b""):
                await self._write(octets)

    # Its parts

    async def _write_chunk(self, line: bytes, octets: bytes, excess: Excess) -> Exchange | None:
        exchange = await self._write(line + CRLF)
        await self._write_slices(octets, excess)
        return exchange

    async def _write_slices(self, octets: bytes, excess: Excess) -> None:
        with self._witness.sending(excess):
            for start in range(0, len(octets), SLICE):
                await self._write(octets[start : start + SLICE])
                await asyncio.sleep(0)

    def _may_go_on(self, sending: Sending, before: int) -> bool:
        """Whether to send the next slice of mail data."""
        if sending.is_cancelled and not sending.problem:
            sending.problem = CANCELLED.format(sent=sending.sent, total=sending.total)
        return not sending.problem and self.is_connected and len(self.session.exchanges) == before

    def _may_send_next(self, exchanges: list[Exchange], sending: Sending, *, ahead: bool) -> bool:
        if not self.is_connected:
            return False
        refused = next((each for each in exchanges if each.is_negative), None)
        if refused is not None:
            sending.problem = f"The server refused a chunk with {refused.code}."
        elif not ahead and exchanges[-1].reply is None:
            sending.problem = "No reply came to a chunk."
        elif sending.is_cancelled:
            sending.problem = CANCELLED.format(sent=sending.sent, total=sending.total)
        if sending.problem:
            self._refuse(f"{sending.problem} {CHUNK_UNENDED}", "RSET ends the transaction.")
        return not sending.problem

    async def _read(self, source: Source, limit: int, sending: Sending) -> bytes:
        try:
            return await source.read(limit)
        except SourceError as error:
            sending.problem = str(error)
            return b""

    def _answered_early(self, sending: Sending) -> Exchange:
        exchange = self.session.exchanges[-1]
        sending.problem = ANSWERED_EARLY
        advice = "What is sent next may be taken for the message: disconnect, and connect again."
        self._refuse(f"{ANSWERED_EARLY} {sending.sent} of {sending.total} octets were.", advice)
        return exchange

    async def _give_up_message(self, sending: Sending) -> None:
        if not self.is_connected:
            sending.problem = (
                sending.problem or "The connection ended in the middle of the message."
            )
            return
        self._refuse(f"{sending.problem} {UNENDED}")
        await self.disconnect("in the middle of a message")

    async def _give_up_chunk(self, sending: Sending) -> None:
        self._refuse(f"{sending.problem} {CHUNK_UNENDED}")
        await self.disconnect("in the middle of a chunk")

    def _tell_growth(self, source: Source) -> None:
        told = source.close()
        if told:
            self._witness.remark(told)
