"""``python -m tests.interop.matrix``: record the matrix anew, or compare servers with it."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable

from smtpdebugger.session.session import Session
from tests.interop import lab, world
from tests.interop.matrix import shelf
from tests.interop.matrix.play import play_server
from tests.interop.matrix.shelf import Place
from tests.interop.recipe import names

AT_ONCE = 3
"""Servers played at the same time; most of the time they wait."""


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; 0 done, 1 something differs or could not be had, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.interop.matrix", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in (
        ("record", "play the matrix and keep what is new"),
        ("compare", "play the matrix and show what differs from the recordings"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("names", nargs="*", metavar="NAME", help="servers; default: all")
    chosen = parser.parse_args(arguments)
    take = _keep if chosen.command == "record" else _compare
    return asyncio.run(_all(chosen.names or names(), take))


async def _all(wanted: list[str], take: Callable[[Place, Session], bool]) -> int:
    turns = asyncio.Semaphore(AT_ONCE)
    done = await asyncio.gather(*(_one(name, take, turns) for name in wanted))
    return 1 if any(done) else 0


async def _one(name: str, take: Callable[[Place, Session], bool], turns: asyncio.Semaphore) -> bool:
    """Whether server `name` could not be had, or `take` was not content."""
    async with turns:
        began = time.monotonic()
        try:
            server = await asyncio.to_thread(world.start, name)
        except lab.LabError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return True
        try:
            sessions = await play_server(name, server.endpoints.values(), server.ca)
        finally:
            await asyncio.to_thread(server.stop)
    failed = [place for place, session in sessions.items() if not take(place, session)]
    exchanges = sum(len(session.exchanges) for session in sessions.values())
    seconds = time.monotonic() - began
    print(f"{name}: {len(sessions)} states, {exchanges} exchanges in {seconds:.1f} s")
    return bool(failed)


def _keep(place: Place, session: Session) -> bool:
    if shelf.keep(place, session):
        print(f"{place}: recorded")
    return True


def _compare(place: Place, session: Session) -> bool:
    found = list(shelf.differences(place, session))
    if found:
        print(f"{place}:", *found, sep="\n  ")
    return not found


if __name__ == "__main__":
    sys.exit(main())
