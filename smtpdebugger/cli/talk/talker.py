"""The talker: carries out the lines of a script, one after the other, over one connection."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smtpdebugger.cli.talk.directives import (
    Directive,
    ScriptError,
    ending,
    file_and_size,
    help_text,
    read_directive,
    seconds,
    unescaped,
)
from smtpdebugger.cli.talk.guard import Guard
from smtpdebugger.protocol.command import Command, chunk_size, read_command
from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.state import State
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.transaction import open_envelope
from smtpdebugger.session.visible import visible
from smtpdebugger.transport.client import SmtpClient

if TYPE_CHECKING:
    from smtpdebugger.transport.binding import BindingKind
    from smtpdebugger.transport.sending import Sending
    from smtpdebugger.transport.source import Source

MOST_IN_GROUP = 10_000
"""Commands; they wait in memory until the group ends."""

MOST_NAMED = 3
"""Recipients named in a question."""

LONGEST_CHUNK = 1024 * 1024
"""Octets that may be typed behind a BDAT; a longer chunk comes from a file, by :bdat."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a script may do, and with which credentials."""

    allow_delivery: bool = False
    allow_clear_password: bool = False
    user: str = ""
    mechanism: str = ""
    password: Callable[[], Awaitable[str]] | None = None
    """Gives it, wherever it comes from. Raises ScriptError."""
    binding: "BindingKind" = "tls-server-end-point"
    """For the -PLUS mechanisms."""
    ask: Callable[[str], Awaitable[bool]] | None = None
    """Asks the person whether something may be delivered; None where nobody is there to ask."""


