"""Packages from PyPI and npm: fetched once, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop import commands, registries
from tests.interop.lab import UnavailableError
from tests.interop.recipe import load, names

PINS = "example==1.0\n"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been run; it leaves a file where the packages should go."""
    made: list[list[str]] = []

    def run(command: list[str], *, folder: Path | None = None, **_: object) -> str:
        made.append(command)
        target = folder or Path(command[command.index("--target") + 1])
        (target / "fetched").write_text("it is here")
        return ""

    monkeypatch.setattr(registries, "run", run)
    return made


def test_packages_are_fetched_once(tmp_path: Path, calls: list[list[str]]) -> None:
    first = registries.prepare_pypi(PINS, tmp_path)
    assert registries.prepare_pypi(PINS, tmp_path) == first
    assert first == registries.pypi_folder(PINS, tmp_path)
    assert (first / "fetched").exists()
    assert len(calls) == 1


def test_other_pins_have_another_folder(tmp_path: Path, calls: list[list[str]]) -> None:
    first = registries.prepare_pypi(PINS, tmp_path)
    second = registries.prepare_pypi("example==2.0\n", tmp_path)
    assert first != second
    assert len(calls) == 2


def test_npm_is_run_by_the_labs_own_node(tmp_path: Path, calls: list[list[str]]) -> None:
    files = {"package.json": "{}", "package-lock.json": "{}"}
    folder = registries.prepare_npm(files, tmp_path)
    assert (folder / "package-lock.json").read_text() == "{}"
    assert [command[0] for command in calls][1].startswith(str(registries.node_folder(tmp_path)))
    assert calls[1][2] == "ci"


def test_a_failure_leaves_nothing_and_so_does_one_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "pypi" / "new-killed").mkdir(parents=True)
    (tmp_path / "pypi" / "new-killed" / "half").touch()

    def fail(_new: Path) -> None:
        raise UnavailableError("the line is down")

    with pytest.raises(UnavailableError, match="the line is down"):
        registries._once_only(tmp_path / "pypi" / "it", fail)
    assert list((tmp_path / "pypi").iterdir()) == []


def test_a_disk_that_is_full_is_a_reason(tmp_path: Path) -> None:
    def fail(_new: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(UnavailableError, match=r"cannot store packages: .*No space left"):
        registries._once_only(tmp_path / "pypi" / "it", fail)


def test_what_pip_cannot_have_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PAUSE_SECONDS", 0)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(UnavailableError, match=r"pip install failed .* example-of-nothing==1"):
        registries.prepare_pypi("example-of-nothing==1\n", tmp_path)


@pytest.mark.parametrize("name", names())
def test_every_requirement_has_its_exact_version(name: str) -> None:
    for line in load(name).pypi.splitlines():
        if line and not line.startswith(("#", "--no-binary ")):
            assert "==" in line.split(";")[0], line
