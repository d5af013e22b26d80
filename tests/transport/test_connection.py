"""A connection as it is made and ended: what is awaited, and that it can be given up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from smtpdebugger.tasks import spawn
from smtpdebugger.transport import opening
from smtpdebugger.transport.patience import Waiting
from smtpdebugger.transport.resolve import Address
from tests.peers.peer import Peer
from tests.peers.scripts import polite, says, silent
from tests.transport.support import client_for, ends, failures, replies, run, until


def test_what_is_awaited_is_told_in_words() -> None:
    waiting = Waiting("for the reply to EHLO", 12.3, 300)
    assert waiting.sentence == "waiting 12 s of 300 s for the reply to EHLO"
    late = Waiting("for the greeting", 301, 300)
    assert late.sentence == "waiting 301 s for the greeting; 300 s would be usual"


def test_waiting_follows_the_session() -> None:
    async def work() -> None:
        async with Peer(silent) as peer:
            client = client_for(peer.port)
            assert client.waiting is None
            connecting = spawn(client.connect(), "connect")
            await until(lambda: client.is_connected)
            assert client.waiting is not None
            assert client.waiting.what == "for the greeting"
            assert 0 <= client.waiting.elapsed < client.waiting.limit == 10
            await client.disconnect()
            assert await connecting is False
            assert client.waiting is None

    run(work)


def test_nothing_is_awaited_of_an_idle_server() -> None:
    async def work() -> None:
        async with Peer(says("220 peer.test")) as peer:
            client = client_for(peer.port, ehlo=False)
            assert await client.connect()
            assert client.waiting is None
            sending = spawn(client.send_line("NOOP"), "send")
            await until(lambda: client.waiting is not None)
            assert client.waiting is not None
            assert client.waiting.what == "for the reply to NOOP"
            await client.disconnect()
            exchange = await sending
            assert exchange is not None
            assert exchange.reply is None

    run(work)


def test_a_look_up_can_be_given_up_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = True

    async def look_up(host: str, port: int, family: str = "any") -> list[Address]:
        if hangs:
            await asyncio.sleep(60)
        return [Address(2, ("127.0.0.1", port))]

    monkeypatch.setattr(opening, "look_up", look_up)

    async def work() -> None:
        nonlocal hangs
        async with Peer(polite) as peer:
            client = client_for(peer.port, host="slow.test")
            connecting = spawn(client.connect(), "connect")
            await until(lambda: client.waiting is not None)
            assert client.waiting is not None
            assert client.waiting.what == "for the addresses of slow.test"
            await client.disconnect()
            assert await connecting is False
            assert ends(client) == [("client", "cancelled")]
            assert failures(client) == []
            hangs = False
            assert await client.connect()
            await client.disconnect()

    run(work)


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_lmtp_says_lhlo(protocol: Any) -> None:
    async def script(line: Any) -> None:
        await line.say("220 peer.test LMTP")
        while await line.hear():
            await line.say("250 peer.test")

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, protocol=protocol)
            assert await client.connect()
            verb = {"smtp": "EHLO", "lmtp": "LHLO"}[protocol]
            assert replies(client)[1] == (verb, 250)
            await client.disconnect()

    run(work)


def test_mail_in_lmtp_waits_for_a_reply_for_each_recipient() -> None:
    async def script(line: Any) -> None:
        await line.say("220 peer.test LMTP")
        while verb := (await line.hear()).upper():
            if verb == "DATA":
                await line.say("354 go on")
                await line.hear_mail()
                await line.say("250 one")
                await asyncio.sleep(0.1)
                await line.say("550 two")
            else:
                await line.say("250 ok")

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, protocol="lmtp")
            await client.connect()
            for line in ("MAIL FROM:<>", "RCPT TO:<a@peer.test>", "RCPT TO:<b@peer.test>", "DATA"):
                await client.send_line(line)
            sending = spawn(client.send_message(b"Subject: x\r\n"), "send")
            await until(lambda: bool(client.session.owed))
            assert client.waiting is not None
            assert client.waiting.what == "for the replies for the other recipients"
            exchange = await sending
            assert exchange is not None
            assert exchange.code == 250
            assert replies(client)[-1] == ("(for a further recipient)", 550)
            after = await client.send_line("NOOP")
            assert after is not None
            assert after.code == 250
            await client.disconnect()

    run(work)
