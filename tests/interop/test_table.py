"""The README's table of servers is the one that the recipes make."""

from __future__ import annotations

from tests.interop import table
from tests.interop.recipe import load, names


def test_the_readme_has_the_table_of_today() -> None:
    readme = table.README.read_text("utf-8")
    assert table.written(readme) == table.table(), "run: python -m tests.interop.table --write"


def test_every_endpoint_has_its_row() -> None:
    lines = table.table().splitlines()
    for endpoint in (endpoint for name in names() for endpoint in load(name).endpoints):
        assert (
            sum(line.startswith(f"| `{endpoint.name}` | {endpoint.port} |") for line in lines) == 1
        )
