"""Building from source: what build.sh leaves is kept, and a failure is nobody's bug."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.interop import building, lab, packages, recipe
from tests.interop.preparing import prepare
from tests.require import need

pytestmark = pytest.mark.interop


@pytest.fixture
def bare(tmp_path: Path) -> recipe.Recipe:
    """A recipe that needs nothing; its root is in `tmp_path`."""
    try:
        prepare("fakesmtpd")
    except lab.UnavailableError as error:
        need("interop", str(error))
    packages._lay_out(tmp_path / "root")
    return recipe.load("fakesmtpd")


def test_only_what_is_left_in_the_place_for_it_is_kept(bare: recipe.Recipe, tmp_path: Path) -> None:
    plan = replace(bare, build="echo {lab:host} > {lab:built}/it\necho x > /usr/local/elsewhere\n")
    building.build(plan, tmp_path / "root", tmp_path / "result")
    assert (tmp_path / "result" / "it").read_text() == f"{lab.HOST}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["result", "root"]
    assert not Path("/usr/local/elsewhere").exists()


def test_a_failure_has_the_last_lines(bare: recipe.Recipe, tmp_path: Path) -> None:
    plan = replace(bare, build="echo this compiler is too old\nexit 3\n")
    with pytest.raises(lab.UnavailableError, match="this compiler is too old"):
        building.build(plan, tmp_path / "root", tmp_path / "result")


def test_one_that_never_ends_is_ended(
    bare: recipe.Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "SECONDS", 0.5)
    with pytest.raises(lab.UnavailableError, match="cannot be built here"):
        building.build(replace(bare, build="sleep 60\n"), tmp_path / "root", tmp_path / "result")
