"""Giving up at every moment of making a connection leaves no socket and a session in order."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from smtpdebugger.session.events import Closed, Connected
from smtpdebugger.tasks import spawn
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.settings import Proxy, ProxyHeader
from tests.peers.name_server import NameServer
from tests.peers.peer import Line, Peer
from tests.peers.proxies import http_connect, socks5
from tests.transport.certificates import pem_of, server_context
from tests.transport.support import PATIENT, client_for, trusting

DESCRIPTORS = Path("/proc/self/fd")
MOST_TURNS = 400

pytestmark = pytest.mark.skipif(not DESCRIPTORS.exists(), reason="cannot count open files here")

AUTHORITY = trustme.CA()
CONTEXT = server_context(AUTHORITY.issue_cert("localhost", "127.0.0.1"))


class CountingLoop(asyncio.SelectorEventLoop):
    """Calls something just before one of its turns."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0
        self.due = 0
        self.call: Callable[[], object] = lambda: None

    def _run_once(self) -> None:
        self.turns += 1
        if self.turns == self.due:
            self.call()
        super()._run_once()  # type: ignore[misc]


async def talks(line: Line) -> None:
    """Greets, and agrees to STARTTLS."""
    await line.say("220 peer.test ESMTP")
    while text := await line.hear():
        if text.upper().startswith("EHLO"):
            await line.say("250-peer.test", "250 STARTTLS")
        elif text.upper() == "STARTTLS":
            await line.say("220 go")
            await line.writer.start_tls(CONTEXT)
        else:
            await line.say("250 ok")


@asynccontextmanager
async def way(name: str, folder: Path) -> AsyncIterator[SmtpClient]:
    """A client, and whoever stands between it and its server."""
    async with AsyncExitStack() as stack:
        context = CONTEXT if name == "tls" else None
        server = await stack.enter_async_context(Peer(talks, context=context))
        choices: dict[str, Any] = {"trust": trusting(pem_of(AUTHORITY))}
        if name in {"tls", "starttls"}:
            choices["security"] = name
        elif name in {"socks5", "http"}:
            script = socks5() if name == "socks5" else http_connect()
            proxy = await stack.enter_async_context(Peer(script))
            choices["proxy"] = Proxy(name, "127.0.0.1", proxy.port)  # type: ignore[arg-type]
        elif name == "header":
            choices["proxy_header"] = ProxyHeader(1)
        elif name == "mx":
            zone = {("x.test", "MX"): ["5 mx.x.test."], ("mx.x.test", "A"): ["127.0.0.1"]}
            names = await stack.enter_async_context(NameServer(zone))
            choices |= {"host": "mx:x.test", "name_server": names.address, "family": "ipv4"}
            choices["timeouts"] = replace(PATIENT, resolve=0.2)
        yield client_for(server.port, **choices)


async def attempt(loop: CountingLoop, client: SmtpClient, due: int, *, asks: bool) -> bool:
    """Connect, and give up at turn ``due``; whether it was over before."""
    connecting = spawn(client.connect(), "connect")
    loop.turns, loop.due = 0, due
    if asks:
        loop.call = lambda: spawn(client.disconnect(), "disconnect")
    else:
        loop.call = connecting.cancel
    await asyncio.wait({connecting})
    was_over = loop.turns < due
    loop.due = 0
    await client.disconnect()
    return was_over


@pytest.mark.parametrize("asks", [False, True], ids=["cancelled", "disconnected"])
@pytest.mark.parametrize("name", ["none", "starttls", "tls", "socks5", "http", "header", "mx"])
def test_at_every_turn_of_the_loop(name: str, asks: bool, tmp_path: Path) -> None:
    gc.collect()
    before = len(list(DESCRIPTORS.iterdir()))
    for due in range(1, MOST_TURNS):
        with asyncio.Runner(loop_factory=CountingLoop) as runner:
            loop = runner.get_loop()
            assert isinstance(loop, CountingLoop)
            reports: list[dict[str, Any]] = []
            loop.set_exception_handler(lambda _, context: reports.append(context))  # noqa: B023

            async def work() -> bool:
                async with way(name, tmp_path) as client:
                    was_over = await attempt(loop, client, due, asks=asks)  # noqa: B023
                    events = client.session.events
                    kinds = [type(each) for each in events if isinstance(each, Connected | Closed)]
                    assert kinds in ([], [Closed], [Connected, Closed]), due  # noqa: B023
                    assert not client.is_connected
                    return was_over

            was_over = runner.run(work())
        assert reports == [], due
        for thread in threading.enumerate():
            # A question that was asked is abandoned, and its socket closed when its time is over.
            if thread.name.startswith("smtpdebugger: look up"):
                thread.join(5)
        assert len(list(DESCRIPTORS.iterdir())) == before, due
        if was_over:
            break
    else:
        pytest.fail("it never ended")
    gc.collect()
