"""The way to a connection: names, addresses, ports, and what is told when there is none."""

from __future__ import annotations

import asyncio
import errno
import socket
from pathlib import Path
from typing import Any

import pytest

from smtpdebugger.session.events import Connected, Failed, Resolved
from smtpdebugger.tasks import spawn
from smtpdebugger.transport import opening
from smtpdebugger.transport.resolve import Address
from smtpdebugger.transport.settings import ProxyHeader, Timeouts
from tests.peers.name_server import NameServer
from tests.peers.peer import Line, Peer, free_port
from tests.peers.scripts import polite
from tests.transport.support import (
    QUICK,
    client_for,
    ends,
    events,
    failures,
    remarks,
    replies,
    run,
)


def found(*hosts: str) -> Any:
    """A look-up that finds these addresses."""

    async def look_up(host: str, port: int, family: str = "any") -> list[Address]:
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
    async def look_up(host: str, port: int, family: str = "any") -> list[Address]:
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
    async def look_up(host: str, port: int, family: str = "any") -> list[Address]:
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


def test_only_addresses_of_the_chosen_family_are_tried() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port, host="localhost", family="ipv4")
            assert await client.connect()
            [resolved] = events(client, Resolved)
            assert resolved.addresses == ("127.0.0.1",)
            assert resolved.took > 0
            await client.disconnect()

    run(work)


def test_a_chosen_address_is_used_without_a_look_up() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port, host="mail.example.test", address="127.0.0.1")
            assert await client.connect()
            assert events(client, Resolved) == []
            [connected] = events(client, Connected)
            assert connected.host == "mail.example.test"
            assert connected.peer == f"127.0.0.1:{peer.port}"
            assert connected.took > 0
            await client.disconnect()

    run(work)


def test_mail_exchangers_are_tried_in_their_order() -> None:
    async def work() -> None:
        zone = {
            ("example.test", "MX"): ["20 good.example.test.", "10 dead.example.test."],
            ("dead.example.test", "A"): ["127.0.0.2"],
            ("good.example.test", "A"): ["127.0.0.1"],
        }
        async with Peer(polite) as peer, NameServer(zone) as names:
            client = client_for(
                peer.port, host="mx:example.test", family="ipv4", name_server=names.address
            )
            assert await client.connect()
            exchangers, dead, good = events(client, Resolved)
            assert exchangers.host == "MX of example.test"
            assert exchangers.addresses == ("10 dead.example.test", "20 good.example.test")
            assert (dead.host, good.host) == ("dead.example.test", "good.example.test")
            [(stage, what)] = failures(client)
            assert stage == "connect"
            assert f"127.0.0.2:{peer.port}" in what
            assert events(client, Failed)[0].took > 0
            assert events(client, Connected)[0].host == "good.example.test"
            await client.disconnect()

    run(work)


@pytest.mark.parametrize(
    ("domain", "stage", "word"),
    [
        ("null.test", "resolve", "takes no mail"),
        ("nowhere.test", "resolve", "no domain named nowhere.test"),
        ("broken.test", "resolve", "name server failed"),
    ],
)
def test_domains_without_mail_exchangers_are_told(domain: str, stage: str, word: str) -> None:
    async def work() -> None:
        zone = {("null.test", "MX"): ["0 ."], ("broken.test", "FAIL"): []}
        async with NameServer(zone) as names:
            client = client_for(25, host=f"mx:{domain}", name_server=names.address)
            assert not await client.connect()
            [(told, what)] = failures(client)
            assert told == stage
            assert word in what

    run(work)


def test_a_domain_that_names_no_exchanger_is_its_own() -> None:
    async def work() -> None:
        async with Peer(polite) as peer, NameServer({("plain.test", "A"): ["127.0.0.1"]}) as names:
            client = client_for(peer.port, host="mx:plain.test", name_server=names.address)
            assert await client.connect()
            assert "names no mail exchanger" in remarks(client)[0]
            await client.disconnect()

    run(work)


def leave_behind(path: str) -> None:
    """A socket's file without a server; newer versions of Python take their own away."""
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(path)


