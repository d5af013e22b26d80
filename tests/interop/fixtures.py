"""Pytest fixtures: running mail servers by their names, and any endpoint of any of them.

A server starts at its first use and stays until the end of the test run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from tests.interop import world
from tests.interop.lab import UnavailableError
from tests.interop.recipe import Endpoint, load, names
from tests.interop.world import World
from tests.require import need

ENDPOINTS = [(name, endpoint) for name in names() for endpoint in load(name).endpoints]
"""Server and endpoint, for all there are recipes for."""


class Live(NamedTuple):
    """An endpoint that answers (`at` has its real port), and its server."""

    server: World
    at: Endpoint


@pytest.fixture(params=ENDPOINTS, ids=[endpoint.name for _, endpoint in ENDPOINTS])
def live(request: pytest.FixtureRequest) -> Live:
    """Every endpoint in turn; `on()` narrows that."""
    name, endpoint = request.param
    server = request.getfixturevalue(name.replace("-", "_"))
    assert isinstance(server, World)
    return Live(server, server.endpoints[endpoint.name])


def on(wanted: Callable[[Endpoint], object]) -> pytest.MarkDecorator:
    """The test runs once for each of these endpoints, under its name, as fixture `live`."""
    chosen = [(name, endpoint) for name, endpoint in ENDPOINTS if wanted(endpoint)]
    ids = [endpoint.name for _, endpoint in chosen]
    return pytest.mark.parametrize("live", chosen, ids=ids, indirect=True)


def server_fixture(name: str) -> Callable[..., Iterator[World]]:
    """A session fixture: server `name`, started at first use, ended with the test run.

    Skips (or fails, see tests/require.py) where the machine cannot run it; a server that does not
    start where it could is always an error, with the last lines of its logs.
    """

    @pytest.fixture(scope="session", name=name.replace("-", "_"))
    def fixture() -> Iterator[World]:
        try:
            server = world.start(name)
        except UnavailableError as error:
            need("interop", f"{name}: {error}")
        with server:
            yield server

    return fixture
