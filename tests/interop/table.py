"""The table of servers in README.md, made from the recipes.

python -m tests.interop.table            print it
python -m tests.interop.table --write    put it into README.md, between its two marks
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.interop.recipe import Endpoint, Recipe, load, names

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- servers -->", "<!-- /servers -->"
_BETWEEN = re.compile(f"(?<={BEGIN}\n).*?(?={END})", re.DOTALL)


def table() -> str:
    """A row for each endpoint, under its server; each with its line end."""
    lines = ["| endpoint | port | TLS | speaks | what it is |", "|---|---|---|---|---|"]
    for recipe in map(load, names()):
        lines.append(f"| **{recipe.software}** ({_origin(recipe)}) | | | | |")
        lines += [_row(endpoint) for endpoint in recipe.endpoints]
    return "".join(f"{line}\n" for line in lines)


def written(readme: str) -> str:
    """What stands between the marks."""
    found = _BETWEEN.search(readme)
    return found[0] if found else ""


def _origin(recipe: Recipe) -> str:
    if recipe.packages:
        return "Debian, built here" if recipe.build else "Debian"
    return "npm" if recipe.npm else "PyPI"


def _row(at: Endpoint) -> str:
    tls = at.tls if at.tls_works else f"{at.tls}, broken"
    about = at.about.replace("|", "\\|")
    return f"| `{at.name}` | {at.port} | {tls} | {at.protocol.upper()} | {about} |"


def main(arguments: list[str]) -> int:
    """Print the table, or write it."""
    if arguments != ["--write"]:
        sys.stdout.write(table())
        return 0
    readme = README.read_text("utf-8")
    README.write_text(_BETWEEN.sub(lambda _: table(), readme), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
