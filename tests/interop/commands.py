"""Other programs, run to their end: package managers mostly, which talk to the network."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from tests.interop.lab import UnavailableError

SECONDS = 300
LAST_LINES = 4
PAUSE_SECONDS = 3.0


def run(
    command: list[str],
    *,
    called: str = "",
    attempts: int = 1,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> str:
    """The command's output, standard error included.

    Tried up to `attempts` times, a little apart: registries and lines fail now and then. It ends
    with us, however we end, so that nobody writes into a folder that the next run cleans up.
    Raises UnavailableError, with what it is `called` and its last lines, when it fails.
    """
    for attempt in range(1, attempts + 1):
        try:
            return _once(command, called or command[0], environment or {}, folder)
        except UnavailableError:
            if attempt == attempts:
                raise
            time.sleep(PAUSE_SECONDS * attempt)
    raise ValueError("at least one attempt")


def _once(
    command: list[str], called: str, environment: Mapping[str, str], folder: Path | None
) -> str:
    try:
        done = subprocess.run(
            ["setpriv", "--pdeathsig", "KILL", "--", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
            cwd=folder,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{called}: {error}") from error
    if done.returncode:
        last = " / ".join(done.stdout.strip().splitlines()[-LAST_LINES:])
        raise UnavailableError(f"{called} failed ({done.returncode}): {last}")
    return done.stdout
