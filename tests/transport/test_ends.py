"""Ends of mail data are tried, and told neutrally."""

from __future__ import annotations

import pytest

from smtpdebugger.protocol.transparency import ENDS
from smtpdebugger.transport.ends import try_end
from tests.peers.peer import Line, Peer
from tests.transport.support import client_for, run


def told(name: str, accepted: bytes, *, closes: bool = False) -> str:
    """What is told of an end by a server that takes ``accepted`` for one."""

    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()
        await line.say("354 go on")
        await line.reader.readuntil(accepted)
        if not closes:
            await line.say("250 taken")
            await line.forever()

    async def work() -> str:
        async with Peer(script) as peer:
            client = client_for(peer.port)
            assert await client.connect()
            await client.send_line("DATA")
            await client.send_octets(b"Subject: x\r\n\r\nbody")
            sentence = await try_end(client, name, 0.3)
            await client.disconnect()
            return sentence

    return run(work)


@pytest.mark.parametrize("name", list(ENDS))
def test_a_server_that_takes_it_and_one_that_does_not(name: str) -> None:
    assert "replied 250" in told(name, ENDS[name])
    if name != "CRLF . CRLF":
        assert "no reply within 0.3 s" in told(name, b"\r\n.\r\n\r\n")


def test_a_server_that_closes() -> None:
    assert "ended the connection" in told("LF . LF", b"\n.\n", closes=True)


def test_only_among_mail_data() -> None:
    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.forever()

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port)
            assert await client.connect()
            assert "Nothing was sent" in await try_end(client, "LF . LF", 0.1)
            await client.disconnect()

    run(work)
