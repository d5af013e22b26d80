"""One client of the practice server, where it shares its loop with others."""

from __future__ import annotations

import asyncio
import time

from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.tasks import spawn
from tests.transport.support import client_for, replies, run, until


def test_thousands_of_commands_at_once_leave_others_their_turn() -> None:
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.005)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        heart = spawn(beat(), "heartbeat")
        writer.write(b"NOOP\r\n" * 20_000)
        for _ in range(20_001):
            await reader.readline()
        heart.cancel()
        writer.close()
        await server.stop()

    run(work)
    assert longest < 0.25


def test_a_client_that_only_sends_is_made_to_wait() -> None:
    async def work() -> None:
        server = PracticeServer("strict-postfix")
        await server.start()
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        # Ten errors, and from then on each takes a second.
        writer.write(b"FOO\r\n" * 12 + b"NOOP\r\n" * 3_000_000)
        [connection] = [await first_of(server)]
        await asyncio.sleep(0.5)
        backlog = connection._units.backlog  # type: ignore[attr-defined]
        assert 1_000_000 < backlog < 3_000_000
        writer.transport.abort()
        await server.stop()

    run(work)


async def first_of(server: PracticeServer) -> object:
    await until(lambda: bool(server._connections))
    return next(iter(server._connections))


def test_replies_come_in_order_whatever_they_take() -> None:
    async def work() -> None:
        server = PracticeServer("strict-postfix")
        await server.start()
        client = client_for(server.port, ehlo=False)
        await client.connect()
        await client.send_ahead([b"FOO"] * 11 + [b"NOOP", b"VRFY x"])
        assert replies(client)[-3:] == [("FOO", 500), ("NOOP", 250), ("VRFY", 502)]
        await client.disconnect()
        await server.stop()

    run(work)
