"""The way to a connection: names, addresses, ports, and what is told when there is none."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from smtpdebugger.session.events import Connected, Failed, Resolved
from smtpdebugger.tasks import spawn
from smtpdebugger.transport import opening
from smtpdebugger.transport.resolve import Address
from smtpdebugger.transport.settings import Timeouts
from tests.peers.peer import Peer, free_port
from tests.peers.scripts import polite
from tests.transport.support import QUICK, client_for, ends, events, failures, run


def found(*hosts: str) -> Any:
    """A look-up that finds these addresses."""

    async def look_up(host: str, port: int) -> list[Address]:
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [Address(family[":" in each], (each, port)) for each in hosts]

    return look_up


def test_a_closed_port_is_told() -> None:
    async def work() -> None:
        client = client_for(free_port())
        assert not await client.connect()
        [(stage, what)] = failures(client)
        assert stage == "connect"
        assert "refused" in what
        assert events(client, Failed)[0].advice
        assert not client.is_connected
        assert ends(client) == []

    run(work)


def test_a_name_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_up(host: str, port: int) -> list[Address]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(opening, "look_up", look_up)

    async def work() -> None:
        client = client_for(25, host="mail.nowhere.test")
        assert not await client.connect()
        assert failures(client) == [("resolve", "There is no host named mail.nowhere.test.")]

    run(work)


@pytest.mark.parametrize("host", ["", "a" * 70 + ".test", "..", "nul\0.test", "bad\udcffname"])
def test_what_cannot_be_a_name_is_told(host: str) -> None:
    async def work() -> None:
        client = client_for(25, host=host)
        assert not await client.connect()
        assert [stage for stage, _ in failures(client)] == ["resolve"]

    run(work)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_cannot_be_a_port_is_told(port: int) -> None:
    async def work() -> None:
        client = client_for(port)
        assert not await client.connect()
        assert failures(client) == [("connect", f"{port} is no port.")]

    run(work)


def test_each_address_is_tried_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            monkeypatch.setattr(opening, "look_up", found("127.0.0.2", "::1", "127.0.0.1"))
            client = client_for(peer.port, host="many.test")
            assert await client.connect()
            [resolved] = events(client, Resolved)
            assert resolved.host == "many.test"
            assert resolved.addresses == ("127.0.0.2", "::1", "127.0.0.1")
            told = failures(client)
            assert [stage for stage, _ in told] == ["connect", "connect"]
            assert f"127.0.0.2:{peer.port}" in told[0][1]
            assert f"[::1]:{peer.port}" in told[1][1]
            [connected] = events(client, Connected)
            assert (connected.host, connected.peer) == ("many.test", f"127.0.0.1:{peer.port}")
            await client.quit()

    run(work)


def test_an_address_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(self: Any, sock: Any, address: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", never)

    async def work() -> None:
        client = client_for(25, timeouts=Timeouts(connect=0.05))
        assert not await client.connect()
        [(stage, what)] = failures(client)
        assert stage == "connect"
        assert "did not answer within 0.05 s" in what

    run(work)


def test_a_look_up_that_hangs_is_told_and_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_up(host: str, port: int) -> list[Address]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(opening, "look_up", look_up)

    async def work() -> None:
        client = client_for(25, host="slow.test", timeouts=Timeouts(resolve=0.05))
        assert not await client.connect()
        assert failures(client)[0][0] == "resolve"
        assert "in time" in failures(client)[0][1]
        other = client_for(25, host="slow.test")
        task = spawn(other.connect(), "connect")
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ends(other) == [("client", "cancelled")]

    run(work)


def test_an_address_is_not_looked_up_for_show() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port, timeouts=QUICK)
            assert await client.connect()
            assert events(client, Resolved) == []
            await client.disconnect()

    run(work)
