"""Retention: which recordings there are, how long they are kept where a person set a limit."""

import re
import time
from collections.abc import Collection
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from smtpdebugger.transcript.locking import try_lock
from smtpdebugger.transcript.place import SUFFIX
from smtpdebugger.transcript.unfinished import is_marked

_OURS = re.compile(r"\d{8}T\d{6}Z-.+" + re.escape(SUFFIX))
_DAY = 24 * 60 * 60
_MEGABYTE = 1_000_000
_PIECE = 1024 * 1024
# A quotation mark inside of a text has a backslash before it, so no text looks like this.
_NOTE = re.compile(rb'\{"type":"(?:mark|remark|titled)"')
_LONGEST_NOTE = 32


class Use(Enum):
    """What a recording is just being used for."""

    NONE = ""
    RECORDED = "recorded now"
    SHOWN = "shown now"
    UNFINISHED = "ended abruptly"
    """And nobody was told of it yet."""


class Recording(NamedTuple):
    """One file."""

    written: float
    """When it was last written, in seconds since 1970."""
    octets: int
    file: Path


def tidy(
    folder: Path,
    keep_days: int,
    keep_megabytes: int,
    now: float | None = None,
    *,
    spare: Collection[Path] = (),
    only_tell: bool = False,
) -> list[Recording]:
    """Delete recordings written more than ``keep_days`` ago, then the oldest until the rest fits
    into ``keep_megabytes``; 0 is no limit. What was deleted. Never raises.

    Only files named as the recorder names them go; none that somebody uses, marked or wrote a
    remark in, none that ended abruptly and was not told of yet, and none to ``spare``.
    ``only_tell``: what would be deleted.
    """
    if keep_days <= 0 and keep_megabytes <= 0:
        return []
    found = recordings(folder)
    oldest = (time.time() if now is None else now) - keep_days * _DAY
    room = sum(each.octets for each in found) - keep_megabytes * _MEGABYTE
    deleted = []
    for each in found:
        is_old = keep_days > 0 and each.written < oldest
        is_over = keep_megabytes > 0 and room > 0
        if each.file in spare or not (is_old or is_over):
            continue
        with suppress(OSError):
            if use_of(each.file) is Use.NONE and not has_notes(each.file):
                if not only_tell:
                    each.file.unlink()
                deleted.append(each)
                room -= each.octets
    return deleted


def held(folder: Path) -> tuple[int, int]:
    """How many recordings a folder holds, and their octets. Never raises."""
    found = recordings(folder)
    return len(found), sum(each.octets for each in found)


def recordings(folder: Path) -> list[Recording]:
    """The recordings in a folder, the oldest first. Never raises."""
    found = []
    with suppress(OSError):
        for file in folder.iterdir():
            with suppress(OSError):
                if _OURS.fullmatch(file.name) and file.is_file() and not file.is_symlink():
                    status = file.stat()
                    found.append(Recording(status.st_mtime, status.st_size, file))
    return sorted(found)


def use_of(file: Path) -> Use:
    """What a recording is used for now. Raises OSError."""
    with file.open("rb") as opened:
        if not try_lock(opened.fileno(), shared=True):
            return Use.RECORDED
        if is_marked(file):
            return Use.UNFINISHED
        return Use.NONE if try_lock(opened.fileno()) else Use.SHOWN


def has_notes(file: Path) -> bool:
    """Whether a person marked something in a recording, or wrote into it. Raises OSError."""
    before = b""
    with file.open("rb") as opened:
        while octets := opened.read(_PIECE):
            if _NOTE.search(before + octets):
                return True
            before = octets[-_LONGEST_NOTE:]
    return False


def told(deleted: Collection[Recording]) -> str:
    """What was deleted, as a sentence; empty for nothing."""
    if not deleted:
        return ""
    count, octets = len(deleted), sum(each.octets for each in deleted)
    return (
        f"{count} old recording{'s' * (count != 1)} ({octets / _MEGABYTE:.1f} MB) "
        f"{'were' if count != 1 else 'was'} deleted, as the settings ask. "
        "Those with marks or remarks are kept."
    )
