"""Records of running worlds, so that we clean up after ourselves and after nobody else.

Each world has a folder run/NAME-PID… in the cache with ``record.json`` and ``logs/``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.interop import machine

KEPT_RUNS = 5  # folders of ended worlds that stay, per server, for their logs
GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Record:
    """One started world: its unshare process, and who is responsible for it."""

    server: str
    folder: str
    pid: int
    started: int
    owner_pid: int
    owner_started: int
    stays: bool
    ports: dict[str, int]

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (not another one with its number)."""
        return machine.started(self.pid) == self.started

    @property
    def owned(self) -> bool:
        """Whether whoever started it still runs and will end it."""
        return not self.stays and machine.started(self.owner_pid) == self.owner_started


def write(record: Record) -> None:
    """Put the record into its folder."""
    path = Path(record.folder, "record.json")
    path.write_text(json.dumps(asdict(record), indent=1), "utf-8")


def read_all(cache: Path) -> list[Record]:
    """The records of all worlds, ended ones too, oldest first."""
    found: list[tuple[int, Record]] = []
    for path in cache.glob("run/*/record.json"):
        # Cut short by a full disk (its process died with it), or just pruned by another run.
        with suppress(ValueError, TypeError, FileNotFoundError):
            record = Record(**json.loads(path.read_text("utf-8")))
            found.append((path.stat().st_mtime_ns, record))
    return [record for _age, record in sorted(found, key=lambda pair: pair[0])]


def end(record: Record) -> None:
    """End the world of `record`, if it is still that one, and wait until it is gone."""
    if not record.alive:
        return
    # Killing process 1 of the world makes the kernel end all others in it before unshare returns.
    for pid in machine.children(record.pid) or [record.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + GRACE_SECONDS
    while record.alive and time.monotonic() < until:
        time.sleep(0.02)
    if record.alive:
        os.kill(record.pid, signal.SIGKILL)


def prune(cache: Path) -> None:
    """Remove the folders of ended worlds, but the newest few of each server."""
    ended: dict[str, list[Path]] = {}
    for record in read_all(cache):
        if not record.alive:
            ended.setdefault(record.server, []).append(Path(record.folder))
    for folders in ended.values():
        for folder in folders[:-KEPT_RUNS]:
            if folder.parent == cache / "run":
                shutil.rmtree(folder, ignore_errors=True)
