"""A whole mail transaction: MAIL, each RCPT, and the message by DATA or BDAT, once."""

from dataclasses import dataclass
from typing import Literal, Protocol

from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.session.transaction import deliveries, summary
from smtpdebugger.transport.sending import Sending
from smtpdebugger.transport.source import Source

NOBODY = "No recipient was accepted, so nothing of the message was sent."
NOBODY_EMPTY = (
    "No recipient was accepted, but the server took DATA all the same: an empty message was ended"
    " at once (RFC 2920 section 3.1)."
)

NO_UTF8 = (
    "MAIL was not sent: an address has characters beyond ASCII, and the server did not offer"
    " SMTPUTF8 (RFC 6531 section 3.2)."
)
NO_UTF8_ADVICE = "Use an ASCII address; a domain can be written with xn--."


@dataclass(frozen=True, slots=True)
class Mail:
    """What to send, and how."""

    envelope: Envelope
    source: Source
    by: Literal["data", "bdat"] = "data"
    chunk_size: int = 0
    """Octets of a chunk; 0: all in one."""
    pipelined: bool = False
    """MAIL, RCPT and DATA, or BDAT, in one group (RFC 2920)."""


class Wire(Protocol):
    """What a transaction needs of a client."""

    session: Session

    @property
    def is_connected(self) -> bool:
        """Whether something can be sent."""

    def tell(self, stage: str, what: str, advice: str = "") -> None:
        """Put a failure into the session."""

    def note(self, text: str) -> None:
        """Put a remark into the session."""

    async def send_line(self, line: str | bytes, ending: bytes = b"\r\n") -> Exchange | None:
        """Send one line and wait for its reply."""

    async def send_ahead(self, lines: list[bytes], ending: bytes = b"\r\n") -> list[Exchange]:
        """Send lines together, then wait for all replies."""

    async def send_message(
        self, message: bytes | Source, sending: Sending | None = None
    ) -> Exchange | None:
        """After a 354, send a message."""

    async def send_chunks(
        self,
        message: bytes | Source,
        size: int,
        *,
        ahead: bool = False,
        sending: Sending | None = None,
    ) -> list[Exchange]:
        """Send a message in chunks."""


async def send_mail(wire: Wire, mail: Mail, sending: Sending) -> Exchange | None:
    """The last exchange: of the message, if it came to that; None where nothing was sent.

    Nothing is sent where an address needs SMTPUTF8 and that was not offered. The first refusal ends
    it, except of single recipients. ``sending.problem`` tells why it went
    no further, and ``sending.summary`` for whom an LMTP server took it.
    """
    try:
        last = await _Transaction(wire, mail, sending).carry_out()
    finally:
        mail.source.close()
    if last is not None:
        sending.summary = summary(deliveries(wire.session, last.number))
        if sending.summary:
            wire.note(sending.summary)
    return last


class _Transaction:
    def __init__(self, wire: Wire, mail: Mail, sending: Sending) -> None:
        self._wire = wire
        self._mail = mail
        self._sending = sending
        sending.total = mail.source.size

    async def carry_out(self) -> Exchange | None:
        mail = self._mail
        offered = self._wire.session.situation.capabilities
        if mail.envelope.is_international and (offered is None or "SMTPUTF8" not in offered):
            return self._stop(None, NO_UTF8, NO_UTF8_ADVICE)
        if mail.pipelined:
            return await self._send_ahead()
        last = None
        accepted = 0
        for index, command in enumerate(mail.envelope.commands()):
            if self._sending.is_cancelled:
                return self._stop(last, "The message was cancelled before it began.")
            last = await self._wire.send_line(command)
            if last is None or last.reply is None:
                return self._stop(last, "No reply came.")
            if index == 0 and last.is_negative:
                return self._stop(last, f"The server refused MAIL with {last.code}.")
            accepted += index > 0 and not last.is_negative
        if not accepted:
            return self._stop(last, NOBODY)
        if mail.by == "bdat":
            return await self._send_chunks()
        return await self._send_data()

    async def _send_ahead(self) -> Exchange | None:
        mail = self._mail
        lines = [command.encode() for command in mail.envelope.commands()]
        if mail.by == "data":
            lines.append(b"DATA")
        exchanges = await self._wire.send_ahead(lines)
        if not exchanges:
            return self._stop(None, "Nothing was sent.")
        if exchanges[0].is_negative and self._wire.session.expects is not Mode.MAIL_DATA:
            return self._stop(exchanges[-1], f"The server refused MAIL with {exchanges[0].code}.")
        accepted = [each for each in exchanges[1 : len(lines)] if each.verb == "RCPT"]
        has_accepted = any(each.code is not None and not each.is_negative for each in accepted)
        if mail.by == "data":
            if self._wire.session.expects is Mode.MAIL_DATA and not has_accepted:
                last = await self._wire.send_message(b"")
                return self._stop(last, NOBODY_EMPTY)
            return await self._send_message(exchanges[-1])
        if not has_accepted:
            return self._stop(exchanges[-1], NOBODY)
        return await self._send_chunks(ahead=True)

    async def _send_data(self) -> Exchange | None:
        return await self._send_message(await self._wire.send_line("DATA"))

    async def _send_message(self, data: Exchange | None) -> Exchange | None:
        if self._wire.session.expects is not Mode.MAIL_DATA:
            code = None if data is None else data.code
            said = f"refused DATA with {code}" if code else "did not answer DATA"
            return self._stop(data, f"The server {said}.")
        return await self._wire.send_message(self._mail.source, self._sending)

    async def _send_chunks(self, *, ahead: bool = False) -> Exchange | None:
        mail = self._mail
        size = mail.chunk_size or max(1, mail.source.size)
        exchanges = await self._wire.send_chunks(
            mail.source, size, ahead=ahead, sending=self._sending
        )
        return exchanges[-1] if exchanges else None

    def _stop(
        self, last: Exchange | None, why: str, advice: str = "RSET ends the transaction."
    ) -> Exchange | None:
        self._sending.problem = why
        if self._wire.is_connected:
            self._wire.tell("send", why, advice)
        return last