class Talker:
    """Sends what lines say. Whatever the server answers is in the session."""

    def __init__(
        self,
        client: SmtpClient,
        rules: Rules,
        tell: Callable[[str], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``tell`` gets help and the like, for people; ``pause`` is how ``:wait`` waits."""
        self.withheld = 0
        """How often something was not sent because of the rules."""
        self.is_over = False
        """Whether the script asked for the end."""
        self.is_out_of_step = False
        """Whether a reply did not come in time, so that further ones could be mistaken."""
        self.sending: Sending | None = None
        """How far the message is that is sent right now, or was last."""
        self._client = client
        self._session = client.session
        self._rules = rules
        self._tell = tell
        self._pause = pause
        self._guard = None if rules.allow_delivery else Guard(client.session)
        self._is_allowed = rules.allow_delivery
        """Whether mail may be delivered now: by the rules, or by a person for this transaction."""
        self._ending = b"\r\n"
        self._group: list[bytes] | None = None
        self._chunk: tuple[Command, bytearray] | None = None
        self._actions: dict[str, Callable[[str], Awaitable[None]]] = {
            "message": self._send_message,
            "bdat": self._send_chunks,
            "mail": self._send_mail,
            "group": self._begin_group,
            "end": self._send_group,
            "raw": self._send_raw,
            "ending": self._change_ending,
            "wait": self._wait,
            "starttls": self._start_tls,
            "auth": self._authenticate,
            "quit": self._quit,
            "help": self._help,
        }

    @property
    def unfinished(self) -> str:
        """What was begun and waits for more lines: ``:group``, ``BDAT``, or nothing."""
        if self._group is not None:
            return ":group"
        return "" if self._chunk is None else "BDAT"

    async def take(self, line: bytes) -> None:
        """Carry out one line. Raises ScriptError."""
        mode = self._session.expects
        among_data = self._chunk is not None or mode is Mode.MAIL_DATA
        if not among_data and not self._session.situation.recipients:
            self._is_allowed = self._rules.allow_delivery
        directive = read_directive(line, among_data=among_data)
        if directive is not None:
            await self._act(directive)
        elif self._group is not None:
            self._add_to_group(line)
        elif mode is Mode.MAIL_DATA and self._is_allowed:
            # The lone dot ends the mail data; any other dot at a line's start is doubled.
            is_stuffed = line.startswith(b".") and line != b"."
            await self._send(b"." * is_stuffed + line + self._ending)
        elif among_data or mode is Mode.SASL or (line and not line.startswith(b"#")):
            await self._send(line + self._ending)

    async def log_in(self, mechanism: str = "") -> bool:
        """AUTH with the credentials of the rules; whether it succeeded. Raises ScriptError."""
        from smtpdebugger.protocol.mechanisms import Credentials
        from smtpdebugger.transport.auth import Login

        rules, name = self._rules, mechanism or self._rules.mechanism
        if name.upper() != "EXTERNAL" and (not rules.user or rules.password is None):
            raise ScriptError("there is nobody to log in as: --user tells it")
        secret = "" if name.upper() == "EXTERNAL" else await self._password()
        login = Login(
            Credentials(rules.user, secret),
            name,
            allow_clear=rules.allow_clear_password,
            binding=rules.binding,
        )
        outcome = await self._client.authenticate(login)
        self.withheld += outcome.exchange is None
        if outcome.was_withheld:
            self._tell("--allow-clear-password lets the password through all the same.\n")
        self._watch(outcome.exchange)
        return outcome.has_succeeded

    async def _password(self) -> str:
        return "" if self._rules.password is None else await self._rules.password()

    # Lines

    async def _send(self, octets: bytes) -> None:
        if self._chunk is not None:
            await self._add_to_chunk(octets)
            return
        if not await self._may_send(octets):
            return
        if octets[:4].upper() == b"BDAT" and chunk_size(command := read_command(octets)):
            # A server answers once it has the chunk: both go out together.
            self._begin_chunk(command)
            return
        number = await self._client.exchange_octets(octets)
        if number and self._session.code(number) is None:
            self._watch(self._session.exchange(number))

    def _begin_chunk(self, command: Command) -> None:
        if chunk_size(command) > LONGEST_CHUNK:
            raise ScriptError("a chunk above 1 MiB has to come from a file, by :bdat FILE N")
        self._chunk = command, bytearray()

    async def _add_to_chunk(self, octets: bytes) -> None:
        if self._chunk is None:
            return
        command, so_far = self._chunk
        so_far += octets
        if len(so_far) < chunk_size(command):
            return
        self._chunk = None
        line = command.octets.rstrip(b"\r\n")
        self._watch(await self._client.send_chunk(line, bytes(so_far)))

    async def _may_send(self, octets: bytes) -> bool:
        if self._is_allowed or self._guard is None:
            return True
        verdict = self._guard.verdict(octets)
        if verdict and await self._asks(self._recipients()):
            return True
        if verdict:
            self._withhold(verdict)
        return not verdict

    async def _asks(self, recipients: tuple[str, ...]) -> bool:
        """Whether a person lets this transaction through; nobody is asked twice about one."""
        ask = self._rules.ask
        if ask is None:
            return False
        to = ", ".join(f"<{each}>" for each in recipients[:MOST_NAMED]) or "its recipients"
        more = len(recipients) - MOST_NAMED
        named = f"{to} and {more} more" if more > 0 else to
        self._is_allowed = await ask(f"This can deliver mail to {visible(named)}. Send it? [y/N] ")
        return self._is_allowed

    def _recipients(self) -> tuple[str, ...]:
        envelope = open_envelope(self._session)
        return () if envelope is None else envelope.recipients

    def _withhold(self, sentence: str) -> None:
        self.withheld += 1
        self._client.tell("send", sentence)

    def _watch(self, exchange: Exchange | None) -> None:
        if exchange is not None and exchange.reply is None:
            self.is_out_of_step = True

    # Directives

    async def _act(self, directive: Directive) -> None:
        if self._group is not None and directive.name not in {"end", "help"}:
            raise ScriptError(f":{directive.name} cannot stand in a :group")
        await self._actions[directive.name](directive.argument)

    async def _begin_group(self, _: str) -> None:
        self._group = []

    async def _send_raw(self, text: str) -> None:
        await self._send(unescaped(text))

    async def _change_ending(self, text: str) -> None:
        self._ending = ending(text)

    async def _wait(self, text: str) -> None:
        await self._pause(seconds(text))

    async def _start_tls(self, _: str) -> None:
        await self._client.start_tls()

    async def _authenticate(self, mechanism: str) -> None:
        await self.log_in(mechanism)

    async def _quit(self, _: str) -> None:
        self.is_over = True

    async def _help(self, about: str) -> None:
        if about == "mail":
            from smtpdebugger.cli.talk.mail import help_text as help_of_mail

            self._tell(help_of_mail())
            return
        self._tell(help_text())

    def _add_to_group(self, line: bytes) -> None:
        if self._group is None or not line or line.startswith(b"#"):
            return
        if len(self._group) >= MOST_IN_GROUP:
            raise ScriptError(f"a :group has at most {MOST_IN_GROUP} commands; end it with :end")
        self._group.append(line)

    async def _send_group(self, _: str) -> None:
        lines, self._group = self._group, None
        if lines is None:
            raise ScriptError(":end without a :group before it")
        if lines and await self._may_send(b"".join(line + self._ending for line in lines)):
            for exchange in await self._client.send_ahead(lines, self._ending):
                self._watch(exchange)

    async def _send_message(self, path: str) -> None:
        if not path:
            raise ScriptError(":message needs a file")
        if not await self._may_send_file(path, ":message"):
            return
        source = await self._open(path)
        if self._session.expects is not Mode.MAIL_DATA:
            await self._send(b"DATA\r\n")
            if self._session.situation.state is not State.DATA:
                source.close()
                return
        self._watch(await self._client.send_message(source, self._begin_sending(source)))

    async def _send_chunks(self, argument: str) -> None:
        path, size = file_and_size(argument)
        if not await self._may_send_file(path, ":bdat"):
            return
        source = await self._open(path, by_bdat=True)
        sending = self._begin_sending(source)
        chunks = size or source.size or 1
        for exchange in await self._client.send_chunks(source, chunks, sending=sending):
            self._watch(exchange)

    async def _send_mail(self, argument: str) -> None:
        from smtpdebugger.cli.talk.mail import read_mail
        from smtpdebugger.transport.mailing import Mail, send_mail

        order = read_mail(argument)
        recipients = order.envelope.recipients
        if not await self._may_send_file(order.path, ":mail", recipients):
            return
        source = await self._open(order.path, by_bdat=order.by == "bdat", envelope=order.envelope)
        envelope = order.envelope
        if order.tells_size:
            envelope = replace(envelope, size=source.size)
        mail = Mail(envelope, source, order.by, order.chunk_size, order.pipelined)
        sending = self._begin_sending(source)
        last = await send_mail(self._client, mail, sending)
        if sending.problem and last is None:
            self.withheld += 1
        self._watch(last)

    def _begin_sending(self, source: "Source") -> "Sending":
        from smtpdebugger.transport.sending import Sending

        self.sending = Sending()
        self.sending.total = source.size
        return self.sending

    async def _may_send_file(
        self, path: str, what: str, recipients: tuple[str, ...] | None = None
    ) -> bool:
        """Whether a file is there, and may be sent. Raises Unreadable."""
        from smtpdebugger.cli.talk.messages import check_readable

        check_readable(path)
        named = self._recipients() if recipients is None else recipients
        if self._is_allowed or await self._asks(named):
            return True
        self._withhold(
            f"{what} sent nothing: it could deliver mail. --allow-delivery lets it through."
        )
        return False

    async def _open(
        self, path: str, *, by_bdat: bool = False, envelope: Envelope | None = None
    ) -> "Source":
        from smtpdebugger.cli.talk.messages import open_message

        return await open_message(
            path, self._session, self._tell, by_bdat=by_bdat, envelope=envelope
        )
