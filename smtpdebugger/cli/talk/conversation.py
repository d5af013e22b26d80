"""One conversation with a server, from connecting to the last line of the file."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from smtpdebugger.cli.talk.directives import ScriptError, Unreadable
from smtpdebugger.cli.talk.stopping import Stopper
from smtpdebugger.cli.talk.talker import Talker
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.session.session import Session
from smtpdebugger.tasks import spawn
from smtpdebugger.transport.client import SmtpClient

if TYPE_CHECKING:
    from smtpdebugger.transcript.recorder import Recorder

DONE, NEGATIVE, USAGE, FAILED = 0, 1, 2, 3

RECORD_AFTER = 0.1
"""Seconds; until then the time goes into connecting, and nothing is lost meanwhile."""
QUIT_SECONDS = 10.0
HASTY_QUIT_SECONDS = 1.0
CLOSE_FILE_SECONDS = 5.0


class Lines(Protocol):
    """Where lines come from."""

    number: int

    @property
    def has_more(self) -> bool:
        """Whether a line was read that was not used."""

    @property
    def is_ready(self) -> bool:
        """Whether the next line is there without waiting."""

    async def next(self) -> bytes | None:
        """The next line; None at the end."""


def complain(sentence: str) -> None:
    """Tell of a problem on standard error."""
    sys.stderr.write(f"smtpdebugger talk: {sentence}\n")


def say(text: str) -> None:
    """Tell something for people on standard error."""
    sys.stderr.write(text)


def refused(session: Session) -> list[int]:
    """The numbers of the exchanges that the server refused."""
    codes = ((number, session.code(number)) for number in _numbers(session))
    return [number for number, code in codes if code is not None and 400 <= code <= 599]


def unanswered(session: Session) -> list[int]:
    """The numbers of the commands that got no reply; QUIT needs none."""
    silent = (number for number in _numbers(session) if session.code(number) is None)
    return [
        number
        for number in silent
        if session.exchange(number).reply is None and session.verb(number) != "QUIT"
    ]


def _numbers(session: Session) -> range:
    return range(1, len(session.exchanges) + 1)


class Conversation:
    """Connects, sends the lines, says goodbye; ``exit_code`` sums it up."""

    def __init__(
        self,
        client: SmtpClient,
        talker: Talker,
        lines: Lines,
        stopper: Stopper,
        *,
        is_interactive: bool = False,
        limit: int = 0,
        save: Path | None = None,
        leaves_ehlo: bool = False,
        look_up: Callable[[], Coroutine[None, None, bool]] | None = None,
    ) -> None:
        """``limit``: after how many exchanges to end; 0: never.

        ``look_up``: what else to find out before the script; whether it turned out well.
        ``leaves_ehlo``: the lines begin with the last EHLO, so connecting sends none.
        """
        self._client = client
        self._session: Session = client.session
        self._talker = talker
        self._lines = lines
        self._stopper = stopper
        self._is_interactive = is_interactive
        self._limit = limit
        self._save = save
        self._leaves_ehlo = leaves_ehlo
        self._look_up = look_up
        self._recorder: Recorder | None = None
        self._problem = DONE
        """The exit code that something other than a reply asks for."""

    @property
    def exit_code(self) -> int:
        """What the process is to end with."""
        if self._stopper.exit_code is not None:
            return self._stopper.exit_code
        is_negative = bool(refused(self._session)) or bool(unanswered(self._session))
        return self._problem or (NEGATIVE if is_negative or self._talker.withheld else DONE)

    async def hold(self, *, log_in: bool) -> None:
        """All of it. ``log_in``: with the credentials of the rules, before the script."""
        is_ready = await self._connect()
        await self._find_out()
        if is_ready:
            hurrying = spawn(self._hurry(), "hurry")
            if not log_in or await self._log_in():
                await self._send_lines()
            self._stopper.wake()
            await hurrying
        await self._say_goodbye()
        self._close_file()

    # Connecting

    async def _connect(self) -> bool:
        """Whether the script can begin."""
        connecting = spawn(self._client.connect(leaves_ehlo=self._leaves_ehlo), "connect")
        if not await self._stopper.outlasts(connecting, RECORD_AFTER):
            self._record()
            await self._stopper.outlasts(connecting)
        if not connecting.done():
            connecting.cancel()
            await asyncio.wait({connecting})
        self._record()
        if self._is_ready():
            return True
        if self._stopper.exit_code is None:
            self._problem = FAILED
        return self._is_interactive and self._client.is_connected

    async def _find_out(self) -> None:
        if self._look_up is None or self._stopper.exit_code is not None:
            return
        looking = spawn(self._look_up(), "look up")
        # The connection may be over already, and what was published is of interest all the same.
        await self._stopper.outlasts_asking(looking)
        if not looking.done():
            looking.cancel()
            await asyncio.wait({looking})
        elif not looking.result():
            self._problem = self._problem or NEGATIVE

    def _is_ready(self) -> bool:
        session, settings = self._session, self._client.settings
        first = session.exchanges[0] if session.exchanges else None
        if not self._client.is_connected and not session.situation.greeting:
            self._explain_certificate()
            return False
        if first is None or first.code is None:
            return False
        if settings.security != "none" and not session.situation.tls:
            if self._client.untrusted is not None:
                self._explain_certificate()
            else:
                complain(
                    "the connection is not encrypted as was asked for, so nothing of the script"
                    " was sent. --security none talks in clear."
                )
            return False
        return True

    def _explain_certificate(self) -> None:
        if self._client.untrusted is not None:
            complain(
                "the server's certificate is not trusted. --ca FILE trusts those it was issued"
                " by, --insecure trusts any."
            )

    def _record(self) -> None:
        if self._save is None or self._recorder is not None:
            return
        from smtpdebugger.transcript.recorder import Recorder

        post = asyncio.get_running_loop().call_soon_threadsafe
        self._recorder = Recorder(
            self._session, self._save, complain, post, on_recovery=self._tell_of_recovery
        )

    def _tell_of_recovery(self) -> None:
        if self._recorder is not None:
            complain(f"the session is recorded in {self._recorder.path} again.")

    def _close_file(self) -> None:
        recorder = self._recorder
        if recorder is None:
            return
        if not recorder.close(CLOSE_FILE_SECONDS):
            self._problem = self._problem or FAILED
            complain(f"the session is not saved in {recorder.path}.")
        elif recorder.path != self._save:
            complain(f"{self._save} was there already: the session is saved in {recorder.path}.")

    async def _log_in(self) -> bool:
        try:
            has_succeeded = await self._talker.log_in()
        except ScriptError as error:
            complain(f"{error}.")
            self._problem = NEGATIVE
            has_succeeded = False
        if not has_succeeded:
            complain("not logged in, so nothing of the script was sent.")
        return has_succeeded or self._is_interactive

    # The script

    async def _send_lines(self) -> None:
        talker, session = self._talker, self._session
        while self._client.is_connected and not talker.is_over and not self._stopper.is_woken:
            try:
                line = await self._next_line()
                if line is None:
                    break
                await talker.take(line)
            except ScriptError as error:
                if self._complain_of_line(error):
                    return
            if talker.is_out_of_step and not self._is_interactive and self._client.is_connected:
                complain("no reply came in time, so the rest of the script was not sent.")
                return
            if self._limit and len(session.exchanges) > self._limit:
                complain(f"{self._limit} commands are enough; --limit N allows more.")
                self._problem = NEGATIVE
                return
        self._tell_of_rest()

    async def _next_line(self) -> bytes | None:
        if self._lines.is_ready:
            return await self._lines.next()
        reading: asyncio.Task[bytes | ScriptError | None] = spawn(self._read(), "next line")
        if not await self._stopper.outlasts(reading):
            reading.cancel()
            await asyncio.wait({reading})
            return None
        line = reading.result()
        if isinstance(line, ScriptError):
            raise line
        return line

    async def _read(self) -> bytes | ScriptError | None:
        # What a task raises is reported as a fault of ours.
        try:
            return await self._lines.next()
        except ScriptError as error:
            return error

    def _complain_of_line(self, error: ScriptError) -> bool:
        """Tell what is wrong with a line; whether the script is over with it."""
        is_unreadable = isinstance(error, Unreadable)
        place = "" if is_unreadable or self._is_interactive else f"line {self._lines.number}: "
        complain(f"{place}{error}.")
        if not self._is_interactive:
            self._problem = FAILED if is_unreadable else USAGE
        return not self._is_interactive

    def _tell_of_rest(self) -> None:
        if self._talker.unfinished:
            complain(f"the script ended in a {self._talker.unfinished}, which was not sent.")
            self._problem = USAGE
        if self._stopper.exit_code is None and self._lines.has_more and not self._talker.is_over:
            complain(f"the connection ended: what follows line {self._lines.number} was not sent.")
            self._problem = NEGATIVE

    # The end

    async def _hurry(self) -> None:
        """Once somebody asks to stop, end the connection though a reply is still awaited."""
        await self._stopper.woken()
        if self._stopper.exit_code is not None:
            await self._say_goodbye()

    async def _say_goodbye(self) -> None:
        client, session = self._client, self._session
        if not client.is_connected:
            return
        if session.expects is Mode.MAIL_DATA:
            complain(
                "the mail data was not ended: the connection was ended without the dot, so the"
                " server must not deliver it (RFC 5321 section 4.1.1.4)."
            )
            self._problem = self._problem or NEGATIVE
        if session.expects is not Mode.COMMANDS or session.has_open_line:
            await client.disconnect("in the middle of something that was not ended")
            return
        last = session.exchanges[-1] if session.exchanges else None
        has_quit = last is not None and last.verb == "QUIT" and last.code is not None
        is_hasty = self._stopper.exit_code is not None or self._talker.is_out_of_step
        if has_quit:
            # The server closes; a moment for it to do so.
            await self._stopper.pause(client.settings.timeouts.close)
        else:
            quitting = spawn(client.quit(), "quit")
            await asyncio.wait({quitting}, timeout=HASTY_QUIT_SECONDS if is_hasty else QUIT_SECONDS)
            await client.disconnect()
            await asyncio.wait({quitting})
        await client.disconnect()
