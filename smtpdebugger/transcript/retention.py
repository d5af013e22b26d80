"""Retention: how long recordings are kept, and how many, where a person set a limit."""

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from smtpdebugger.transcript.locking import try_lock
from smtpdebugger.transcript.place import SUFFIX
from smtpdebugger.transcript.unfinished import is_marked

_OURS = re.compile(r"\d{8}T\d{6}Z-.+" + re.escape(SUFFIX))
_DAY = 24 * 60 * 60
_MEGABYTE = 1_000_000


class _Recording(NamedTuple):
    written: float
    octets: int
    file: Path


def tidy(folder: Path, keep_days: int, keep_megabytes: int, now: float | None = None) -> list[Path]:
    """Delete recordings written more than ``keep_days`` ago, then the oldest until the rest fits
    into ``keep_megabytes``; 0 is no limit. What was deleted. Never raises.

    Only files named as the recorder names them go, and none that is open or ended abruptly and
    was not looked at since.
    """
    if keep_days <= 0 and keep_megabytes <= 0:
        return []
    recordings = sorted(_recordings(folder))
    oldest = (time.time() if now is None else now) - keep_days * _DAY
    room = sum(each.octets for each in recordings) - keep_megabytes * _MEGABYTE
    deleted = []
    for each in recordings:
        is_old = keep_days > 0 and each.written < oldest
        is_over = keep_megabytes > 0 and room > 0
        if not (is_old or is_over):
            continue
        with suppress(OSError):
            if _delete(each.file):
                deleted.append(each.file)
                room -= each.octets
    return deleted


def held(folder: Path) -> tuple[int, int]:
    """How many recordings a folder holds, and their octets. Never raises."""
    recordings = _recordings(folder)
    return len(recordings), sum(each.octets for each in recordings)


def _recordings(folder: Path) -> list[_Recording]:
    found = []
    with suppress(OSError):
        for file in folder.iterdir():
            with suppress(OSError):
                if _OURS.fullmatch(file.name) and file.is_file() and not file.is_symlink():
                    status = file.stat()
                    found.append(_Recording(status.st_mtime, status.st_size, file))
    return found


def _delete(file: Path) -> bool:
    if is_marked(file):
        return False
    with file.open("rb") as opened:
        if not try_lock(opened.fileno()):
            return False
    file.unlink()
    return True
