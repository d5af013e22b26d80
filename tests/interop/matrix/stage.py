"""Servers started for the matrix alone, a few at a time, played and ended.

Some servers remember (chasquid refuses in clear what it once got through TLS), so none is shared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from smtpdebugger.session.session import Session
from tests.interop import lab, world
from tests.interop.matrix.play import play_server
from tests.interop.matrix.shelf import Place

AT_ONCE = 4
"""Most of the time servers wait, and so do we."""

Outcome = dict[Place, Session] | lab.LabError
"""What was played, or why the server could not be had."""


def play(names: Iterable[str], done: Callable[[str, Outcome], None]) -> None:
    """Play everything; `done` is called with the name of each server and what came of it."""
    asyncio.run(_play(names, done))


async def _play(names: Iterable[str], done: Callable[[str, Outcome], None]) -> None:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> None:
        async with turns:
            done(name, await _outcome(name))

    await asyncio.gather(*(one(name) for name in names))


async def _outcome(name: str) -> Outcome:
    try:
        server = await asyncio.to_thread(world.start, name)
    except lab.LabError as error:
        return error
    try:
        return await play_server(name, server.endpoints.values(), server.ca)
    finally:
        await asyncio.to_thread(server.stop)
