"""The way to a connection: look up the name, try each address, tell of each failure.

Names become addresses one mail exchanger at a time, so that nobody is asked in vain. Every
attempt tells how long it took.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, NamedTuple, TypeVar

from smtpdebugger.protocol.address import split_host
from smtpdebugger.transport.problems import Problem, connect_problem, lookup_problem
from smtpdebugger.transport.proxies import ProxyFailed, pass_through
from smtpdebugger.transport.proxy_header import describe_header, proxy_header
from smtpdebugger.transport.resolve import (
    Address,
    LookupFailed,
    address_literal,
    in_thread,
    is_address,
    look_up,
    peer_name,
)
from smtpdebugger.transport.settings import MX_PREFIX, UNIX_PREFIX, ConnectionSettings, Proxy
from smtpdebugger.transport.witness import Witness

Result = TypeVar("Result")
Tell = Callable[[str, float], None]
"""What is awaited from now on, and for how many seconds."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection to a server, nothing said yet on our side."""

    socket: socket.socket
    name: str
    """Whom the certificate must name."""
    peer: str
    local: str
    took: int
    """Microseconds."""
    via: str = ""
    ahead: bytes = b""
    """What the server has said already, behind a proxy's answer."""

    @property
    def literal(self) -> str:
        """Our end as EHLO tells it where there is no name."""
        host, _ = split_host(self.local)
        return address_literal(host if is_address(host) else "127.0.0.1")


class _Found(NamedTuple):
    """A TCP connection to an address."""

    socket: socket.socket
    peer: str
    local: str


