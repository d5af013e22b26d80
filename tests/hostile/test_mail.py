"""Mail data and chunks: answered never, early, late, and with a refusal in the middle."""

from __future__ import annotations

from smtpdebugger.protocol.framing import Mode
from smtpdebugger.session.events import Sent
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.settings import Timeouts
from tests.peers.clock import run
from tests.peers.peer import Line, Peer, Script
from tests.transport.support import client_for, ends, events, failures, replies


def until_data(script: Script, answer: bytes = b"354 go on\r\n") -> Script:
    """Polite up to DATA, which it answers with ``answer``; then ``script``."""

    async def whole(line: Line) -> None:
        await line.say("220 hostile.test ESMTP")
        while (verb := (await line.hear()).upper()) != "DATA":
            if not verb:
                return
            await line.say("250 CHUNKING" if verb.startswith("EHLO") else "250 ok")
        await line.send(answer)
        await script(line)

    return whole


async def deliver(port: int, message: bytes = b"Subject: x\r\n\r\ny\r\n") -> SmtpClient:
    client = client_for(port, timeouts=Timeouts())
    await client.connect()
    for line in ("MAIL FROM:<a@hostile.test>", "RCPT TO:<b@hostile.test>", "DATA"):
        await client.send_line(line)
    if client.session.expects is Mode.MAIL_DATA:
        await client.send_message(message)
    return client


def sent(client: SmtpClient) -> bytes:
    return b"".join(each.octets for each in events(client, Sent))


async def nothing(line: Line) -> None:
    await line.forever()


def test_354_never() -> None:
    async def work() -> None:
        async with Peer(until_data(nothing, b"")) as peer:
            client = await deliver(peer.port)
            assert failures(client)[-1] == ("time-out", "No reply to DATA within 120 s.")
            assert not sent(client).endswith(b".\r\n")
            assert client.is_connected
            await client.disconnect()

    run(work)


def test_no_reply_to_the_dot() -> None:
    async def work() -> None:
        async with Peer(until_data(nothing)) as peer:
            client = await deliver(peer.port)
            assert failures(client)[-1] == ("time-out", "No reply to the mail data within 600 s.")
            assert client.is_connected
            await client.disconnect()

    run(work)


def test_354_and_then_550_before_the_data_ends() -> None:
    async def refuse(line: Line) -> None:
        await line.reader.readline()
        await line.say("550 5.7.1 enough")
        await line.forever()

    async def work() -> None:
        async with Peer(until_data(refuse)) as peer:
            client = await deliver(peer.port, b"x" * 70 + b"\r\n" + b"y" * 70 * 400_000)
            assert ("(end of mail data)", 550) in replies(client)
            assert any("answered before the message ended" in what for _, what in failures(client))
            assert len(sent(client)) < 70 * 400_000
            assert not sent(client).endswith(b"\r\n.\r\n")
            await client.disconnect()
            assert len(ends(client)) == 1

    run(work)


def test_a_reply_before_the_final_dot_belongs_to_the_message() -> None:
    async def hasty(line: Line) -> None:
        await line.say("250 2.0.0 taken already")
        await line.hear_mail()
        await line.say("250 2.0.0 taken again")
        await line.forever()

    async def work() -> None:
        async with Peer(until_data(hasty)) as peer:
            client = await deliver(peer.port)
            told = [code for verb, code in replies(client) if verb == "(end of mail data)"]
            assert told[:1] == [250]
            assert client.is_connected
            await client.disconnect()

    run(work)


def test_bdat_answered_503() -> None:
    async def script(line: Line) -> None:
        await line.say("220 hostile.test ESMTP")
        while verb := (await line.hear()).upper():
            if verb.startswith("BDAT"):
                await line.reader.readexactly(int(verb.split()[1]))
                await line.say("503 5.5.1 not now")
            else:
                await line.say("250 CHUNKING" if verb.startswith("EHLO") else "250 ok")

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, timeouts=Timeouts())
            await client.connect()
            exchange = await client.send_chunk("BDAT 5 LAST", b"hello")
            assert exchange is not None
            assert exchange.code == 503
            after = await client.send_line("NOOP")
            assert after is not None
            assert after.code == 250
            exchanges = await client.send_chunks(b"z" * 1000, 100)
            assert [each.code for each in exchanges] == [503]
            await client.disconnect()

    run(work)


def test_a_server_that_takes_no_more_octets_ends_with_its_time() -> None:
    async def stop(line: Line) -> None:
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]
        import asyncio

        await asyncio.sleep(1000)

    async def work() -> None:
        async with Peer(until_data(stop)) as peer:
            client = await deliver(peer.port, b"y" * 60_000_000)
            assert any("took no more octets for 180 s" in what for _, what in failures(client))
            assert not client.is_connected
            assert ends(client) == [("client", "time-out")]

    run(work)
