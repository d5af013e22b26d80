"""Starts process 1 of a private world with everything it has to know."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.interop import accounts, init, lab, machine
from tests.interop.recipe import Recipe

CHECKOUT = Path(__file__).parents[2]


def launch(
    recipe: Recipe,
    folders: Mapping[str, Path],
    home: Path,
    *,
    writable: Iterable[str] = (),
) -> subprocess.Popen[bytes]:
    """A running world for a rendered recipe; logs and its description are below `home`.

    It sees `folders` by their names, read-only but for those that are `writable`. Its standard
    input is its lifeline (see init.py).
    """
    logs = home / "logs"
    logs.mkdir()
    spec = home / "spec.json"
    described = {
        "folders": {name: str(folder) for name, folder in {**folders, "logs": logs}.items()},
        "writable": ["logs", *writable],
        "files": {**accounts.files(recipe), **recipe.files},
        "environment": {**lab.ENVIRONMENT, **recipe.environment},
        "before": recipe.before,
        "daemons": recipe.daemons,
    }
    spec.write_text(json.dumps(described), "utf-8")
    with (logs / "init.log").open("ab") as log:
        return subprocess.Popen(
            [*machine.UNSHARE, sys.executable, "-m", init.__name__, str(spec)],
            stdin=subprocess.PIPE,
            bufsize=0,
            stdout=log,
            stderr=log,
            cwd=CHECKOUT,
            start_new_session=True,
        )


def last_log_lines(home: Path, count: int) -> str:
    """The end of each log below `home`, for a person to read."""
    parts: list[str] = []
    for path in sorted((home / "logs").iterdir()):
        lines = path.read_text("utf-8", "replace").splitlines()[-count:]
        if lines:
            parts += [f"--- {path.name}", *lines]
    return "\n".join(parts) or "(it logged nothing)"
