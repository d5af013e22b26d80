"""The servers as fixtures, for the tests in this folder: one for each recipe, by its name."""

from __future__ import annotations

import pytest

from tests.interop.fixtures import live, server_fixture
from tests.interop.recipe import names

__all__ = ["live"]  # found here by pytest

# The first start of a server fetches its packages, over whatever line there is.
FIRST_START_SECONDS = 420

for _name in names():
    globals()[_name.replace("-", "_")] = server_fixture(_name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests that may have to wait for a first start the time for it."""
    for item in items:
        if item.get_closest_marker("interop") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(FIRST_START_SECONDS))
