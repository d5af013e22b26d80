"""The README's map of the rooms, made from the first docstring line of every room.

    python -m tests.readme_map            print it
    python -m tests.readme_map --write    put it into README.md, between its two marks

The order is that of the import contract in pyproject.toml, top to bottom, so that the map also
says which way imports point.
"""

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "smtpdebugger"
README = ROOT / "README.md"
BEGIN = "<!-- rooms -->"
END = "<!-- /rooms -->"
_BETWEEN = re.compile(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", re.DOTALL)


def rooms() -> list[str]:
    """The names of the rooms, from the contract's top layer to its lowest."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [name.strip(" ()") for layer in layers for name in layer.split("|")]


def room_map() -> str:
    """The table's lines, each with its line end."""
    lines = ["| room | what it is |", "|---|---|"]
    for name in rooms():
        folder = PACKAGE / name / "__init__.py"
        if folder.exists():
            lines.append(f"| `{name}/` | {first_line(folder)} |")
        else:
            lines.append(f"| `{name}.py` | {first_line(PACKAGE / f'{name}.py')} |")
    return "".join(f"{line}\n" for line in lines)


def first_line(module: Path) -> str:
    """The first line of a module's docstring, fit for a table's cell."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].replace("``", "`").replace("|", "\\|")


def written_map(readme: str) -> str:
    """What stands between the marks. Raises ValueError if the marks are missing."""
    found = _BETWEEN.search(readme)
    if found is None:
        raise ValueError(f"README.md has no {BEGIN} … {END}")
    return found[0]


def main(arguments: list[str]) -> int:
    """Print the map, or write it."""
    if arguments != ["--write"]:
        sys.stdout.write(room_map())
        return 0
    readme = README.read_text(encoding="utf-8")
    written_map(readme)
    README.write_text(_BETWEEN.sub(lambda _: room_map(), readme), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
