"""The desk: opens the dialogs of the connection and carries out what is asked for in them."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from smtpdebugger import tasks
from smtpdebugger.gui.connecting.saved import SavedConnections
from smtpdebugger.gui.live import LiveSession
from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.panels.connection_bar import Choice, Security
from smtpdebugger.gui.preferences import Preferences
from smtpdebugger.session.session import Session
from smtpdebugger.settings import settings_file
from smtpdebugger.transport.patience import Waiting, told_of
from smtpdebugger.transport.settings import ConnectionSettings

if TYPE_CHECKING:
    from smtpdebugger.gui.connecting.certificates import CertificatesDialog
    from smtpdebugger.gui.connecting.dialog import ConnectionDialog
    from smtpdebugger.gui.connecting.ports import PortsDialog

_TICK = 500


class ConnectionDesk(QObject):
    """Joins the connection's dialogs, and the display of what is awaited, to the live session."""

    def __init__(self, page: SessionPage, live: LiveSession, preferences: Preferences) -> None:
        super().__init__(page)
        self._page = page
        self._live = live
        self._preferences = preferences
        self._usual = preferences.timeouts
        self._saved = SavedConnections(
            settings_file().with_name("connections.json"), lambda: preferences.timeouts
        )
        self._servers: list[ConnectionSettings] = []
        self._options: ConnectionDialog | None = None
        self._ports: PortsDialog | None = None
        self._certificates: CertificatesDialog | None = None
        self._search: asyncio.Task[object] | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK)
        self._clock.timeout.connect(self.tick)
        page.options_wanted.connect(self.open_options)
        page.ports_wanted.connect(self.open_ports)
        page.certificates_wanted.connect(self.open_certificates)
        page.connection.server_chosen.connect(self._take_server)
        page.connection.host_entered.connect(self._offer_servers)
        live.changed.connect(self._follow)
        preferences.changed.connect(self._take_preferences)
        if page.connection.is_host_focused:
            # It was, before anybody could answer.
            self._offer_servers()

    # Options

    def open_options(self) -> None:
        """Show all options of the next connection."""
        from smtpdebugger.gui.connecting.dialog import ConnectionDialog  # noqa: PLC0415 - when opened

        settings = self._as_shown()
        if self._options is None:
            self._options = ConnectionDialog(settings, self._saved, self._usual, self._page)
            self._options.chosen.connect(self._choose_options)
            self._options.target_read.connect(self._show_target)
        else:
            self._options.begin(settings, self._usual)
        self._options.open()

    def _as_shown(self) -> ConnectionSettings:
        """The options, with what the bar says."""
        bar = self._page.connection.choice()
        return replace(
            self._live.way,
            host=bar.host,
            port=bar.port,
            security=bar.security,
            ehlo=bar.ehlo,
            client_name=bar.client_name,
        )

    def _choose_options(self, settings: ConnectionSettings, connects: bool) -> None:
        self.take_options(settings)
        if connects:
            self._page.connection.submit()

    def take_options(self, settings: ConnectionSettings) -> None:
        """These are the options of the next connection."""
        self._live.way = settings
        self._page.connection.show_options(settings.count_options(self._usual))

    def _show_target(self, settings: ConnectionSettings) -> None:
        bar = self._page.connection
        name = settings.client_name or bar.choice().client_name
        bar.show_choice(replace(choice_of(settings), client_name=name, ehlo=bar.choice().ehlo))

    # Servers used before

    def remember(self) -> None:
        """A person connects with these options: they are offered the next time."""
        if self._preferences.settings.remember_options:
            self._saved.note(self._as_shown())

    def _offer_servers(self) -> None:
        self._servers = self._saved.servers()
        self._page.connection.set_servers([choice_of(each) for each in self._servers])

    def _take_server(self, place: int) -> None:
        settings = self._servers[place]
        self.take_options(settings)
        self._page.connection.show_choice(choice_of(settings))

    def _take_preferences(self) -> None:
        """The usual time-outs may be others: they hold where no others were chosen."""
        before, self._usual = self._usual, self._preferences.timeouts
        way = self._live.way
        times = self._usual if way.timeouts == before else way.timeouts
        self.take_options(replace(way, timeouts=times))

    # Finding the port

    def open_ports(self) -> None:
        """Show the search for a port, for the host in the bar."""
        from smtpdebugger.gui.connecting.ports import PortsDialog  # noqa: PLC0415 - when opened

        if self._ports is None:
            self._ports = PortsDialog(self._page)
            self._ports.search_wanted.connect(self._begin_search)
            self._ports.stop_wanted.connect(self._stop_search)
            self._ports.door_chosen.connect(self._take_door)
        self._ports.show_host(self._page.connection.choice().host)
        self._ports.open()

    def _begin_search(self, host: str, ports: tuple[int, ...]) -> None:
        self._stop_search()
        settings = replace(self._as_shown(), host=host)
        self._search = tasks.spawn(self._search_ports(settings, ports), "find the port")

    async def _search_ports(self, settings: ConnectionSettings, ports: tuple[int, ...]) -> None:
        from smtpdebugger.transport.ports import find_ports  # noqa: PLC0415 - when asked for

        dialog = self._ports
        if dialog is None:
            return
        dialog.set_searching(True)
        try:
            await find_ports(settings, ports, dialog.show_door)
        finally:
            dialog.set_searching(False)

    def _stop_search(self) -> None:
        if self._search is not None:
            self._search.cancel()
            self._search = None

    def _take_door(self, host: str, port: int, security: Security) -> None:
        bar = self._page.connection
        bar.show_choice(replace(bar.choice(), host=host, port=port, security=security))
        bar.submit()

    # Certificates

    def open_certificates(self) -> None:
        """Show what the server of the session on the screen presented."""
        from smtpdebugger.gui.connecting.certificates import (  # noqa: PLC0415 - when opened
            CertificatesDialog,
        )

        if self._certificates is None:
            self._certificates = CertificatesDialog(self._page)
            self._certificates.published_wanted.connect(self._look_up_published)
        session = self._page.watcher.session
        is_live = self._live.client_of(session) is not None
        self._certificates.show_session(session, is_live=is_live)
        self._certificates.open()

    def _look_up_published(self, domain: str) -> None:
        tasks.spawn(self._show_published(domain, self._page.watcher.session), "look up policies")

    async def _show_published(self, domain: str, session: Session) -> None:
        from smtpdebugger.transport.policies import examine_published  # noqa: PLC0415 - when asked for

        client = self._live.client_of(session)
        if client is None:
            return
        verdicts = await examine_published(client, domain)
        if self._certificates is not None and self._page.watcher.session is session:
            self._certificates.show_published(verdicts)

    # What is awaited

    def _follow(self) -> None:
        if self._live.is_connected or self._live.is_busy:
            self._clock.start()
        else:
            self._clock.stop()
            self._show_waiting(None)

    def tick(self) -> None:
        """Show for how long what is awaited."""
        client = self._live.client_of(self._page.watcher.session)
        self._show_waiting(None if client is None else client.waiting)

    def _show_waiting(self, waiting: Waiting | None) -> None:
        label = self._page.waiting
        text = told_of(waiting, self._page.watcher.session)
        text = text[:1].upper() + text[1:]
        if text != label.text():
            label.setText(text)
            label.setAccessibleName(text)

    def close(self) -> None:
        """The window closes: nothing goes on behind it."""
        self._stop_search()
        self._clock.stop()


def choice_of(settings: ConnectionSettings) -> Choice:
    """What the bar says of a connection."""
    return Choice(
        settings.host, settings.port, settings.security, settings.ehlo, settings.client_name
    )
