"""Servers that stay: brought up, listed and ended by hand, by whichever process comes along."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.interop import lab, preparing, records, world
from tests.interop.preparing import only_one
from tests.interop.recipe import Endpoint, Recipe, load


@dataclass(frozen=True, slots=True)
class Listed:
    """One endpoint as it is now, with the port it really has where it runs."""

    server: str
    software: str
    endpoint: Endpoint
    state: str
    reason: str = ""
    ca: str = ""
    logs: str = ""


def up(name: str) -> tuple[str, list[Listed]]:
    """Start server `name` so that it stays; what happened, in a few words, and its endpoints.

    One that runs already is left alone; one that does not greet, or that a recipe of other days
    started, is ended and started anew. Several processes may ask for the same server: the later
    ones wait, and find it running. Raises LabError when it cannot be had.
    """
    recipe = load(name)
    cache = lab.cache_folder()
    home = cache / "servers" / name
    home.mkdir(parents=True, exist_ok=True)
    with only_one(home / "up.lock"):
        if _is_well(recipe, _running(name)):
            return "running already", listed(recipe)
        end(name)
        world.start(name, stays=True).let_go()
        return "ready", listed(recipe)


def end(name: str) -> int:
    """End the worlds of server `name` that nobody running is responsible for; how many it were."""
    ended = 0
    for record in records.read_all(lab.cache_folder()):
        if record.server == name and record.alive and not record.owned:
            records.end(record)
            ended += 1
    return ended


def listed(recipe: Recipe) -> list[Listed]:
    """The endpoints of a server: ``running``, ``prepared``, ``not prepared`` or ``unavailable``."""
    running = _running(recipe.name)
    if running is None:
        state, reason = preparing.state(recipe)
        return [Listed(recipe.name, recipe.software, e, state, reason) for e in recipe.endpoints]
    ca, logs = str(lab.cache_folder() / "tls" / "ca.pem"), f"{running.folder}/logs"
    return [
        Listed(recipe.name, recipe.software, endpoint, "running", ca=ca, logs=logs)
        for endpoint in _endpoints(recipe, running)
    ]


def _running(name: str) -> records.Record | None:
    """The world of `name` that stays, if it runs."""
    found = records.read_all(lab.cache_folder())
    return next((r for r in reversed(found) if r.server == name and r.stays and r.alive), None)


def _is_well(recipe: Recipe, running: records.Record | None) -> bool:
    if running is None or running.ports.keys() != recipe.ports.keys():
        return False
    return all(map(world.greets, _endpoints(recipe, running)))


def _endpoints(recipe: Recipe, running: records.Record) -> list[Endpoint]:
    """The endpoints it was started with, at the ports they got."""
    started = (each for each in recipe.endpoints if each.name in running.ports)
    return [replace(each, port=running.ports[each.name]) for each in started]
