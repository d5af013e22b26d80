"""Debian packages, fetched and unpacked into a private folder; nothing is ever installed."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.interop.lab import UnavailableError
from tests.interop.recipe import Recipe

LISTS = Path("/var/lib/apt/lists")
APT_SECONDS = 300


def prepare(recipe: Recipe, cache: Path) -> Path:
    """The folder with the recipe's packages unpacked; the caller holds the cache lock.

    Fetches and unpacks at the first call and whenever the machine's own packages changed (what a
    server needs beyond the machine's own depends on them). Raises UnavailableError when apt cannot
    deliver.
    """
    home = cache / "servers" / recipe.name
    root, stamp = home / "root", home / "stamp"
    key = _key(recipe)
    if root.exists() and stamp.exists() and stamp.read_text() == key:
        return root
    debs = home / "debs"
    (debs / "partial").mkdir(parents=True, exist_ok=True)
    _fetch(recipe, debs)
    stamp.unlink(missing_ok=True)
    new = home / "root.new"
    shutil.rmtree(new, ignore_errors=True)
    _lay_out(new)
    for deb in sorted(debs.glob("*.deb")):
        if not any(fnmatch.fnmatch(deb.name, pattern) for pattern in recipe.not_unpacked):
            _unpack(deb, new)
    shutil.rmtree(root, ignore_errors=True)
    new.rename(root)
    stamp.write_text(key)
    return root


def _key(recipe: Recipe) -> str:
    installed = _run(["dpkg-query", "-W"])
    parts = [installed, *recipe.packages, "without", *recipe.not_unpacked]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


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
        _run([*apt, "update"])
    try:
        _run(install)
    except UnavailableError:
        # Lists that are older than the mirror name files that are gone; fresh ones cure it.
        _run([*apt, "update"])
        _run(install)
    _run([*apt, "autoclean", "-o", f"Dir::Cache::archives={debs}/"])


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


def _run(command: list[str]) -> str:
    """The command's output; UnavailableError with its last lines when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            env=environment,
            timeout=APT_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{command[0]}: {error}") from error
    if done.returncode:
        last = " / ".join(done.stdout.strip().splitlines()[-4:])
        raise UnavailableError(f"{command[0]} {command[-1]} failed ({done.returncode}): {last}")
    return done.stdout
