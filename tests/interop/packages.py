"""Debian packages, fetched and unpacked into a private folder; nothing is ever installed."""

from __future__ import annotations

import fnmatch
import functools
import hashlib
import shutil
import subprocess
from pathlib import Path

from tests.interop import building
from tests.interop.commands import run
from tests.interop.lab import UnavailableError
from tests.interop.recipe import Recipe

LISTS = Path("/var/lib/apt/lists")
ATTEMPTS = 3


def prepare(recipe: Recipe, cache: Path) -> Path:
    """The folder with the recipe's packages unpacked; the caller holds the cache lock.

    What a recipe with a build.sh builds is put into `built_folder()`, and its packages are dropped.
    Fetches and unpacks at the first call and whenever the machine's own packages changed (what a
    server needs beyond the machine's own depends on them). Raises UnavailableError when apt cannot
    deliver.
    """
    home = cache / "servers" / recipe.name
    root, stamp = home / "root", home / "stamp"
    if is_prepared(recipe, cache):
        return root
    debs = home / "debs"
    (debs / "partial").mkdir(parents=True, exist_ok=True)
    if recipe.packages:
        _fetch(recipe, debs)
    stamp.unlink(missing_ok=True)
    new = home / "root.new"
    shutil.rmtree(new, ignore_errors=True)
    _lay_out(new)
    for deb in sorted(debs.glob("*.deb")):
        if not any(fnmatch.fnmatch(deb.name, pattern) for pattern in recipe.not_unpacked):
            _unpack(deb, new)
    if recipe.build:
        _build(recipe, new, built_folder(recipe, cache))
        shutil.rmtree(debs)
    shutil.rmtree(root, ignore_errors=True)
    new.rename(root)
    stamp.write_text(_key(recipe))
    return root


def built_folder(recipe: Recipe, cache: Path) -> Path:
    """Where the result of the recipe's build.sh is, or would be."""
    return cache / "servers" / recipe.name / "built"


def _build(recipe: Recipe, root: Path, result: Path) -> None:
    """Build in `root`, which has nothing in it afterwards: compilers are big."""
    shutil.rmtree(result, ignore_errors=True)
    building.build(recipe, root, result)
    shutil.rmtree(root)
    _lay_out(root)


def is_prepared(recipe: Recipe, cache: Path) -> bool:
    """Whether `prepare()` would have nothing to do."""
    home = cache / "servers" / recipe.name
    try:
        return (home / "root").exists() and (home / "stamp").read_text() == _key(recipe)
    except FileNotFoundError:
        return False


def _key(recipe: Recipe) -> str:
    installed = _installed() if recipe.packages else ""
    parts = [installed, *recipe.packages, "without", *recipe.not_unpacked]
    if recipe.build:
        parts += [recipe.build, *(f"{path}\n{text}" for path, text in recipe.files.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@functools.cache
def _installed() -> str:
    """The machine's own packages, as they were when first asked for."""
    return run(["dpkg-query", "-W"])


def _fetch(recipe: Recipe, debs: Path) -> None:
    apt = ["apt-get", "-q", "-y", "-o", "APT::Sandbox::User=root"]
    install = [
        *apt,
        "install",
        "--download-only",
        "--reinstall",
        "--no-install-recommends",
        "-o",
        f"Dir::Cache::archives={debs}/",
        *recipe.packages,
    ]
    if not any(LISTS.glob("*_Packages*")):
        run([*apt, "update"], called="apt-get update", attempts=ATTEMPTS)
    try:
        run(install)
    except UnavailableError:
        # Lists that are older than the mirror name files that are gone; fresh ones cure it.
        run([*apt, "update"], called="apt-get update", attempts=ATTEMPTS)
        run(install, called=f"apt-get install {' '.join(recipe.packages)}", attempts=ATTEMPTS)
    run([*apt, "autoclean", "-o", f"Dir::Cache::archives={debs}/"])


def _lay_out(root: Path) -> None:
    """The folders a Debian root starts with; /bin and /lib stay links, as on a merged /usr."""
    for folder in ("usr", "etc", "var/log", "var/lib", "var/cache", "var/spool", "var/mail"):
        (root / folder).mkdir(parents=True)
    (root / "var" / "tmp").mkdir()
    (root / "var" / "tmp").chmod(0o1777)
    (root / "var" / "run").symlink_to("/run")
    (root / "var" / "lock").symlink_to("/run/lock")
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir()
        (root / name).symlink_to(f"usr/{name}")


def _unpack(deb: Path, root: Path) -> None:
    # Not dpkg -x: it would replace the links to usr/ by folders.
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as reader:
        tar = ["tar", "-x", "--keep-directory-symlink", "-C", str(root)]
        unpacked = subprocess.run(tar, stdin=reader.stdout, capture_output=True, text=True)
    if reader.returncode or unpacked.returncode:
        raise UnavailableError(f"cannot unpack {deb.name}: {unpacked.stderr.strip()}")
