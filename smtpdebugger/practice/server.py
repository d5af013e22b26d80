"""The practice server: a personality on a port of this computer, and nowhere else."""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from smtpdebugger.practice.connection import PracticeConnection
from smtpdebugger.practice.personality import Personality, list_personalities, load_personality

if TYPE_CHECKING:
    from smtpdebugger.practice.certificates import Identity

__all__ = ["PracticeServer", "list_personalities", "serve"]


class PracticeServer:
    """Plays one personality. Accepts mail and throws it away."""

    def __init__(
        self, personality: str, host: str = "127.0.0.1", port: int = 0, *, tls: bool = False
    ) -> None:
        """Raises ValueError for an unknown personality and for any host but loopback.

        ``port`` 0 takes a free one; with ``tls`` every connection begins with TLS.
        """
        if not _is_loopback(host):
            raise ValueError(
                f"the practice server listens on this computer only, not on {host};"
                " use 127.0.0.1 or ::1"
            )
        self.personality: Personality = load_personality(personality)
        self._host = "127.0.0.1" if host == "localhost" else host
        self._wanted_port = port
        self._tls = tls
        self._identity: Identity | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[PracticeConnection] = set()

    @property
    def port(self) -> int:
        """The port it listens on; 0 while it does not."""
        if self._server is None:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def ca_pem(self) -> str:
        """The authority a client must trust to believe this server's certificate, PEM."""
        return "" if self._identity is None else self._identity.ca_pem

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        self._identity = await asyncio.to_thread(_make_identity, self.personality.host)
        context = self._identity.context
        self._server = await asyncio.get_running_loop().create_server(
            lambda: PracticeConnection(self.personality, context, self._connections),
            self._host,
            self._wanted_port,
            ssl=context if self._tls else None,
        )

    async def stop(self) -> None:
        """Close all connections and listen no more."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for connection in tuple(self._connections):
            connection.stop()
        await asyncio.sleep(0)


async def serve(personality: str, port: int, announce: Callable[[str], None]) -> None:
    """Run a practice server until this is cancelled; ``announce`` tells people about it.

    Raises ValueError for an unknown personality, OSError where the port is taken.
    """
    server = PracticeServer(personality, port=port)
    await server.start()
    try:
        announce(f"Playing {server.personality.name} on 127.0.0.1 port {server.port}.")
        announce(server.personality.about)
        login = server.personality.login
        if login.user:
            announce(f"Log in as {login.user} with the password {login.password}.")
        announce("Mail is accepted and thrown away. Ctrl+C ends it.")
        await asyncio.get_running_loop().create_future()
    finally:
        await server.stop()


def _make_identity(host: str) -> "Identity":
    # Loaded in its thread: it takes longer than a window may stand still.
    from smtpdebugger.practice.certificates import make_identity  # noqa: PLC0415

    return make_identity(host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
