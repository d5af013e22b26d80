"""Where sessions are recorded, and what their files are called."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_data_path

SUFFIX = ".smtpsession"


def default_folder() -> Path:
    """The folder for recorded sessions; ``SMTPDEBUGGER_DATA`` names another data folder."""
    data = os.environ.get("SMTPDEBUGGER_DATA")
    if data:
        return Path(data) / "sessions"
    return user_data_path("smtpdebugger", appauthor=False) / "sessions"


def file_name(host: str, moment: datetime) -> str:
    """``<UTC time>-<host>.smtpsession``, harmless on every file system."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "_", host).strip("._")[:80] or "session"
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{name}{SUFFIX}"


def numbered(path: Path, count: int) -> Path:
    """The path itself for 1, and ``name-2``, ``name-3`` … for more."""
    return path if count == 1 else path.with_name(f"{path.stem}-{count}{path.suffix}")


def first_free(path: Path) -> Path:
    """The first of the numbered paths that does not exist yet, as far as can be seen."""
    count = 1
    while os.path.lexists(numbered(path, count)):
        count += 1
    return numbered(path, count)
