"""Plays servers: everything that is offered for every refusal, and every verification step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field

from smtpdebugger.knowledge.tables import Knowledge
from tests.interop import lab, world
from tests.interop.alternatives.executing import wiretapped
from tests.interop.alternatives.ground import Ground
from tests.interop.alternatives.programs import Program, run_endpoint
from tests.interop.alternatives.refusals import Recorded, Refusal
from tests.interop.alternatives.trying import Offer, try_endpoint
from tests.interop.alternatives.verifying import Verified, verify_endpoint
from tests.interop.matrix import plan
from tests.interop.world import World

SERVERS_AT_ONCE = 4
CONNECTIONS_AT_ONCE = 4
"""To one endpoint; Courier takes no more from one address."""

_ONE_BY_ONE = frozenset({"postfix-postscreen"})
"""Endpoints that treat who has another connection open differently."""

_TIRED = {b"EXPN staff", b"VRFY alice", b"FOO", b"8BITMIME"}
_TIRED_STATES = {plan.CONNECTED, plan.GREETED}

Choice = Callable[[Refusal], bool]


@dataclass(slots=True)
class Played:
    """What one endpoint was put through."""

    endpoint: str
    offers: list[Offer] = field(default_factory=list)
    rounds: list[Verified] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    unreachable: set[str] = field(default_factory=set)
    """States that it could not be brought to."""


Outcome = list[Played] | lab.LabError
"""What became of a server, or why it could not be had."""


@dataclass(frozen=True)
class Player:
    """What is played, and who is told of each endpoint."""

    knowledge: Knowledge
    tries: bool = True
    verifies: bool = True
    runs: bool = True
    chosen: Choice = lambda _: True
    run: Choice = lambda _: True
    """Of those that are chosen, what the developer's programs are run for."""
    told: Callable[[Played], None] = lambda _: None

    async def play(self, names: Iterable[str]) -> dict[str, Outcome]:
        """All these servers, a few at a time."""
        turns = asyncio.Semaphore(SERVERS_AT_ONCE)
        wanted = list(names)
        with wiretapped() if self.runs else nullcontext():
            found = await asyncio.gather(*(self._server(name, turns) for name in wanted))
        return dict(zip(wanted, found, strict=True))

    async def _server(self, name: str, turns: asyncio.Semaphore) -> Outcome:
        async with turns:
            try:
                server = await asyncio.to_thread(world.start, name)
            except lab.LabError as error:
                return error
            try:
                return list(
                    await asyncio.gather(
                        *(self._endpoint(server, each) for each in server.endpoints)
                    )
                )
            finally:
                await asyncio.to_thread(server.stop)

    async def _endpoint(self, server: World, endpoint: str) -> Played:
        recorded = Recorded(server.name, endpoint, self.knowledge)
        ground = Ground(server.endpoints, endpoint, server.ca)
        refusals = [each for each in recorded.refusals() if self.chosen(each)]
        played = Played(endpoint)
        at_once = 1 if endpoint in _ONE_BY_ONE else CONNECTIONS_AT_ONCE
        if self.tries:
            played.offers, played.unreachable = await try_endpoint(
                ground, recorded, self.knowledge, refusals, at_once
            )
        if self.verifies:
            for tired in (False, True):
                some = [each for each in refusals if not tired or _is_for_tired(each)]
                played.rounds += await verify_endpoint(
                    ground, self.knowledge, server.name, some, at_once, tired=tired
                )
        if self.runs:
            some = [each for each in refusals if self.run(each)]
            played.programs = await run_endpoint(ground, self.knowledge, some, at_once)
        self.told(played)
        return played


def _is_for_tired(refusal: Refusal) -> bool:
    return refusal.state in _TIRED_STATES and refusal.probe[0] in _TIRED
