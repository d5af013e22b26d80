"""Names to addresses, in a thread that never holds up the program's end.

The loop's own executor is waited for at exit; a name server that does not answer would keep the
process alive after its window is gone.
"""

import asyncio
import atexit
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal, TypeVar, cast

Result = TypeVar("Result")

_ending: set[threading.Thread] = set()
"""Threads whose work must have ended before the program does."""
_END_SECONDS = 5.0

_FAMILIES = {"any": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}


class LookupFailed(OSError):
    """The domain name system has no answer."""

    def __init__(
        self, kind: Literal["nonexistent", "empty", "silent", "broken", "misspelt"], name: str
    ) -> None:
        """``empty``: the name exists, but has no such record."""
        super().__init__(f"{name}: {kind}")
        self.kind = kind
        self.name = name


@dataclass(frozen=True, slots=True)
class Address:
    """One address to try."""

    family: int
    sockaddr: tuple[Any, ...]

    @property
    def host(self) -> str:
        """The numeric address."""
        return str(self.sockaddr[0])

    def __str__(self) -> str:
        return peer_name(self.sockaddr)


def peer_name(sockaddr: tuple[Any, ...]) -> str:
    """An address and port as ``192.0.2.25:587`` or ``[2001:db8::25]:587``."""
    host, port = sockaddr[0], sockaddr[1]
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"


async def look_up(host: str, port: int, family: str = "any") -> list[Address]:
    """All addresses of a host, in the system's order of preference.

    Raises OSError (``socket.gaierror``) where the name has none, UnicodeError where it cannot be
    a name at all.
    """
    wanted, kind = _FAMILIES[family], socket.SOCK_STREAM
    if is_address(host):
        # Nobody is asked about an address, so nobody keeps us waiting.
        numeric = socket.AI_NUMERICHOST
        found = socket.getaddrinfo(host, port, family=wanted, type=kind, flags=numeric)
    else:
        found = await in_thread(
            lambda: socket.getaddrinfo(host, port, family=wanted, type=kind), "look up a name"
        )
    addresses = {Address(each[0], tuple(each[4])): None for each in found}
    return list(addresses)


async def in_thread(work: Callable[[], Result], name: str, *, uses_openssl: bool = False) -> Result:
    """Run blocking ``work`` in a daemon thread of its own; cancelling abandons it.

    ``uses_openssl``: it takes moments, and the program's end waits for it, because OpenSSL is torn
    down then, and a thread inside it would crash the process. Raises what ``work`` raises, if that
    is an OSError or a ValueError; those of TLS are.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(cast("Result", result))

    def run() -> None:
        result: Result | None = None
        error: Exception | None = RuntimeError(f"could not {name}")
        try:
            result, error = work(), None
        except (OSError, ValueError) as raised:
            error = raised
        finally:
            # The loop may be closed: the program ended while a name server kept silent.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, result, error)
            _ending.discard(threading.current_thread())

    thread = threading.Thread(target=run, name=f"smtpdebugger: {name}", daemon=True)
    if uses_openssl:
        _ending.add(thread)
    thread.start()
    return await future


@atexit.register
def _let_them_end() -> None:
    for thread in tuple(_ending):
        thread.join(_END_SECONDS)


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def address_literal(address: str) -> str:
    """An address as EHLO tells it where there is no name (RFC 5321 section 4.1.3)."""
    bare = address.partition("%")[0]
    return f"[IPv6:{bare}]" if ":" in bare else f"[{bare}]"
