"""Pytest fixtures that are running mail servers; conftest.py makes one for each recipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.interop import world
from tests.interop.lab import UnavailableError
from tests.interop.world import World
from tests.require import need


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
