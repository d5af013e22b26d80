"""The rules of the house, checked: rooms, sizes, a test for each module, the repository's shape."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import readme_map

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "smtpdebugger"
TESTS = ROOT / "tests"
TOP_LEVEL = {
    "CHANGELOG.md", "LICENSE", "README.md", "packaging", "pyproject.toml", "resources",
    "smtpdebugger", "tests",
}  # fmt: skip

MODULE_LINES = 400
FUNCTION_LINES = 60
WIDGET_LINES = 350
WIDGET_METHODS = 30

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def length(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def test_the_rooms_import_as_the_contracts_say() -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", code, "--no-cache"]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr


def test_no_module_is_too_long_to_read() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules()}

    assert not {name: lines for name, lines in lengths.items() if lines > MODULE_LINES}


def test_no_function_is_too_long_to_read() -> None:
    too_long = {
        f"{name_of(path)}:{node.lineno} {node.name}": length(node)
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, Function) and length(node) > FUNCTION_LINES
    }

    assert not too_long


def widgets() -> Iterator[tuple[Path, ast.ClassDef]]:
    for path in modules():
        if (PACKAGE / "gui") not in path.parents:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                yield path, node


def test_no_class_of_the_window_becomes_the_program() -> None:
    too_big = {
        f"{name_of(path)} {widget.name}": (length(widget), methods)
        for path, widget in widgets()
        if (methods := sum(isinstance(node, Function) for node in widget.body)) > WIDGET_METHODS
        or length(widget) > WIDGET_LINES
    }

    assert not too_big


def test_every_module_says_what_it_is() -> None:
    silent = [name_of(path) for path in modules() if not readme_map.first_line(path)]

    assert not silent


def modules_of_substance() -> list[Path]:
    """Every module but those that only join their neighbours."""
    return [path for path in modules() if path.name not in ("__init__.py", "__main__.py")]


@pytest.mark.parametrize("module", modules_of_substance(), ids=name_of)
def test_every_module_has_its_test(module: Path) -> None:
    folder = TESTS / module.relative_to(PACKAGE).parent

    assert (folder / f"test_{module.name}").exists()


def test_every_folder_of_tests_is_a_package() -> None:
    """Otherwise two files of one name in two folders are one module to pytest."""
    folders = {path.parent for path in TESTS.rglob("test_*.py")}

    assert not [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()]


def test_the_top_level_is_what_the_readme_says() -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("only a git checkout knows which files belong to it")
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    entries = {name.partition("/")[0] for name in listing.split("\0") if name}

    assert {entry for entry in entries if not entry.startswith(".")} == TOP_LEVEL


def test_resources_hold_data_only() -> None:
    code = [name_of(path) for path in (ROOT / "resources").rglob("*.py")]

    assert not code


def test_the_readme_maps_the_rooms_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert readme_map.written_map(readme) == readme_map.room_map(), (
        "run: python -m tests.readme_map --write"
    )
