"""``python -m tests.interop.alternatives``: try on real servers all that a diagnosis offers."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge
from tests.interop import lab, world
from tests.interop.alternatives.ground import Ground
from tests.interop.alternatives.refusals import Recorded
from tests.interop.alternatives.trying import Offer, try_endpoint
from tests.interop.recipe import names

SERVERS_AT_ONCE = 4
CONNECTIONS_AT_ONCE = 4
"""To one endpoint; Courier takes no more from one address."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 0 all is well, 1 something is wrong or could not be had, 2 usage."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.interop.alternatives", description=__doc__
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="servers; default: all")
    parser.add_argument("--to", type=Path, help="a file for every trial, as JSON lines")
    chosen = parser.parse_args(arguments)
    return asyncio.run(_all(chosen.names or names(), chosen.to))


async def _all(wanted: list[str], to: Path | None) -> int:
    knowledge = load_knowledge()
    turns = asyncio.Semaphore(SERVERS_AT_ONCE)
    found = await asyncio.gather(*(_one(name, knowledge, turns) for name in wanted))
    offers = [offer for each in found for offer in each]
    if to is not None:
        with to.open("w", encoding="utf-8") as file:
            for offer in offers:
                print(json.dumps(asdict(offer), ensure_ascii=False), file=file)
    print(_row("all", offers))
    return 0


async def _one(name: str, knowledge: Knowledge, turns: asyncio.Semaphore) -> list[Offer]:
    async with turns:
        began = time.monotonic()
        try:
            server = await asyncio.to_thread(world.start, name)
        except lab.LabError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return []
        try:
            found = await asyncio.gather(
                *(_endpoint(server, name, each, knowledge) for each in server.endpoints)
            )
        finally:
            await asyncio.to_thread(server.stop)
    print(f"# {name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return [offer for each in found for offer in each]


async def _endpoint(
    server: world.World, name: str, endpoint: str, knowledge: Knowledge
) -> list[Offer]:
    recorded = Recorded(name, endpoint, knowledge)
    ground = Ground(server.endpoints, endpoint, server.ca)
    offers, unreachable = await try_endpoint(
        ground, recorded, knowledge, recorded.refusals(), CONNECTIONS_AT_ONCE
    )
    print(_row(endpoint, offers), *unreachable, flush=True)
    return offers


def _row(name: str, offers: Iterable[Offer]) -> str:
    offers = list(offers)
    trials = {
        (t.refused.partition(":")[0], t.reply, t.offered): t for o in offers for t in o.trials
    }
    outcomes = Counter(each.outcome for each in trials.values())
    reachable = [each for each in offers if each.is_reachable]
    offered = sum(each.ways + each.advice > 0 for each in reachable)
    ways = sum(each.ways > 0 for each in reachable)
    good = sum(each.good > 0 for each in reachable)
    told = " ".join(
        f"{key}={outcomes[key]}"
        for key in ("good", "wrong", "refused", "silent", "closed", "no-door")
    )
    return f"{name:<24} refusals={len(offers)} {told} reachable={len(reachable)} offered={offered} ways={ways} good={good}"


if __name__ == "__main__":
    sys.exit(main())
