"""Servers that come as source: built once, in a world with the compiler; the result is kept."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.interop.lab import UnavailableError
from tests.interop.launching import last_log_lines, launch
from tests.interop.recipe import Recipe

SECONDS = 300
LOG_LINES = 10


def build(recipe: Recipe, root: Path, result: Path) -> None:
    """Run the recipe's build.sh over `root`; `result` is what it leaves in ``{lab:built}``.

    Raises UnavailableError with the last lines when it fails: another release of the distribution
    has other libraries, which is nobody's bug here.
    """
    result.mkdir()
    home = Path(tempfile.mkdtemp(prefix="build-", dir=result.parent))
    plan = recipe.rendered(recipe.ports)
    plan = replace(plan, before=plan.build, daemons=())
    try:
        process = launch(plan, {"root": root, "built": result}, home, writable=["built"])
        with process:
            code = _waited_for(process)
        if code:
            raise UnavailableError(
                f"{recipe.name} cannot be built here ({code})\n{last_log_lines(home, LOG_LINES)}"
            )
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _waited_for(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
