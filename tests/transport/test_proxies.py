"""Through proxies, honest and not."""

from __future__ import annotations

import base64
from typing import Any, Literal

import pytest

from smtpdebugger.session.events import Connected, Failed
from smtpdebugger.tasks import spawn
from smtpdebugger.transport.settings import Proxy, Timeouts
from tests.peers.peer import Line, Peer, free_port
from tests.peers.proxies import http_connect, socks5
from tests.peers.scripts import hangs_up, polite, sends, silent
from tests.transport.support import client_for, ends, events, failures, replies, run, until

Kind = Literal["socks5", "http"]


@pytest.mark.parametrize("kind", ["socks5", "http"])
@pytest.mark.parametrize("login", [True, False])
def test_a_session_goes_through_a_proxy_that_looks_the_name_up(kind: Kind, login: bool) -> None:
    asked: list[str] = []
    basic = base64.b64encode(b"user:pass word").decode()
    scripts = {
        "socks5": socks5(login=("user", "pass word") if login else None, asked=asked),
        "http": http_connect(login=basic if login else "", asked=asked),
    }

    async def work() -> None:
        async with Peer(polite) as peer, Peer(scripts[kind]) as middle:
            credentials = ("user", "pass word") if login else ()
            proxy = Proxy(kind, "127.0.0.1", middle.port, *credentials)
            client = client_for(peer.port, host="mail.nowhere.test", proxy=proxy)
            assert await client.connect()
            assert replies(client)[1] == ("EHLO", 250)
            [connected] = events(client, Connected)
            assert connected.peer == f"mail.nowhere.test:{peer.port}"
            assert connected.via == f"{kind} 127.0.0.1:{middle.port}"
            assert asked == [f"mail.nowhere.test:{peer.port}"]
            await client.quit()
            assert ends(client)[0][0] == "server"

    run(work)


def test_a_greeting_in_the_segment_of_the_proxys_answer_is_not_lost() -> None:
    async def work() -> None:
        async with Peer(polite) as peer, Peer(http_connect(eager=True)) as middle:
            proxy = Proxy("http", "127.0.0.1", middle.port)
            client = client_for(peer.port, host="mail.test", proxy=proxy)
            assert await client.connect()
            assert replies(client) == [("(greeting)", 220), ("EHLO", 250)]
            await client.disconnect()

    run(work)


def test_addresses_are_told_to_a_proxy_as_such() -> None:
    asked: list[str] = []

    async def work() -> None:
        async with Peer(polite) as peer, Peer(socks5(asked=asked)) as middle:
            proxy = Proxy("socks5", "127.0.0.1", middle.port)
            client = client_for(peer.port, proxy=proxy)
            assert await client.connect()
            await client.disconnect()
            assert asked == [f"127.0.0.1:{peer.port}"]

    run(work)


def says_after(count: int, answer: bytes) -> Any:
    """Hears ``count`` octets and says this."""

    async def script(line: Line) -> None:
        await line.reader.readexactly(count)
        await line.send(answer)
        await line.forever()

    return script


NO_LOGIN = b"\x05\x00"


