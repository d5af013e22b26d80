"""Everything a server needs from disk, fetched at the first call and kept in the cache."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop import certs, lab, machine, packages, registries
from tests.interop.recipe import Recipe, load


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recipe and its folders: what each is called inside the world → where it is outside."""

    recipe: Recipe
    folders: Mapping[str, Path]


def prepare(name: str) -> Prepared:
    """Fetch and unpack what server `name` needs; quick when that was done before.

    Raises UnavailableError when this machine cannot run it, LabError when there is no such server.
    """
    recipe = load(name)
    reason = machine.unfit(debian=bool(recipe.packages))
    if reason:
        raise lab.UnavailableError(reason)
    cache = lab.cache_folder()
    why = _why_not(recipe, cache)
    why.parent.mkdir(parents=True, exist_ok=True)
    with only_one(cache / "prepare.lock"):
        try:
            prepared = Prepared(recipe, _folders(recipe, cache))
        except lab.UnavailableError as error:
            why.write_text(str(error), "utf-8")
            raise
        why.unlink(missing_ok=True)
    return prepared


def _folders(recipe: Recipe, cache: Path) -> dict[str, Path]:
    folders = {"root": packages.prepare(recipe, cache), "tls": certs.prepare(cache)}
    if recipe.build:
        folders["built"] = packages.built_folder(recipe, cache)
    if recipe.pypi:
        folders["pypi"] = registries.prepare_pypi(recipe.pypi, cache)
    if recipe.npm:
        folders["node"] = registries.prepare_node(cache)
        folders["npm"] = registries.prepare_npm(recipe.npm, cache)
    return folders


def state(recipe: Recipe) -> tuple[str, str]:
    """``prepared``, ``not prepared`` or ``unavailable``, and why the last; fetches nothing."""
    reason = machine.unfit(debian=bool(recipe.packages))
    if reason:
        return "unavailable", reason
    cache = lab.cache_folder()
    if _is_prepared(recipe, cache):
        return "prepared", ""
    why = _why_not(recipe, cache)
    if why.exists():
        return "unavailable", why.read_text("utf-8")
    return "not prepared", ""


def _is_prepared(recipe: Recipe, cache: Path) -> bool:
    wanted = [cache / "tls"]
    if recipe.pypi:
        wanted.append(registries.pypi_folder(recipe.pypi, cache))
    if recipe.npm:
        wanted += [registries.node_folder(cache), registries.npm_folder(recipe.npm, cache)]
    return all(folder.exists() for folder in wanted) and packages.is_prepared(recipe, cache)


def _why_not(recipe: Recipe, cache: Path) -> Path:
    """Where the reason stands for which this server could not be prepared the last time."""
    return cache / "servers" / recipe.name / "unavailable"


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock that ends with its holder; others, in this process too, wait for it."""
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
