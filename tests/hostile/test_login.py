"""Challenges that are none, that are huge, and that never end."""

from __future__ import annotations

import base64

import pytest

from smtpdebugger.protocol.framing import Mode
from smtpdebugger.session.events import Sent
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.settings import Timeouts
from tests.peers.clock import run
from tests.peers.peer import Line, Peer
from tests.transport.support import client_for, ends, events, failures

MAX_ROUNDS = 200


def challenging(*challenges: bytes) -> object:
    """Answers AUTH and every response with the next challenge; with the last one for ever."""

    async def script(line: Line) -> None:
        await line.say("220 hostile.test ESMTP")
        await line.hear()
        await line.say("250-hostile.test", "250 AUTH PLAIN LOGIN CRAM-MD5")
        for challenge in challenges:
            if not await line.hear():
                return
            await line.send(challenge)
        while await line.hear():
            await line.send(challenges[-1])

    return script


async def log_in(client: SmtpClient) -> list[int | None]:
    """AUTH by hand; every challenge is answered, until the server has had enough or we have."""
    await client.connect()
    exchange = await client.send_line("AUTH LOGIN")
    codes = [None if exchange is None else exchange.code]
    while client.session.expects is Mode.SASL and len(codes) < MAX_ROUNDS:
        exchange = await client.send_response("c2VjcmV0LXBhc3N3b3Jk")
        codes.append(None if exchange is None else exchange.code)
    return codes


@pytest.mark.parametrize(
    "challenge",
    [
        b"334 not base64 at all!\r\n",
        b"334 \xff\xfe\r\n",
        b"334\r\n",
        b"334-one\r\n334 two\r\n",
        b"334 =\r\n",
        b"334 " + base64.b64encode(b"x" * 700_000) + b"\r\n",
    ],
    ids=["text", "8-bit", "empty", "two lines", "a pad", "1 MB"],
)
def test_a_challenge_of_any_kind_can_be_answered(challenge: bytes) -> None:
    async def work() -> None:
        async with Peer(challenging(challenge, b"235 in\r\n")) as peer:  # type: ignore[arg-type]
            client = client_for(peer.port, timeouts=Timeouts())
            assert await log_in(client) == [334, 235]
            assert client.session.situation.authenticated
            assert failures(client) == []
            await client.disconnect()

    run(work)


def test_a_challenge_without_an_end_is_cut() -> None:
    async def work() -> None:
        async with Peer(challenging(b"334 " + b"QUJD" * 500_000)) as peer:  # type: ignore[arg-type]
            client = client_for(peer.port, timeouts=Timeouts())
            await log_in(client)
            assert not client.is_connected
            assert any("without ending the line" in what for _, what in failures(client))
            await client.disconnect()
            assert len(ends(client)) == 1

    run(work)


def test_challenges_for_ever_are_the_persons_to_end() -> None:
    async def work() -> None:
        async with Peer(challenging(b"334 QUJD\r\n")) as peer:  # type: ignore[arg-type]
            client = client_for(peer.port, timeouts=Timeouts())
            codes = await log_in(client)
            assert codes == [334] * MAX_ROUNDS
            assert client.is_connected
            await client.disconnect()
            assert ends(client) == [("client", "")]

    run(work)


def test_no_response_is_shown_whatever_the_server_did() -> None:
    async def work() -> None:
        echo = b"334 QUJD\r\n", b"535 you said c2VjcmV0LXBhc3N3b3Jk\r\n"
        async with Peer(challenging(*echo)) as peer:  # type: ignore[arg-type]
            client = client_for(peer.port, timeouts=Timeouts())
            assert await log_in(client) == [334, 535]
            assert any(b"c2VjcmV0" in each.octets for each in events(client, Sent))
            assert not any("c2VjcmV0" in row.line for row in client.session.rows)
            await client.disconnect()

    run(work)