def test_a_unix_socket(tmp_path: Path) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await polite(Line(reader, writer))
        writer.close()

    async def work() -> None:
        path = str(tmp_path / "smtp.sock")
        server = await asyncio.start_unix_server(serve, path)
        client = client_for(25, host=f"unix:{path}", client_name="")
        assert await client.connect()
        [connected] = events(client, Connected)
        assert (connected.peer, connected.port) == (f"unix:{path}", None)
        assert client.session.exchanges[1].unit is not None
        assert b"EHLO [127.0.0.1]" in client.session.exchanges[1].unit.octets
        await client.quit()
        server.close()
        await server.wait_closed()
        leave_behind(path)
        left = client_for(25, host=f"unix:{path}")
        assert not await left.connect()
        assert "no server listens on it" in failures(left)[0][1]
        missing = client_for(25, host=f"unix:{path}.not")
        assert not await missing.connect()
        assert failures(missing) == [("connect", f"There is no unix:{path}.not.")]

    run(work)


def test_the_source_address_is_ours_to_choose() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            port = free_port()
            client = client_for(peer.port, source_address=f"127.0.0.9:{port}")
            assert await client.connect()
            assert events(client, Connected)[0].local == f"127.0.0.9:{port}"
            await client.disconnect()

    run(work)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("192.0.2.77", "Nothing can be connected from 192.0.2.77"),
        ("::1", "::1 is an address of the other family"),
        ("127.0.0.1:x", "is no port"),
        ("nonsense.invalid", "Nothing can be connected from nonsense.invalid"),
    ],
)
def test_a_source_address_that_cannot_be_is_told(source: str, word: str) -> None:
    async def work() -> None:
        client = client_for(free_port(), source_address=source)
        assert not await client.connect()
        [(stage, what)] = failures(client)
        assert stage == "connect"
        assert word in what

    run(work)


@pytest.mark.parametrize("version", [1, 2])
def test_the_proxy_header_comes_before_everything_and_is_no_command(version: Any) -> None:
    heard: list[bytes] = []

    async def script(line: Line) -> None:
        header = await line.reader.readexactly(16)
        if version == 1:
            header += await line.reader.readline()
        else:
            header += await line.reader.readexactly(int.from_bytes(header[14:16], "big"))
        heard.append(header)
        await polite(line)

    async def work() -> None:
        async with Peer(script) as peer:
            header = ProxyHeader(version, "192.0.2.1:1", "192.0.2.2:25")
            client = client_for(peer.port, proxy_header=header)
            assert await client.connect()
            assert [verb for verb, _ in replies(client)] == ["(greeting)", "EHLO"]
            assert f"PROXY header: version {version}" in remarks(client)[0]
            await client.disconnect()

    run(work)
    assert heard[0].startswith(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 25" if version == 1 else b"\r\n")


def test_a_proxy_header_that_cannot_be_made_sends_nothing() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port, proxy_header=ProxyHeader(1, "[::1]:1"))
            assert not await client.connect()
            assert "one is IPv4, the other IPv6" in failures(client)[0][1]
            assert ends(client) == [("client", "the PROXY header could not be sent")]

    run(work)


def test_a_family_that_this_computer_has_not_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket

    def make(family: int = -1, *rest: Any, **named: Any) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return real(family, *rest, **named)

    async def work() -> None:
        async with Peer(polite) as peer:
            monkeypatch.setattr(opening, "look_up", found("::1", "127.0.0.1"))
            monkeypatch.setattr(opening.socket, "socket", make)
            client = client_for(peer.port, host="many.test")
            assert await client.connect()
            [(stage, what)] = failures(client)
            assert stage == "connect"
            assert "family not supported" in what
            await client.disconnect()

    run(work)


def test_a_server_that_resets_at_once_is_one_more_failed_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def connect(connection: socket.socket, where: object) -> tuple[Any, Any]:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    monkeypatch.setattr(opening, "_connect", connect)

    async def work() -> None:
        client = client_for(25)
        assert not await client.connect()
        assert "not connected" in failures(client)[0][1]

    run(work)
