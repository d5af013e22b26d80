"""The way to a connection: look up the name, try each address, tell of each failure."""

import asyncio
import socket

from smtpdebugger.transport.problems import Problem, connect_problem, lookup_problem
from smtpdebugger.transport.resolve import Address, look_up
from smtpdebugger.transport.settings import ConnectionSettings
from smtpdebugger.transport.tls import is_address
from smtpdebugger.transport.witness import Witness


async def find_addresses(settings: ConnectionSettings, witness: Witness) -> list[Address]:
    """The addresses of the host; empty, and told why, where there are none."""
    host = settings.host.strip()
    if not 0 < settings.port < 65536:
        witness.failed("connect", f"{settings.port} is no port.", "Ports are 1 to 65535.")
        return []
    if not host:
        _tell(witness, lookup_problem(host, UnicodeError()))
        return []
    try:
        found = await asyncio.wait_for(look_up(host, settings.port), settings.timeouts.resolve)
    except (OSError, ValueError) as error:
        _tell(witness, lookup_problem(host, error))
        return []
    if not is_address(host):
        witness.resolved(host, tuple(address.host for address in found))
    return found


async def open_socket(
    addresses: list[Address], settings: ConnectionSettings, witness: Witness
) -> socket.socket | None:
    """A socket connected to the first address that answers, or None; each failure is told."""
    for address in addresses:
        try:
            return await _connect(address, settings.timeouts.connect)
        except (OSError, OverflowError) as error:
            seconds = settings.timeouts.connect
            _tell(witness, connect_problem(str(address), error, seconds))
    return None


async def _connect(address: Address, seconds: float) -> socket.socket:
    loop = asyncio.get_running_loop()
    # Named as TCP, or the event loop leaves it to collect small writes (Nagle) for 40 ms.
    connection = socket.socket(address.family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        connection.setblocking(False)
        await asyncio.wait_for(loop.sock_connect(connection, address.sockaddr), seconds)
        # A server may reset at once; then this raises, and the address counts as failed.
        connection.getpeername()
    except BaseException:
        connection.close()
        raise
    return connection


def _tell(witness: Witness, problem: Problem) -> None:
    witness.failed(problem.stage, problem.what, problem.advice)
