"""Preparing: the state a server is in, and why it is not to be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop import lab, machine, packages, preparing, recipe

SERVER = "fakesmtpd"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(lab.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(machine, "unfit", lambda *, debian: None)
    monkeypatch.setattr("tests.interop.registries.run", lambda *_, **__: "")
    return tmp_path


def test_not_prepared_then_prepared() -> None:
    loaded = recipe.load(SERVER)
    assert preparing.state(loaded) == ("not prepared", "")
    prepared = preparing.prepare(SERVER)
    assert prepared.folders.keys() == {"root", "tls", "pypi"}
    assert all(folder.is_dir() for folder in prepared.folders.values())
    assert preparing.state(loaded) == ("prepared", "")


def test_a_failure_is_remembered_until_it_is_cured(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = recipe.load(SERVER)

    def fail(*_: object) -> Path:
        raise lab.UnavailableError("the line is down")

    with monkeypatch.context() as patched, pytest.raises(lab.UnavailableError):
        patched.setattr(packages, "prepare", fail)
        preparing.prepare(SERVER)
    assert preparing.state(loaded) == ("unavailable", "the line is down")
    preparing.prepare(SERVER)
    assert preparing.state(loaded) == ("prepared", "")


def test_a_machine_that_is_no_debian_may_run_what_comes_from_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "unfit", lambda *, debian: "no Debian" if debian else None)
    assert preparing.state(recipe.load("postfix")) == ("unavailable", "no Debian")
    assert preparing.state(recipe.load(SERVER)) == ("not prepared", "")
    with pytest.raises(lab.UnavailableError, match="no Debian"):
        preparing.prepare("postfix")


def test_what_was_fetched_does_not_go_where_one_test_keeps_its_things(
    monkeypatch: pytest.MonkeyPatch, private_folders: Path
) -> None:
    monkeypatch.delenv(lab.CACHE_VARIABLE)
    assert not lab.cache_folder().is_relative_to(private_folders)
