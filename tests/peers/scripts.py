"""What the peers do: each function is one way to misbehave, or to behave."""

from __future__ import annotations

import asyncio
import ssl

from tests.peers.peer import Line, Script


def says(*lines: str) -> Script:
    """Greets with these lines and then keeps silent."""

    async def script(line: Line) -> None:
        await line.say(*lines)
        await line.forever()

    return script


def sends(octets: bytes) -> Script:
    """Sends these octets as its greeting and then keeps silent."""

    async def script(line: Line) -> None:
        await line.send(octets)
        await line.forever()

    return script


async def silent(line: Line) -> None:
    """Never says anything."""
    await line.forever()


async def hangs_up(line: Line) -> None:
    """Closes without a word."""


async def resets(line: Line) -> None:
    """Resets the connection after the greeting and one command."""
    await line.say("220 peer.test ESMTP")
    await line.hear()
    line.reset()


async def closes_in_reply(line: Line) -> None:
    """Closes in the middle of its EHLO reply."""
    await line.say("220 peer.test ESMTP")
    await line.hear()
    await line.send(b"250-peer.test\r\n250-PIPEL")


async def polite(line: Line) -> None:
    """A small honest server: takes everything, counts nothing."""
    await line.say("220 peer.test ESMTP")
    while verb := (await line.hear()).upper():
        if verb.startswith("EHLO"):
            await line.say("250-peer.test", "250 SIZE")
        elif verb.startswith("DATA"):
            await line.say("354 go on")
            await line.hear_mail()
            await line.say("250 taken")
        elif verb.startswith("QUIT"):
            await line.say("221 bye")
            return
        else:
            await line.say("250 ok")


def floods(count: int) -> Script:
    """Takes ``count`` lines and answers them all at once."""

    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        for _ in range(count):
            await line.hear()
        await line.send(b"250 2.0.0 Ok\r\n" * count)
        await line.forever()

    return script


def starts_tls(context: ssl.SSLContext, *, stray: bytes = b"", late: bool = False) -> Script:
    """Does STARTTLS; ``stray`` is clear text behind the 220, with ``late`` in its own segment."""

    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        while verb := (await line.hear()).upper():
            if verb != "STARTTLS":
                await line.say("250 peer.test")
                continue
            # Whatever the client sends now is for TLS to read.
            line.writer.transport.pause_reading()  # type: ignore[attr-defined]
            await line.send(b"220 go\r\n" + (b"" if late else stray))
            if late:
                await asyncio.sleep(0.05)
                await line.send(stray)
            await line.writer.start_tls(context)

    return script


async def agrees_and_talks_on(line: Line) -> None:
    """Answers STARTTLS with 220 and goes on in clear."""
    await line.say("220 peer.test ESMTP")
    while verb := await line.hear():
        await line.say("220 go" if verb == "STARTTLS" else "500 what?")
        if verb == "STARTTLS":
            await line.say("500 what?")
            await line.forever()


def truncates(context: ssl.SSLContext) -> Script:
    """Drops the TCP connection under TLS without close_notify."""

    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        await line.hear()
        raw = line.writer.get_extra_info("socket")
        await line.say("250 peer.test")
        await asyncio.sleep(0.05)
        raw.shutdown(2)

    return script
