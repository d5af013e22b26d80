"""How much memory a flood costs: ``python -m tests.hostile.memory NAME`` prints KiB over the start.

In a process of its own, because a process never shows what it gave back. The server is a thread
with a socket and needs no memory to speak of. Linux only: other systems tell no peak.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from smtpdebugger.session.session import Session
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Timeouts

GREETING = b"220 hostile.test ESMTP\r\n"
BLOCK = 64 * 1024


def repeated(octets: bytes, total: int) -> Iterator[bytes]:
    """About ``total`` octets of repetitions, in blocks."""
    block = octets * max(1, BLOCK // len(octets))
    for _ in range(total // len(block) + 1):
        yield block


FLOODS: dict[str, Callable[[], Iterator[bytes]]] = {
    "no line end": lambda: repeated(b"x", 100_000_000),
    "a million lines of greeting": lambda: repeated(b"220-more\r\n", 10_000_000),
    "a million continuation lines": lambda: repeated(b"250-more\r\n", 10_000_000),
}


def serve(listener: socket.socket, name: str) -> None:
    """Greet (unless the greeting is the flood), hear EHLO, flood, and keep quiet."""
    connection, _ = listener.accept()
    with contextlib.suppress(OSError), connection:
        if name not in {"no line end", "a million lines of greeting"}:
            connection.sendall(GREETING)
            connection.recv(1024)
        for block in FLOODS[name]():
            connection.sendall(block)
        connection.sendall(b"250 at last\r\n")
        while connection.recv(1024):
            connection.sendall(b"250 ok\r\n")


def peak() -> int:
    """The most memory this process ever had at once, in KiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise RuntimeError("this system tells no peak")


async def meet(port: int) -> SmtpClient:
    """Connect, say EHLO and one line more."""
    timeouts = Timeouts(greeting=60, command=60)
    settings = ConnectionSettings("127.0.0.1", port, client_name="client.test", timeouts=timeouts)
    client = SmtpClient(Session(), settings)
    await client.connect()
    if client.is_connected:
        await client.send_line("NOOP")
    seen = -1
    while client.is_connected and seen != len(client.session.events):
        seen = len(client.session.events)
        await asyncio.sleep(0.5)
    await client.disconnect()
    return client


def main(name: str) -> int:
    """Print what it cost, and how it ended."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        threading.Thread(target=serve, args=(listener, name), daemon=True).start()
        before = peak()
        client = asyncio.run(meet(port))
    events = client.session.events
    print(peak() - before, len(events), events[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