@pytest.mark.parametrize(
    ("kind", "script", "words"),
    [
        ("socks5", hangs_up, "closed the connection without an answer"),
        ("http", hangs_up, "closed the connection without an answer"),
        ("socks5", says_after(3, b"\x05\xff"), "wants a login"),
        ("socks5", says_after(3, b"\x05\x02"), "login method 2, which was not offered"),
        ("socks5", says_after(3, b"\x04\x5b"), "does not speak SOCKS5"),
        ("socks5", says_after(3, b"HTTP/1.1 400 Bad\r\n\r\n"), "does not speak SOCKS5"),
        ("socks5", sends(b"220 mail.test ESMTP\r\n"), "a mail server and no proxy"),
        ("http", sends(b"220-mail.test ESMTP\r\n"), "a mail server and no proxy"),
        ("http", sends(b"\x15\x03\x01\x00\x02\x02\x28"), "speaks TLS"),
        ("socks5", says_after(3, NO_LOGIN + b"\x05\x02\x00\x01"), "rules do not allow"),
        ("socks5", says_after(3, NO_LOGIN + b"\x05\x63\x00\x01"), "reason 99"),
        ("socks5", says_after(3, NO_LOGIN + b"\x05\x00\x00\x09"), "address of kind 9"),
        ("socks5", says_after(3, NO_LOGIN + b"\x06\x00\x00\x01"), "its answer is none"),
        ("http", says_after(20, b"HTTP/1.1 407 Login\r\n\r\n"), "wants a login (407)"),
        ("http", says_after(20, b"HTTP/1.1 403 No\x1b[m\r\n\r\n"), "“403 No·[m”"),
        ("http", says_after(20, b"\x05\x00\r\n\r\n"), "does not speak HTTP"),
        ("http", says_after(20, b"HTTP/1.1 two hundred\r\n\r\n"), "does not speak HTTP"),
        ("http", says_after(20, b"x" * 70_000), "does not end"),
    ],
)
def test_a_proxy_that_refuses_lies_or_closes_is_told(kind: Kind, script: Any, words: str) -> None:
    async def work() -> None:
        async with Peer(script) as middle:
            proxy = Proxy(kind, "127.0.0.1", middle.port)
            client = client_for(25, host="mail.test", proxy=proxy)
            assert not await client.connect()
            [failed] = events(client, Failed)
            assert failed.stage == "proxy"
            assert words in failed.what
            assert not client.is_connected
            assert ends(client) == []

    run(work)


def test_wrong_credentials_are_told() -> None:
    async def work() -> None:
        async with Peer(socks5(login=("user", "right"))) as middle:
            proxy = Proxy("socks5", "127.0.0.1", middle.port, "user", "wrong")
            client = client_for(25, host="mail.test", proxy=proxy)
            assert not await client.connect()
            assert failures(client) == [("proxy", "The proxy refused the login.")]

    run(work)


def test_a_server_that_a_proxy_cannot_reach_is_told_apart_from_the_proxy() -> None:
    async def work() -> None:
        port = free_port()
        async with Peer(socks5()) as middle:
            proxy = Proxy("socks5", "127.0.0.1", middle.port)
            client = client_for(port, host="mail.test", proxy=proxy)
            assert not await client.connect()
            [(stage, what)] = failures(client)
            assert stage == "proxy"
            assert f"mail.test:{port}: the server refused the connection" in what
        nobody = client_for(25, host="mail.test", proxy=Proxy("socks5", "127.0.0.1", free_port()))
        assert not await nobody.connect()
        assert failures(nobody)[0][0] == "connect"

    run(work)


def test_a_proxy_that_keeps_silent_ends_with_its_time_and_can_be_given_up() -> None:
    async def work() -> None:
        async with Peer(silent) as middle:
            proxy = Proxy("http", "127.0.0.1", middle.port)
            client = client_for(25, host="m.test", proxy=proxy, timeouts=Timeouts(connect=0.1))
            assert not await client.connect()
            assert f"The proxy 127.0.0.1:{middle.port} did not answer" in failures(client)[0][1]
            patient = client_for(25, host="m.test", proxy=proxy)
            connecting = spawn(patient.connect(), "connect")
            wanted = "for the proxy to connect to m.test:25"
            await until(lambda: patient.waiting is not None and patient.waiting.what == wanted)
            await patient.disconnect()
            assert not await connecting
            assert ends(patient) == [("client", "cancelled")]
            assert patient.waiting is None

    run(work)


@pytest.mark.parametrize("host", ["ü" * 200 + ".test", "x" * 300])
@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_a_name_no_proxy_can_be_told(kind: Kind, host: str) -> None:
    async def work() -> None:
        async with Peer(says_after(3, NO_LOGIN)) as middle:
            client = client_for(25, host=host, proxy=Proxy(kind, "127.0.0.1", middle.port))
            assert not await client.connect()
            [(stage, what)] = failures(client)
            assert stage == "proxy"
            assert "cannot be told to a proxy" in what

    run(work)
