"""LiveSession: the connection behind a window; it is the only part of gui that acts on the wire.

Widgets ask, this starts coroutines; what happens comes back as events of the session.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from smtpdebugger import __version__, tasks
from smtpdebugger.diagnosis.verification import Verification
from smtpdebugger.gui.panels.connection_bar import Choice, Security
from smtpdebugger.gui.preferences import Preferences
from smtpdebugger.gui.verifying import verify
from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.recorder import Recorder
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Trust
from smtpdebugger.transport.settings import Timeouts

PRACTICE_HOST = "127.0.0.1"


class LiveSession(QObject):
    """One connection at a time: made, recorded, ended."""

    began = Signal(object, object)
    """A new session, and the choice it was made for; its events come from now on."""
    changed = Signal()
    """Connected, connecting or neither: see ``is_connected`` and ``is_busy``."""
    certificate_refused = Signal(str)
    """Why; ``trust_and_reconnect`` is the answer to it."""
    problem = Signal(str)
    recorded = Signal(str)
    """Where the session is being recorded, or why it is not."""

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._client: SmtpClient | None = None
        self._recorder: Recorder | None = None
        self._recording: Recorder | None = None
        """The same; it stays when it has ended."""
        self._has_told_of_recording = False
        self._practice: PracticeServer | None = None
        self._choice: Choice | None = None
        self.way = ConnectionSettings("", timeouts=preferences.timeouts)
        """The options of the next connection; what the bar says takes their place."""
        self._used = self.way
        """What the connection that stands was made with."""
        self._busy = 0
        self._connecting = False
        self._was_connected = False

    @property
    def is_connected(self) -> bool:
        """Whether commands can be sent."""
        return self._client is not None and self._client.is_connected

    @property
    def is_unverified(self) -> bool:
        """Whether a person has said that this connection's certificate is good enough."""
        trust = self._used.trust
        return bool(trust.fingerprints) or not trust.verify

    @property
    def is_busy(self) -> bool:
        """Whether a connection is being made."""
        return self._connecting

    @property
    def file(self) -> Path | None:
        """Where the session is recorded, or was; None where it is not."""
        return None if self._recording is None else self._recording.path

    def client_of(self, session: Session) -> SmtpClient | None:
        """The client of a session; None where the session is not the one of this connection."""
        client = self._client
        return client if client is not None and client.session is session else None

    @property
    def is_settled(self) -> bool:
        """Whether everything asked for has been done and answered."""
        return self._busy == 0

    def connect_to(self, choice: Choice) -> None:
        """Connect; an earlier connection is ended first."""
        server = self._practice
        if server is not None and (choice.host, choice.port) == (PRACTICE_HOST, server.port):
            # The server this window started: its throw-away certificate is trusted here.
            self._run(
                self._connect(choice, _way_to(server, self._preferences.timeouts), "practice"),
                "connect",
            )
        else:
            self._run(self._connect(choice, self.way), "connect")

    def trust_and_reconnect(self) -> None:
        """Trust the certificate that was just refused, for this session, and connect again."""
        client, choice = self._client, self._choice
        if client is None or choice is None or client.untrusted is None:
            return
        used = self._used.trust
        trust = replace(used, fingerprints=used.fingerprints | {client.untrusted.fingerprint})
        self._run(self._connect(choice, replace(self._used, trust=trust)), "connect")

    def practise(self, personality: str, security: Security | None) -> None:
        """Start the practice server with a personality and connect to it."""
        self._run(self._start_practice(personality, security), "practise")

    def disconnect(self) -> None:  # type: ignore[override]
        """End the connection now, without QUIT."""
        if self._client is not None:
            self._run(self._client.disconnect(), "disconnect")

    def send_line(self, line: str) -> None:
        """Send one command as typed."""
        self.use(lambda client: client.exchange_octets(_octets(line)))

    def send_lines(self, lines: list[str], ahead: bool) -> None:
        """Send several commands: all ahead, or each after the reply to the one before."""
        if ahead:
            self.use(lambda client: client.send_ahead([each.encode() for each in lines]))
        else:
            self.use(lambda client: _one_by_one(client, lines))

    def send_response(self, text: str) -> None:
        """Send a SASL response."""
        self.use(lambda client: client.send_response(text))

    def send_message(self, message: str) -> None:
        """Send mail data; dots are stuffed and the lone dot is added."""
        octets = "\r\n".join(message.splitlines()).encode() + b"\r\n" * bool(message)
        self.use(lambda client: client.send_message(octets))

    def send_chunk(self, command: str, octets: bytes) -> None:
        """Send a BDAT command and its octets together."""
        self.use(lambda client: client.send_chunk(command, octets))

    def verify(self, verification: Verification, taken: Callable[[Verification], None]) -> None:
        """Take the steps that tell the causes of a refusal apart; ``taken`` is told of each."""
        self.use(lambda client: verify(client, verification, taken))

    async def close(self) -> None:
        """End everything: connection, practice server, recording. Bounded in time."""
        await self._end_connection()
        if self._practice is not None:
            await self._practice.stop()
            self._practice = None

    def _run(self, work: Awaitable[object], name: str) -> None:
        self._busy += 1
        tasks.spawn(self._counted(work), name)

    async def _counted(self, work: Awaitable[object]) -> None:
        try:
            await work
        finally:
            self._busy -= 1
            self.changed.emit()

    def use(self, send: Callable[[SmtpClient], Awaitable[object]]) -> None:
        """Speak over the connection that stands."""
        if self._client is None or not self._client.is_connected:
            self.problem.emit("There is no connection. Connect first, then send.")
            return
        self._run(self._send(self._client, send), "send")

    async def _send(
        self, client: SmtpClient, send: Callable[[SmtpClient], Awaitable[object]]
    ) -> None:
        await send(client)
        # STARTTLS may have been typed by hand.
        self._tell_of_certificate(client)

    async def _start_practice(self, personality: str, security: Security | None) -> None:
        await self.close()
        try:
            server = PracticeServer(personality)
            await server.start()
        except (OSError, ValueError) as error:
            self.problem.emit(f"The practice server “{personality}” did not start: {error}")
            return
        self._practice = server
        target = Choice(
            PRACTICE_HOST,
            server.port,
            security or server.personality.security,
            self._preferences.settings.ehlo_on_connect,
            self._preferences.settings.client_name,
        )
        await self._connect(target, _way_to(server, self._preferences.timeouts), "practice")

    async def _connect(self, choice: Choice, way: ConnectionSettings, origin: str = "live") -> None:
        await self._end_connection()
        self._choice = choice
        self._used = replace(
            way,
            host=choice.host,
            port=choice.port,
            security=choice.security,
            ehlo=choice.ehlo,
            client_name=choice.client_name,
        )
        began = datetime.now(UTC)
        session = Session(
            Header(
                str(uuid4()),
                began.isoformat(timespec="microseconds").replace("+00:00", "Z"),
                f"{choice.host}:{choice.port}",
                origin,
                f"smtpdebugger {__version__}",
            )
        )
        self._record(session, choice.host)
        self._client = SmtpClient(session, self._used, self._follow_connection)
        self._connecting = True
        self._was_connected = False
        self.began.emit(session, choice)
        self.changed.emit()
        try:
            await self._client.connect()
        finally:
            self._connecting = False
            self.changed.emit()
        self._tell_of_certificate(self._client)

    def _follow_connection(self) -> None:
        """The wire came up, or the server hung up, with nobody waiting for it."""
        if self.is_connected is not self._was_connected:
            self._was_connected = self.is_connected
            self.changed.emit()

    def _tell_of_certificate(self, client: SmtpClient) -> None:
        if client.untrusted is not None and not client.is_connected:
            self.certificate_refused.emit(client.untrusted.reason)

    async def _end_connection(self) -> None:
        if self._client is not None:
            await self._client.disconnect()
        if self._recorder is not None:
            recorder, self._recorder = self._recorder, None
            # A slow disk may take its time; the window may not.
            if not await asyncio.to_thread(recorder.close):
                self.problem.emit(
                    f"Not all of the session before is in {recorder.path}. {recorder.problem}"
                )

    def _record(self, session: Session, host: str) -> None:
        self._recording = None
        if not self._preferences.settings.record:
            self.recorded.emit("not recorded (switched off in the settings)")
            return
        folder = self._preferences.folder
        post = asyncio.get_running_loop().call_soon_threadsafe
        self._has_told_of_recording = False
        self._recorder = Recorder.in_folder(
            session,
            folder,
            host,
            lambda sentence: self._tell_of_recording(session, sentence),
            post,
            self._tell_of_recovery,
        )
        self._recording = self._recorder
        self._tell_of_recovery()

    def _tell_of_recording(self, session: Session, sentence: str) -> None:
        client = self._client
        if client is not None and client.session is session and not self._has_told_of_recording:
            self._has_told_of_recording = True
            client.tell("record", sentence)
        self.recorded.emit(sentence)

    def _tell_of_recovery(self) -> None:
        if self._recorder is not None:
            self.recorded.emit(f"recorded in {self._recorder.path}")


def _way_to(server: PracticeServer, timeouts: Timeouts) -> ConnectionSettings:
    return ConnectionSettings(PRACTICE_HOST, timeouts=timeouts, trust=Trust(ca_pem=server.ca_pem))


async def _one_by_one(client: SmtpClient, lines: list[str]) -> None:
    for line in lines:
        if not client.is_connected:
            return
        await client.exchange_octets(_octets(line))


def _octets(line: str) -> bytes:
    return line.encode("utf-8", "surrogateescape") + b"\r\n"
