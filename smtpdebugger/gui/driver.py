"""The driver: joins one window to one live session, and opens and saves files for it.

It is loaded after the first paint, because the wire and the file formats come with it.
"""

import asyncio
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.diagnosis.verification import Verification
from smtpdebugger.gui.actions import add_recent_menu
from smtpdebugger.gui.connecting.desk import ConnectionDesk
from smtpdebugger.gui.live import LiveSession
from smtpdebugger.gui.noting import Noting
from smtpdebugger.gui.panels.connection_bar import Choice, Security
from smtpdebugger.gui.recent_files import DropTarget, RecentFiles
from smtpdebugger.gui.slow_opening import SlowOpening
from smtpdebugger.gui.speaking import Speaker
from smtpdebugger.gui.window import MainWindow
from smtpdebugger.protocol.address import PORT_OF_SECURITY, SECURITY_OF_PORT, split_host
from smtpdebugger.session.events import Failed
from smtpdebugger.session.session import Session
from smtpdebugger.settings import Settings, settings_file
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import begin_opening
from smtpdebugger.transcript.recorder import default_folder, save_copy
from smtpdebugger.transcript.retention import tidy
from smtpdebugger.transcript.unfinished import claim_unfinished

_QUIET_SECONDS = 0.05
_MOST_TRIES = 40