class Opener:
    """Opens the connection that the settings ask for."""

    def __init__(
        self, settings: ConnectionSettings, witness: Witness, tell: Tell = lambda *_: None
    ) -> None:
        self._settings = settings
        self._witness = witness
        self._tell = tell

    async def open(self) -> Opened | None:
        """The connection to the first address that answers, or None; each failure is told."""
        opened = await self._find()
        if opened is None:
            return None
        is_tls = self._settings.security == "tls"
        self._witness.connected(
            opened.name,
            opened.peer,
            opened.local,
            tls=is_tls,
            took=opened.took,
            via=opened.via,
            lmtp=self._settings.protocol == "lmtp",
        )
        try:
            is_announced = await self._announce(opened)
        except BaseException:
            opened.socket.close()
            raise
        if is_announced:
            return opened
        opened.socket.close()
        return None

    async def _announce(self, opened: Opened) -> bool:
        """Send the PROXY header, if one was asked for; it is no part of the SMTP session."""
        choice = self._settings.proxy_header
        if choice is None:
            return True
        try:
            header = proxy_header(choice, opened.local, opened.peer)
            await asyncio.get_running_loop().sock_sendall(opened.socket, header)
        except (OSError, ValueError) as error:
            advice = "Change the PROXY header, or leave it out."
            self._witness.failed("connect", str(error), advice)
            self._witness.closed("client", "the PROXY header could not be sent")
            return False
        self._witness.remark(f"Sent the PROXY header: {describe_header(header)}")
        return True

    async def _find(self) -> Opened | None:
        settings = self._settings
        if settings.host.startswith(UNIX_PREFIX):
            return await self._open_unix(settings.host.removeprefix(UNIX_PREFIX))
        if not 0 < settings.port < 65536:
            what = f"{settings.port} is no port."
            self._witness.failed("connect", what, "Ports are 1 to 65535.")
            return None
        for name in await self._hosts():
            if settings.proxy is None:
                opened = await self._way_to(name)
            else:
                opened = await self._way_through(settings.proxy, name)
            if opened is not None:
                return opened
        return None

    # Whom to connect to

    async def _hosts(self) -> list[str]:
        """The host, or the mail exchangers of the domain in their order."""
        host = self._settings.host.strip()
        if not host.startswith(MX_PREFIX):
            return [host]
        domain = host.removeprefix(MX_PREFIX).rstrip(".")
        return [domain] if self._settings.address else await self._exchangers(domain)

    async def _exchangers(self, domain: str) -> list[str]:
        from smtpdebugger.transport.names import mail_exchangers

        began, seconds = perf_counter_ns(), self._settings.timeouts.resolve
        server = self._settings.name_server
        self._tell(f"for the mail exchangers of {domain}", seconds)
        try:
            found = await in_thread(
                lambda: mail_exchangers(domain, server, seconds), "look up mail exchangers"
            )
        except LookupFailed as error:
            if error.kind == "empty":
                self._witness.remark(
                    f"{domain} names no mail exchanger, so its own address counts as one"
                    " (RFC 5321 section 5.1)."
                )
                return [domain]
            self._fail(lookup_problem(domain, error), began)
            return []
        except (OSError, ValueError) as error:
            self._fail(lookup_problem(domain, error), began)
            return []
        shown = tuple(f"{each.preference} {each.host or '.'}" for each in found)
        self._witness.resolved(f"MX of {domain}", shown, _since(began))
        names = [each.host for each in found if each.host]
        if not names:
            what = f"{domain} declares that it takes no mail (RFC 7505)."
            self._fail(Problem("resolve", what, "Mail to it has nowhere to go."))
        return names

    async def _addresses(self, host: str, port: int, *, chosen: str = "") -> list[Address]:
        """The addresses of a name; empty, and told why, where there are none."""
        began, seconds = perf_counter_ns(), self._settings.timeouts.resolve
        name = chosen or host
        if not name:
            self._fail(lookup_problem(name, UnicodeError()))
            return []
        if not is_address(name):
            self._tell(f"for the addresses of {name}", seconds)
        try:
            found = await asyncio.wait_for(self._look_up(name, port), seconds)
        except (OSError, ValueError) as error:
            self._fail(lookup_problem(name, error), began)
            return []
        if not is_address(name):
            self._witness.resolved(name, tuple(each.host for each in found), _since(began))
        return found

    async def _look_up(self, name: str, port: int) -> list[Address]:
        settings = self._settings
        if not settings.name_server or is_address(name):
            return await look_up(name, port, settings.family)
        from smtpdebugger.transport.names import addresses

        seconds = settings.timeouts.resolve
        found = await in_thread(
            lambda: addresses(name, settings.family, settings.name_server, seconds),
            "look up a name",
        )
        return [each for host in found for each in await look_up(host, port)]

    # Ways to a host; each gives a connection, or tells why there is none

    async def _way_to(self, name: str) -> Opened | None:
        settings = self._settings
        addresses = await self._addresses(name, settings.port, chosen=settings.address)
        for address in addresses:
            began = perf_counter_ns()
            found = await self._connect(address)
            if found is not None:
                return Opened(found.socket, name, found.peer, found.local, _since(began))
        return None

    async def _way_through(self, proxy: Proxy, name: str) -> Opened | None:
        settings = self._settings
        seconds, host = settings.timeouts.connect, settings.address or name
        for address in await self._addresses(proxy.host, proxy.port):
            began = perf_counter_ns()
            found = await self._connect(address)
            if found is None:
                continue
            self._tell(f"for the proxy to connect to {host}:{settings.port}", seconds)
            answer = pass_through(found.socket, proxy, host, settings.port)
            ahead = await self._attempt(found.socket, answer, f"The proxy {address}", began)
            if ahead is not None:
                peer, via = peer_name((host, settings.port)), f"{proxy.kind} {address}"
                took = _since(began)
                return Opened(found.socket, name, peer, found.local, took, via, ahead)
        return None

    async def _open_unix(self, path: str) -> Opened | None:
        family = getattr(socket, "AF_UNIX", None)
        if family is None:
            self._fail(Problem("connect", "This system has no Unix sockets.", "Use a host name."))
            return None
        began, peer = perf_counter_ns(), f"{UNIX_PREFIX}{path}"
        self._tell(f"for {peer}", self._settings.timeouts.connect)
        connection = socket.socket(family, socket.SOCK_STREAM)
        connecting = _connect(connection, path)
        if await self._attempt(connection, connecting, peer, began) is None:
            return None
        return Opened(connection, "localhost", peer, "", _since(began))

    # One attempt

    async def _connect(self, address: Address) -> _Found | None:
        began, peer = perf_counter_ns(), str(address)
        self._tell(f"for {peer} to take the connection", self._settings.timeouts.connect)
        try:
            # Named as TCP, or the event loop leaves it to collect small writes (Nagle) for 40 ms.
            connection = socket.socket(address.family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        except OSError as error:
            self._fail(connect_problem(peer, error, 0), began)
            return None
        if not self._bind(connection, address, began):
            connection.close()
            return None
        connecting = _connect(connection, address.sockaddr)
        ends = await self._attempt(connection, connecting, peer, began)
        if ends is None:
            return None
        if ends[0] == ends[1]:
            # TCP lets a port connect to itself while nobody listens on it.
            connection.close()
            what = f"Nobody listens on {peer}: this computer connected to itself."
            self._fail(Problem("connect", what, "Check the port."), began)
            return None
        return _Found(connection, peer_name(ends[0]), peer_name(ends[1]))

    def _bind(self, connection: socket.socket, address: Address, began: int) -> bool:
        """Connect from the address that was chosen; False, and told, where that cannot be."""
        source = self._settings.source_address
        if not source:
            return True
        try:
            host, port = split_host(source)
            if is_address(host) and (":" in host) is not (address.family == socket.AF_INET6):
                what = f"{address} was not tried: {host} is an address of the other family."
                self._fail(Problem("connect", what, "Choose IPv4 or IPv6 to match."))
                return False
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            connection.bind((host, port or 0))
        except (OSError, OverflowError, ValueError) as error:
            words = getattr(error, "strerror", None) or str(error)
            what = f"Nothing can be connected from {source}: {words}."
            self._fail(Problem("connect", what, "Choose an address of this computer."), began)
            return False
        return True

    async def _attempt(
        self, connection: socket.socket, step: Awaitable[Result], peer: str, began: int
    ) -> Result | None:
        """One step of connecting, within its time; None, and told, where it fails."""
        seconds = self._settings.timeouts.connect
        try:
            connection.setblocking(False)
            result = await asyncio.wait_for(step, seconds)
        except ProxyFailed as error:
            connection.close()
            self._fail(error.problem, began)
            return None
        except (OSError, OverflowError, ValueError) as error:
            connection.close()
            self._fail(connect_problem(peer, error, seconds), began)
            return None
        except BaseException:
            connection.close()
            raise
        return result

    def _fail(self, problem: Problem, began: int | None = None) -> None:
        took = 0 if began is None else _since(began)
        self._witness.failed(problem.stage, problem.what, problem.advice, took)


async def _connect(connection: socket.socket, where: object) -> tuple[Any, Any]:
    """Connect; the server's end and ours, as the system has them."""
    await asyncio.get_running_loop().sock_connect(connection, where)  # type: ignore[arg-type]
    # A server may reset at once; then this raises, and the address counts as failed.
    return connection.getpeername(), connection.getsockname()


def _since(began: int) -> int:
    return max(1, (perf_counter_ns() - began) // 1000)
