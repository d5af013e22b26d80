"""The driver of a page: joins it to its live session, and shows and saves files in it.

It is loaded after the first paint, because the wire and the file formats come with it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from smtpdebugger import tasks
from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.diagnosis.verification import Verification
from smtpdebugger.gui.colouring import Colouring
from smtpdebugger.gui.connecting.desk import ConnectionDesk
from smtpdebugger.gui.copying import Copying
from smtpdebugger.gui.live import LiveSession
from smtpdebugger.gui.noting import Noting
from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.panels.connection_bar import Choice, Security
from smtpdebugger.gui.preferences import Preferences
from smtpdebugger.gui.saving import save_slowly
from smtpdebugger.gui.showing import Showing
from smtpdebugger.gui.speaking import Speaker
from smtpdebugger.protocol.address import PORT_OF_SECURITY, SECURITY_OF_PORT, split_host
from smtpdebugger.protocol.state import State
from smtpdebugger.session.events import Failed
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.opening import Reading

_QUIET_SECONDS = 0.05
_MOST_TRIES = 40


class PageDriver(QObject):
    """Carries out what a page asks for."""

    def __init__(
        self, page: SessionPage, preferences: Preferences, new_tab: "Callable[[], PageDriver]"
    ) -> None:
        """``new_tab`` gives the driver of another page, for a connection that has to go there."""
        super().__init__(page)
        self.page = page
        self.live = LiveSession(preferences, self)
        self._preferences = preferences
        self._new_tab = new_tab
        self._showing = Showing(page)
        self._showing.failed.connect(self.fail)
        self.speaker = Speaker(page, self.live)
        self.desk = ConnectionDesk(page, self.live, preferences)
        self._connecting = False
        self._copies: list[asyncio.Task[None]] = []
        self.following: Alternative | None = None
        """What was chosen to be sent once the new connection stands."""
        self.has_failed = False
        """Whether something that was asked for could not be opened or reached."""
        self._join_live()
        self._join_page()
        self._noting = Noting(page)
        self._colouring = Colouring(page, preferences)
        self._copying = Copying(page)
        settings, shown = preferences.settings, page.connection.choice()
        page.connection.show_choice(
            replace(shown, ehlo=settings.ehlo_on_connect, client_name=settings.client_name)
        )

    def shows(self, path: Path) -> bool:
        """Whether a file is what is shown here, or what is recorded here."""
        return path.absolute() in {
            each.absolute() for each in (self.page.path, self.live.file) if each is not None
        }

    def show_file(self, path: Path, reading: Reading) -> None:
        """Show a saved session or a trace whose first rows were read."""
        self._showing.show(path, reading)

    @property
    def is_opening(self) -> bool:
        """Whether a file is still being read."""
        return self._showing.is_reading

    def connect_to(self, address: str, security: Security | None) -> None:
        """Connect to ``HOST[:PORT]``; the usual port of the protection where none is given."""
        try:
            host, port = split_host(address)
        except ValueError as error:
            self.fail(str(error))
            return
        chosen = security or SECURITY_OF_PORT.get(port, "none")
        settings = self._preferences.settings
        choice = Choice(
            host,
            port or PORT_OF_SECURITY[chosen],
            chosen,
            settings.ehlo_on_connect,
            settings.client_name,
        )
        self.go_to(choice)

    def go_to(self, choice: Choice, following: Alternative | None = None) -> None:
        """Connect, here or in a new tab; then offer what follows."""
        there = self._place()
        there.following = following
        there.live.connect_to(choice)

    def practise(self, personality: str, security: Security | None = None) -> None:
        """Start the practice server and connect to it, here or in a new tab."""
        there = self._place()
        there.following = None
        there.live.practise(personality, security)

    def _place(self) -> "PageDriver":
        """Where a connection goes: a file that is shown here stays."""
        if self.page.path is None:
            return self
        there = self._new_tab()
        there.desk.take_options(self.live.way)
        return there

    async def settle(self, seconds: float) -> None:
        """Wait until all that was asked for is done, answered, explained and painted.

        Raises TimeoutError after ``seconds``.
        """
        settled = asyncio.Event()

        def look() -> None:
            if self.live.is_settled and self.page.explainer.knowledge is not None:
                settled.set()

        signals = (self.live.changed, self.page.explainer.ready)
        for each in signals:
            each.connect(look)
        try:
            look()
            await asyncio.wait_for(settled.wait(), seconds)
        finally:
            for each in signals:
                each.disconnect(look)
        await self._come_to_rest()

    async def _come_to_rest(self) -> None:
        """Until no part of the window waits to show more: one's painting may start another."""
        for _ in range(_MOST_TRIES):
            await asyncio.sleep(_QUIET_SECONDS)
            if not self._is_catching_up():
                return

    def _is_catching_up(self) -> bool:
        timers = self.page.findChildren(QTimer)
        return any(each.isActive() and each.isSingleShot() for each in timers)

    async def close(self) -> None:
        """End the connection and the recording; copies that were asked for are written whole."""
        self.desk.close()
        await asyncio.gather(self.live.close(), *self._copies)

    def fail(self, sentence: str) -> None:
        """Tell that something that was asked for could not be done."""
        self.has_failed = True
        self.page.notice.tell(sentence)

    def _join_live(self) -> None:
        live, page = self.live, self.page
        live.began.connect(self._began)
        live.changed.connect(self._show_state)
        live.problem.connect(self.fail)
        live.recorded.connect(page.show_recording)
        live.certificate_refused.connect(self._offer_trust)

    def _join_page(self) -> None:
        live, page = self.live, self.page
        page.connection.connect_requested.connect(self._connect)
        page.connection.disconnect_requested.connect(live.disconnect)
        page.connection.practice_requested.connect(self.practise)
        page.copy_wanted.connect(self._save_copy)
        page.reconnect_wanted.connect(self._reconnect)
        page.repeat_wanted.connect(self._repeat)
        page.diagnosis.verify_wanted.connect(self._verify)
        composer = page.composer
        composer.line_entered.connect(live.send_line)
        composer.lines_entered.connect(live.send_lines)
        composer.response_entered.connect(live.send_response)
        composer.mail_data_entered.connect(live.send_message)
        composer.chunk_entered.connect(live.send_chunk)

    def _verify(self, number: int) -> None:
        """Take the steps that tell the causes of a refusal apart, and show what they changed."""
        session, page = self.page.watcher.session, self.page
        knowledge = page.explainer.knowledge
        if knowledge is None:
            return

        def taken(verification: Verification) -> None:
            if page.watcher.session is session:
                page.explainer.verified(number, verification.probes, verification.changes)
                page.diagnosis.show_exchange(number)

        probes = page.explainer.probes(number)
        verification = Verification(session, session.exchange(number), knowledge, probes)
        self.live.verify(verification, taken)

    def _connect(self, choice: Choice) -> None:
        """A person pressed Connect: what the bar says about EHLO is their setting from now on."""
        self._preferences.change(client_name=choice.client_name, ehlo_on_connect=choice.ehlo)
        if self.page.watcher.session.header.origin != "practice":
            self.desk.remember()
        self.go_to(choice)

    def _began(self, session: Session, choice: Choice) -> None:
        self._showing.drop()
        self.page.watcher.show(session)
        self.page.connection.show_choice(choice)
        self.page.show_title(f"{choice.host}:{choice.port}")
        self.page.notice.hide()

    def _show_state(self) -> None:
        was_connecting = self._connecting
        self._connecting = self.live.is_busy
        self.page.show_connected(
            self.live.is_connected, self.live.is_busy, unverified=self.live.is_unverified
        )
        if not was_connecting or self.live.is_busy:
            return
        if self.live.is_connected:
            if self.page.isVisible():
                self.page.focus_composer()
            self._offer_what_follows()
        else:
            self.has_failed = True
            self._tell_why_not()

    def _tell_why_not(self) -> None:
        """The last failure in full: its row in the transcript may be cut off at the right."""
        events = self.page.watcher.session.events
        failed = next((each for each in reversed(events) if isinstance(each, Failed)), None)
        if failed is not None:
            self.page.notice.tell(f"{failed.what} {failed.advice}".strip())

    def _offer_what_follows(self) -> None:
        """The connection an alternative asked for stands: its commands are next."""
        chosen, self.following = self.following, None
        if chosen is None:
            return
        commands = chosen.commands
        greets = commands[:1] and commands[0].split(" ")[0].upper() in {"EHLO", "LHLO"}
        if greets and self.page.watcher.session.situation.hello is State.EHLO:
            # That was sent, and accepted, on connecting.
            commands = commands[1:]
        if commands:
            self.page.composer.offer(commands, chosen.missing)

    def _offer_trust(self, reason: str) -> None:
        self.page.notice.tell(
            f"The certificate was refused: {reason.rstrip('.')}. No command was sent under it. "
            "You can trust this one certificate for this session only; the session then stays "
            "marked as not verified.",
            "Trust for this session and reconnect",
            self.live.trust_and_reconnect,
        )

    def _save_copy(self, path: Path) -> None:
        session, notice = self.page.watcher.session, self.page.notice
        self._copies = [
            *(each for each in self._copies if not each.done()),
            tasks.spawn(save_slowly(session, path, notice.tell, notice.mention), "save a copy"),
        ]

    def _reconnect(self, alternative: Alternative) -> None:
        choice = self._known_server(
            f"port {alternative.port or self.page.connection.choice().port}"
        )
        if choice is None:
            return
        target = replace(
            choice,
            port=alternative.port or choice.port,
            security=alternative.security or choice.security,
        )
        self.page.connection.show_choice(target)
        self.go_to(target, alternative)

    def _repeat(self, number: int) -> None:
        lines = self.speaker.lines_up_to(number)
        choice = self._known_server("it") if lines else None
        if choice is not None:
            self._place().speaker.repeat(lines, choice)

    def _known_server(self, what: str) -> Choice | None:
        """The server in the bar; without one a person is asked for it."""
        choice = self.page.connection.choice()
        if choice.host:
            return choice
        self.page.focus_host()
        self.page.notice.tell(
            "This trace does not tell the server's name. Write it into Host, then connect to "
            f"{what}."
        )
        return None
