"""The speaker: carries out what the login and message dialogs ask for; says things again."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject

from smtpdebugger import tasks
from smtpdebugger.gui.composer.login_dialog import LoginDialog
from smtpdebugger.gui.composer.message_dialog import MessageDialog
from smtpdebugger.gui.composer.octets_dialog import OctetsDialog
from smtpdebugger.gui.composer.requests import (
    EndRequest,
    LoginRequest,
    MessageRequest,
    OctetsRequest,
)
from smtpdebugger.gui.live import LiveSession
from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.panels.connection_bar import Choice
from smtpdebugger.keeping import SecretStore
from smtpdebugger.protocol.message_facts import MessageFacts
from smtpdebugger.session.repeat import again, commands_up_to
from smtpdebugger.transport.auth import Login, Outcome
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.ends import try_end
from smtpdebugger.transport.mailing import Mail, send_mail
from smtpdebugger.transport.sending import Sending
from smtpdebugger.transport.source import File, Octets, Source, SourceError, WithCrlf, scan

END_SECONDS = 5.0
"""How long a server has to take something for the end of mail data."""
NO_CONNECTION = "There is no connection. Connect first, then send."


class Speaker(QObject):
    """Joins the dialogs of one page to its live session."""

    def __init__(
        self, page: SessionPage, live: LiveSession, store: SecretStore | None = None
    ) -> None:
        super().__init__(page)
        self._page = page
        self._live = live
        self._store = store or SecretStore()
        self._login: LoginDialog | None = None
        self._message: MessageDialog | None = None
        self._octets: OctetsDialog | None = None
        self._sending: Sending | None = None
        self._facts: tuple[Path, MessageFacts] | None = None
        self._scanning: asyncio.Task[None] | None = None
        self._following: tuple[str, ...] = ()
        self._has_begun = False
        """Whether the connection over which ``_following`` is to be said is being made."""
        page.login_wanted.connect(self.open_login)
        page.message_wanted.connect(self.open_message)
        page.octets_wanted.connect(self.open_octets)
        page.again_wanted.connect(self.say_again)
        live.began.connect(self._connection_began)
        live.changed.connect(self._connection_changed)

    # Logging in

    def open_login(self) -> None:
        """Show the login dialog for the connection that stands."""
        if not self._is_ready():
            return
        if self._login is None:
            self._login = LoginDialog(self._page)
            self._login.wanted.connect(self._log_in)
            self._login.user_chosen.connect(self._look_for_secret)
        situation = self._page.watcher.session.situation
        offered = () if situation.capabilities is None else situation.capabilities.auth_mechanisms
        self._login.show_server(offered, tls=situation.tls)
        self._login.show()
        self._login.user.setFocus()

    def _look_for_secret(self, user: str) -> None:
        if user:
            tasks.spawn(self._find_secret(user), "keyring")

    async def _find_secret(self, user: str) -> None:
        secret = await self._store.find(user, self._server())
        if self._login is not None and secret and self._login.user.text() == user:
            self._login.show_secret(secret)

    def _log_in(self, request: LoginRequest) -> None:
        login = Login(
            request.who,
            request.mechanism,
            request.initial_response,
            request.allow_clear,
            request.binding,
        )

        async def work(client: SmtpClient) -> None:
            server = self._server()
            outcome = await client.authenticate(login)
            self._tell_outcome(outcome)
            if outcome.has_succeeded and request.remember:
                problem = await self._store.keep(request.who.user, server, request.who.secret)
                if problem:
                    self._page.notice.tell(problem)

        self._live.use(work)

    def _tell_outcome(self, outcome: Outcome) -> None:
        if outcome.problem:
            self._page.notice.tell(f"{outcome.mechanism} {outcome.problem}".strip())

    def _server(self) -> str:
        situation = self._page.watcher.session.situation
        return f"{situation.host}:{situation.port}"

    # Messages

    def open_message(self) -> None:
        """Show the message dialog."""
        dialog = self._dialog()
        self._show_server()
        dialog.show()
        dialog.activateWindow()

    def _dialog(self) -> MessageDialog:
        if self._message is None:
            dialog = MessageDialog(self._page)
            dialog.wanted.connect(self._send)
            dialog.cancelled.connect(self._cancel)
            dialog.content.file_chosen.connect(self._look_through)
            self._message = dialog
        return self._message

    def _show_server(self) -> None:
        if self._message is None:
            return
        session = self._page.watcher.session
        situation = session.situation
        self._message.show_server(
            situation.capabilities,
            tls=situation.tls,
            is_practice=session.header.origin == "practice",
        )

    def _look_through(self, path: Path) -> None:
        if self._scanning is not None:
            self._scanning.cancel()
        self._scanning = tasks.spawn(self._scan(path), "look through a message")

    async def _scan(self, path: Path) -> None:
        dialog = self._dialog()
        self._facts = None
        try:
            facts = await scan(
                File(path), lambda octets: dialog.content.tell(f"{octets} octets looked through…")
            )
        except SourceError as error:
            dialog.show_facts(None, str(error))
            return
        if dialog.content.file == path:
            self._facts = path, facts
            about = f"{facts.octets} octets in {facts.lines} lines, the longest {facts.longest}."
            dots = f" {facts.dots} lines begin with a dot." if facts.dots else ""
            dialog.show_facts(facts, about + dots)

    def _send(self, request: MessageRequest) -> None:
        if not self._is_ready():
            return
        try:
            source = self._source(request)
        except SourceError as error:
            self._dialog().show_sending(False, f"▲ {error}")
            return
        self._sending = Sending(self._show_progress)
        self._dialog().show_sending(True)
        mail = Mail(request.envelope, source, request.by, request.chunk_size, request.pipelined)
        sending = self._sending

        async def work(client: SmtpClient) -> None:
            try:
                last = await send_mail(client, mail, sending)
            finally:
                self._sending = None
                self._dialog().show_sending(False, "")
            told = told_of(sending, request.by, None if last is None else last.code)
            self._dialog().show_sending(False, told)

        self._live.use(work)

    def _source(self, request: MessageRequest) -> Source:
        """Raises SourceError."""
        if request.file is None:
            octets = request.octets or b""
            if request.crlf:
                octets = octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
                octets = octets.replace(b"\n", b"\r\n")
            return Octets(octets)
        source = File(request.file)
        if not request.crlf:
            return source
        if self._facts is None or self._facts[0] != request.file:
            source.close()
            raise SourceError("The file is still being looked through; press Send again then.")
        return WithCrlf(source, self._facts[1])

    def _show_progress(self, sending: Sending) -> None:
        self._dialog().show_progress(sending.sent, sending.total)

    def _cancel(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    # Octets

    def open_octets(self) -> None:
        """Show the octets dialog."""
        if self._octets is None:
            self._octets = OctetsDialog(self._page)
            self._octets.wanted.connect(self._send_octets)
            self._octets.end_wanted.connect(self._try_end)
        self._octets.show()
        self._octets.activateWindow()

    def _send_octets(self, request: OctetsRequest) -> None:
        lines, ending = request.lines, request.ending

        async def work(client: SmtpClient) -> None:
            if request.way == "ahead":
                await client.send_ahead(list(lines), ending)
            elif request.way == "split":
                await client.send_split([line + ending for line in lines], request.seconds)
            else:
                for line in lines:
                    if client.is_connected:
                        await client.send_line(line, ending)

        self._live.use(work)

    def _try_end(self, request: EndRequest) -> None:
        async def work(client: SmtpClient) -> None:
            told = await try_end(client, request.name, END_SECONDS)
            if self._octets is not None:
                self._octets.tell(told)

        self._live.use(work)

    # Saying it again

    def say_again(self, number: int) -> None:
        """Bring what was sent in an exchange back: commands to the composer, messages too."""
        session = self._page.watcher.session
        if not 1 <= number <= len(session.exchanges):
            self._page.notice.tell("Select a row of the client first.")
            return
        found = again(session, number)
        if found.message is not None:
            self.open_message()
            self._dialog().content.show_kept(found.message)
        elif len(found.lines) > 1:
            self._page.composer.offer_group(found.lines)
        elif found.lines:
            self._page.composer.offer(found.lines)
        if found.problem:
            self._page.notice.tell(found.problem)

    def lines_up_to(self, number: int) -> tuple[str, ...]:
        """The commands of the session up to an exchange; none where no row is selected."""
        session = self._page.watcher.session
        if not 1 <= number <= len(session.exchanges):
            self._page.notice.tell("Select the row up to which to repeat the session.")
            return ()
        return commands_up_to(session, number)

    def repeat(self, lines: tuple[str, ...], choice: Choice) -> None:
        """Connect, and send commands of an earlier session one after the other."""
        self._following = without_connecting(lines, ehlo=choice.ehlo, security=choice.security)
        self._live.connect_to(choice)

    def _connection_began(self, *_: object) -> None:
        self._has_begun = bool(self._following)

    def _connection_changed(self) -> None:
        self._show_server()
        live = self._live
        if live.is_busy or not self._has_begun:
            return
        self._has_begun = False
        lines, self._following = self._following, ()
        if live.is_connected:
            live.send_lines(list(lines), False)

    def _is_ready(self) -> bool:
        if not self._live.is_connected:
            self._page.notice.tell(NO_CONNECTION)
        return self._live.is_connected


def without_connecting(lines: tuple[str, ...], *, ehlo: bool, security: str) -> tuple[str, ...]:
    """What is left of a session's commands when connecting itself says some of them."""
    automatic = []
    if ehlo:
        automatic += ["EHLO"]
    if security == "starttls":
        automatic += ["STARTTLS"] + ["EHLO"] * ehlo
    rest = list(lines)
    for verb in automatic:
        if rest and rest[0].split(" ")[0].upper() == verb:
            rest.pop(0)
    return tuple(rest)


def told_of(sending: Sending, by: str, code: int | None) -> str:
    """What became of a message, in a sentence or two."""
    if sending.problem or sending.summary:
        return sending.problem or sending.summary
    chunks = f"in {sending.chunks} chunks" if by == "bdat" else f"{sending.dots} dots doubled"
    separator = " " if by == "bdat" else ", "
    return f"Sent: {sending.sent} octets{separator}{chunks}. The server said {code}."
