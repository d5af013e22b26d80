"""The practice server on a real port."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import sys
import time

import pytest

from smtpdebugger.practice.certificates import make_identity
from smtpdebugger.practice.server import PracticeServer, serve
from smtpdebugger.tasks import spawn
from tests.transport.support import client_for, ends, replies, run, trusting, until


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mail.test", ""])
def test_it_listens_on_loopback_alone(host: str) -> None:
    with pytest.raises(ValueError, match="on this computer only"):
        PracticeServer("modern", host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_listens_on_loopback(host: str) -> None:
    async def work() -> None:
        server = PracticeServer("modern", host)
        assert server.port == 0
        await server.start()
        address = server._server.sockets[0].getsockname()[0]  # type: ignore[union-attr]
        assert address in {"127.0.0.1", "::1"}
        assert server.port > 0
        client = client_for(server.port, host=address, security="starttls",
                            trust=trusting(server.ca_pem))  # fmt: skip
        assert await client.connect()
        assert client.session.situation.tls
        await client.quit()
        await server.stop()
        assert server.port == 0
        await server.stop()

    run(work)


def test_an_unknown_personality_is_refused() -> None:
    with pytest.raises(ValueError, match="no personality"):
        PracticeServer("nobody")


def test_a_taken_port_is_an_os_error() -> None:
    async def work() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            server = PracticeServer("modern", port=taken.getsockname()[1])
            with pytest.raises(OSError, match=r".+"):
                await server.start()

    run(work)


def test_its_certificate_is_its_own_and_short_lived() -> None:
    first, second = make_identity("a.test"), make_identity("a.test")
    assert first.ca_pem != second.ca_pem
    assert isinstance(first.context, ssl.SSLContext)
    assert first.ca_pem.startswith("-----BEGIN CERTIFICATE-----")


def test_the_strictest_checks_accept_its_certificate() -> None:
    async def work() -> None:
        server = PracticeServer("modern", tls=True)
        await server.start()
        context = ssl.create_default_context(cadata=server.ca_pem)
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", server.port, ssl=context, server_hostname="localhost"
        )
        assert (await reader.readline()).startswith(b"220 ")
        writer.close()
        await writer.wait_closed()
        await server.stop()

    run(work)


def test_several_clients_are_served_apart() -> None:
    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        clients = [client_for(server.port) for _ in range(5)]
        await asyncio.gather(*(each.connect() for each in clients))
        await clients[0].send_line("MAIL FROM:<a@modern.test>")
        exchange = await clients[1].send_line("RCPT TO:<b@modern.test>")
        assert exchange is not None
        assert exchange.code == 503
        await asyncio.gather(*(each.quit() for each in clients))
        await server.stop()

    run(work)


def test_too_many_errors_end_the_session_with_421() -> None:
    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        client = client_for(server.port, ehlo=False)
        await client.connect()
        await client.send_ahead([b"FOO"] * 30)
        await until(lambda: bool(ends(client)))
        assert replies(client)[-1] == ("(unsolicited)", 421)
        assert ends(client) == [("server", "")]
        await server.stop()

    run(work)


def test_commands_pipelined_behind_starttls_are_forgotten() -> None:
    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        client = client_for(server.port, trust=trusting(server.ca_pem))
        await client.connect()
        first = len(client.session.exchanges)
        task = spawn(client.send_ahead([b"STARTTLS", b"RSET"]), "ahead")
        await until(lambda: client.session.situation.tls)
        assert client.session.exchanges[first].code == 220
        await client.disconnect()
        await task
        assert client.session.exchanges[first + 1].reply is None
        await server.stop()

    run(work)


def test_a_client_that_leaves_in_the_handshake_hurts_nobody() -> None:
    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        stranger = client_for(server.port)
        await stranger.connect()
        exchange = await stranger.send_line("STARTTLS")
        assert exchange is not None
        assert not stranger.is_connected
        friend = client_for(server.port)
        assert await friend.connect()
        await friend.quit()
        await server.stop()

    run(work)


def test_stopping_ends_open_sessions() -> None:
    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        client = client_for(server.port)
        await client.connect()
        await server.stop()
        await until(lambda: bool(ends(client)))
        assert not client.is_connected

    run(work)


def test_serve_announces_port_and_login_and_ends_when_cancelled() -> None:
    told: list[str] = []

    async def work() -> None:
        task = spawn(serve("modern", 0, told.append), "serve")
        await until(lambda: len(told) >= 4)
        port = int(told[0].rstrip(".").rpartition(" ")[2])
        client = client_for(port)
        assert await client.connect()
        await client.quit()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(OSError, match=r".+"):
            socket.create_connection(("127.0.0.1", port), 1).close()

    run(work)
    assert any("alice@modern.test" in each and "wonderland" in each for each in told)


def test_importing_the_server_is_cheap() -> None:
    program = (
        "import sys, smtpdebugger.practice.server\n"
        "heavy = {'cryptography', 'aiosmtplib', 'PySide6', 'msgspec'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.stderr == ""


def test_a_delay_is_kept() -> None:
    async def work() -> None:
        server = PracticeServer("strict-postfix")
        await server.start()
        client = client_for(server.port)
        await client.connect()
        await client.send_ahead([b"FOO"] * 10)
        began = time.perf_counter()
        await client.send_line("FOO")
        assert time.perf_counter() - began > 0.9
        await client.disconnect()
        await server.stop()

    run(work)
