"""The client: connects as it is told, sends what it is given, and records everything.

Nothing is sent that was not asked for, except EHLO on connect when that is chosen. Whatever fails
becomes an event of the session, never an exception; only cancelling a call passes through, and
ends the connection.
"""

import asyncio
from typing import TYPE_CHECKING

from aiosmtplib import SMTPException

from smtpdebugger.protocol.framing import Mode
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.transport.ahead import slices
from smtpdebugger.transport.delivering import Delivering
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts, Trust

if TYPE_CHECKING:
    from smtpdebugger.transport.auth import Login, Outcome

__all__ = ["ConnectionSettings", "SmtpClient", "Timeouts", "Trust"]

CRLF = b"\r\n"


class SmtpClient(Delivering):
    """One connection to one server, as a person drives it."""

    # Connecting

    async def connect(self, *, leaves_ehlo: bool = False) -> bool:
        """Connect; then TLS, EHLO and STARTTLS as the settings say. True if a connection stands.

        A server that greets with a refusal, or does not greet in time, stays connected.
        ``leaves_ehlo``: the caller says EHLO itself, so the last one is left to it.
        """
        if self.is_connected:
            return True
        self._tap = None
        self._has_given_up = False
        with self._ending_when_cancelled():
            if not await self._open():
                return False
            if self.settings.security == "tls":
                await self._settle_tls()
            await self._introduce(leaves_ehlo=leaves_ehlo)
        return self.is_connected

    async def _introduce(self, *, leaves_ehlo: bool) -> None:
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
        is_upgrading = self.settings.security == "starttls"
        says_last = self.settings.ehlo and not leaves_ehlo
        if (self.settings.ehlo if is_upgrading else says_last) and not await self.ehlo():
            if is_upgrading and self.is_connected:
                what = "EHLO was not accepted, so STARTTLS was not sent: all is in clear."
                self._refuse(what, "Do not log in here. Try port 465 with TLS.")
            return
        if is_upgrading and await self.start_tls() and says_last:
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

    async def exchange_octets(self, octets: bytes) -> int:
        """Send octets as they are; wait for the reply to the last exchange that they opened.

        Its number, or 0 where they opened none. For whoever sends much and reads little: the
        exchange itself is not made.
        """
        with self._ending_when_cancelled():
            if not await self._can_send(octets):
                return 0
            number = await self._write_octets(octets)
            await self._wait_for_number(number)
        return number

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

    async def send_response(self, text: str | bytes) -> Exchange | None:
        """Send a SASL response; nothing where no challenge asked for one (RFC 4954)."""
        if self.session.expects is not Mode.SASL:
            self._refuse("The login was not sent: the server did not ask for it with 334.")
            return None
        return await self._send_and_wait(_octets(text) + CRLF)

    async def authenticate(self, login: "Login") -> "Outcome":
        """Log in with one mechanism, step by step; the person's, or the strongest offered."""
        # Few sessions log in; the others start sooner without the mechanisms.
        from smtpdebugger.transport.auth import log_in

        with self._ending_when_cancelled():
            return await log_in(self, login)

    async def ehlo(self) -> bool:
        """EHLO, or LHLO in LMTP, with the client name of the settings; whether it was accepted."""
        verb = "LHLO" if self.settings.protocol == "lmtp" else "EHLO"
        literal = "[127.0.0.1]" if self._opened is None else self._opened.literal
        name = self.settings.client_name or literal
        if not name.isascii() or not name.isprintable() or " " in name:
            advice = "Use a host name in ASCII, without blanks (RFC 5321 section 2.3.5)."
            self._refuse(f"{verb} was not sent: “{name}” cannot be a client name.", advice)
            return False
        with self._ending_when_cancelled():
            if not await self._can_send(b"") or self._smtp is None:
                return False
            try:
                reply = await self._smtp.execute_command(verb.encode(), name.encode())
            except SMTPException:
                # Never answered: the session has it.
                return False
        return 200 <= reply.code < 300

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

    # One thing at a time

    async def _send_and_wait(self, octets: bytes) -> Exchange | None:
        number = await self.exchange_octets(octets)
        return self.session.exchange(number) if number else None


def _octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def _has_starttls(lines: list[bytes]) -> bool:
    return any(line[:8].upper() == b"STARTTLS" for line in lines)