class Driver(QObject):
    """Carries out what a window asks for."""

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self.window = window
        self.live = LiveSession(settings, self)
        self._opening = SlowOpening(self)
        self.speaker = Speaker(window, self.live)
        self.desk = ConnectionDesk(window, self.live)
        self._connecting = False
        self._following: Alternative | None = None
        """What was chosen to be sent once the new connection stands."""
        self.has_failed = False
        """Whether something that was asked for could not be opened or reached."""
        self._join_live()
        self._join_window()
        self._join_opening()
        self._noting = Noting(window)
        self._recent = RecentFiles(settings_file().with_name("recent.json"))
        self._drops = DropTarget(window, self.open)
        add_recent_menu(
            window,
            window.actions_by_name["ask_where_to_save"],
            lambda menu: self._recent.fill(menu, self.open),
        )
        window.folder = settings.folder or str(default_folder())
        shown = window.connection.choice()
        window.connection.show_choice(
            replace(shown, ehlo=settings.ehlo_on_connect, client_name=settings.client_name)
        )

    def open(self, path: Path) -> None:
        """Show a saved session or a trace, or a sentence about why it cannot be shown."""
        try:
            reading = begin_opening(path)
            session = self._opening.begin(path, reading)
        except TranscriptError as error:
            self._fail(str(error))
            return
        self._following = None
        if self.live.is_connected:
            self.live.disconnect()
        self._noting.path = path
        self._recent.note(path)
        self.window.watcher.show(session)
        self._show_where(session)
        self.window.setWindowTitle(f"{path.name} — smtpdebugger")
        self.window.show_connected(False)
        self.window.show_recording(f"opened from {path}")
        if reading.is_done:
            self._opened(path, reading.problems)
        else:
            self.window.transcript.show_from_top()
            self.window.watcher.hold(True)
            self._show_progress(path, int(reading.fraction * 100))
            self._opening.go_on()

    @property
    def is_opening(self) -> bool:
        """Whether a file is still being read."""
        return self._opening.is_reading

    def _opened(self, _path: Path, problems: tuple[str, ...]) -> None:
        self.window.watcher.hold(False)
        if problems:
            self.window.notice.tell(" ".join(problems))
        else:
            self.window.notice.hide()

    def _show_progress(self, path: Path, hundredths: int) -> None:
        self.window.notice.tell(
            f"Reading {path.name}: {hundredths} %. What was read can be used meanwhile.",
            "Stop reading",
            self._opening.stop,
        )

    def _opening_stopped(self, path: Path, hundredths: int) -> None:
        self.window.watcher.hold(False)
        self.window.notice.tell(
            f"Reading {path.name} was stopped at {hundredths} %. The rest is not shown.",
            "Read on",
            lambda: self._read_on(path, hundredths),
        )

    def _opening_failed(self, sentence: str) -> None:
        self.window.watcher.hold(False)
        self._fail(sentence)

    def _read_on(self, path: Path, hundredths: int) -> None:
        self._show_progress(path, hundredths)
        self.window.watcher.hold(True)
        self._opening.go_on()

    def _show_where(self, session: Session) -> None:
        """Put the server of an opened session into the bar, so that one key connects to it."""
        situation = session.situation
        shown = self.window.connection.choice()
        self.window.connection.show_choice(
            replace(shown, host=situation.host, port=situation.port or shown.port)
        )

    def connect_to(self, address: str, security: Security | None) -> None:
        """Connect to ``HOST[:PORT]``; the usual port of the protection where none is given."""
        try:
            host, port = split_host(address)
        except ValueError as error:
            self._fail(str(error))
            return
        chosen = security or SECURITY_OF_PORT.get(port, "none")
        settings = self.live.settings
        choice = Choice(
            host,
            port or PORT_OF_SECURITY[chosen],
            chosen,
            settings.ehlo_on_connect,
            settings.client_name,
        )
        self.live.connect_to(choice)

    async def settle(self, seconds: float) -> None:
        """Wait until all that was asked for is done, answered, explained and painted.

        Raises TimeoutError after ``seconds``.
        """
        settled = asyncio.Event()

        def look() -> None:
            if self.live.is_settled and self.window.explainer.knowledge is not None:
                settled.set()

        signals = (self.live.changed, self.window.explainer.ready)
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
        timers = self.window.findChildren(QTimer)
        return any(each.isActive() and each.isSingleShot() for each in timers)

    async def look_after_recordings(self) -> None:
        """Tell of recordings that ended abruptly; delete those that were not to be kept longer."""
        settings = self.live.settings
        folder = Path(settings.folder) if settings.folder else default_folder()
        unfinished = await asyncio.to_thread(claim_unfinished, folder)
        if unfinished:
            last = unfinished[-1]
            others = f" {len(unfinished) - 1} more like it are beside it." * (len(unfinished) > 1)
            self.window.notice.tell(
                "smtpdebugger or the computer stopped while a session was being recorded. What "
                f"came before is in {last}.{others}",
                "Open it",
                lambda: self.open(last),
            )
        await asyncio.to_thread(tidy, folder, settings.keep_days, settings.keep_megabytes)

    async def close(self) -> None:
        """End the connection and the recording."""
        self.desk.close()
        await self.live.close()

    def _fail(self, sentence: str) -> None:
        self.has_failed = True
        self.window.notice.tell(sentence)

    def _join_live(self) -> None:
        live, window = self.live, self.window
        live.began.connect(self._began)
        live.changed.connect(self._show_state)
        live.problem.connect(self._fail)
        live.recorded.connect(window.show_recording)
        live.certificate_refused.connect(self._offer_trust)

    def _join_opening(self) -> None:
        self._opening.progressed.connect(self._show_progress)
        self._opening.finished.connect(self._opened)
        self._opening.stopped.connect(self._opening_stopped)
        self._opening.failed.connect(self._opening_failed)

    def _join_window(self) -> None:
        live, window = self.live, self.window
        window.connection.connect_requested.connect(self._connect)
        window.connection.disconnect_requested.connect(live.disconnect)
        window.connection.practice_requested.connect(self._practise)
        window.file_chosen.connect(self.open)
        window.copy_wanted.connect(self._save_copy)
        window.reconnect_wanted.connect(self._reconnect)
        window.diagnosis.verify_wanted.connect(self._verify)
        composer = window.composer
        composer.line_entered.connect(live.send_line)
        composer.lines_entered.connect(live.send_lines)
        composer.response_entered.connect(live.send_response)
        composer.mail_data_entered.connect(live.send_message)
        composer.chunk_entered.connect(live.send_chunk)

    def _verify(self, number: int) -> None:
        """Take the steps that tell the causes of a refusal apart, and show what they changed."""
        session, window = self.window.watcher.session, self.window
        knowledge = window.explainer.knowledge
        if knowledge is None:
            return

        def taken(verification: Verification) -> None:
            if window.watcher.session is session:
                window.explainer.verified(number, verification.probes, verification.changes)
                window.diagnosis.show_exchange(number)

        verification = Verification(session, session.exchange(number), knowledge)
        self.live.verify(verification, taken)

    def _connect(self, choice: Choice) -> None:
        """A person pressed Connect: what the bar says about EHLO is their setting from now on."""
        self._following = None
        live = self.live
        settings = replace(
            live.settings, client_name=choice.client_name, ehlo_on_connect=choice.ehlo
        )
        if settings != live.settings:
            live.settings = settings
            try:
                settings.save()
            except OSError as error:
                self.window.notice.tell(f"The settings could not be kept: {error}.")
        live.connect_to(choice)

    def _practise(self, personality: str) -> None:
        self._following = None
        self.live.practise(personality, None)

    def _began(self, session: Session, choice: Choice) -> None:
        self._opening.drop()
        self._noting.path = None
        self.window.watcher.show(session)
        self.window.connection.show_choice(choice)
        self.window.setWindowTitle(f"{choice.host}:{choice.port} — smtpdebugger")
        self.window.notice.hide()

    def _show_state(self) -> None:
        was_connecting = self._connecting
        self._connecting = self.live.is_busy
        self.window.show_connected(
            self.live.is_connected, self.live.is_busy, unverified=self.live.is_unverified
        )
        if not was_connecting or self.live.is_busy:
            return
        if self.live.is_connected:
            self.window.focus_composer()
            self._offer_what_follows()
        else:
            self.has_failed = True
            self._tell_why_not()

    def _tell_why_not(self) -> None:
        """The last failure in full: its row in the transcript may be cut off at the right."""
        events = self.window.watcher.session.events
        failed = next((each for each in reversed(events) if isinstance(each, Failed)), None)
        if failed is not None:
            self.window.notice.tell(f"{failed.what} {failed.advice}".strip())

    def _offer_what_follows(self) -> None:
        """The connection an alternative asked for stands: its commands are next."""
        chosen, self._following = self._following, None
        if chosen is None:
            return
        commands = chosen.commands
        greets = commands[:1] and commands[0].split(" ")[0].upper() == "EHLO"
        if greets and self.window.connection.choice().ehlo:
            # EHLO was sent on connecting.
            commands = commands[1:]
        if commands:
            self.window.composer.offer(commands, chosen.missing)

    def _offer_trust(self, reason: str) -> None:
        self.window.notice.tell(
            f"The certificate was refused: {reason.rstrip('.')}. No command was sent under it. "
            "You can trust this one certificate for this session only; the session then stays "
            "marked as not verified.",
            "Trust for this session and reconnect",
            self.live.trust_and_reconnect,
        )

    def _save_copy(self, path: Path) -> None:
        try:
            save_copy(self.window.watcher.session, path)
        except OSError as error:
            self.window.notice.tell(
                f"The copy could not be written to {path}: {error.strerror or error}. "
                "Choose another folder."
            )
            return
        self.window.notice.tell(f"A copy was saved as {path}. Secrets in it are masked.")

    def _reconnect(self, alternative: Alternative) -> None:
        choice = self.window.connection.choice()
        if not choice.host:
            self.window.focus_host()
            self.window.notice.tell(
                f"This trace does not tell the server's name. Write it into Host, then connect to "
                f"port {alternative.port or choice.port}."
            )
            return
        target = Choice(
            choice.host,
            alternative.port or choice.port,
            alternative.security or choice.security,
            choice.ehlo,
            choice.client_name,
        )
        self.window.connection.show_choice(target)
        self._following = alternative
        self.live.connect_to(target)
