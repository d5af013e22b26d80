"""Unfinished recordings: found at the next start, and marked as such in their files.

While a session is recorded, an empty file of the same name stands in the folder ``.recording``
beside it, and its writer holds a lock on it. A mark without a lock is what a crash leaves behind.
"""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from smtpdebugger.session.events import Failed
from smtpdebugger.transcript.lines import decode_event, encode_event
from smtpdebugger.transcript.locking import try_lock

FOLDER = ".recording"
WHAT = "The recording ended abruptly here: the program or the computer stopped."
ADVICE = "What happened in the last quarter of a second before that may be missing."
_TAIL_OCTETS = 64 * 1024


def mark_begun(file: Path) -> None:
    """Note that a file is being recorded. A folder that takes no mark is none of a session's."""
    with suppress(OSError):
        mark = _mark_of(file)
        mark.parent.mkdir(mode=0o700, exist_ok=True)
        mark.touch(mode=0o600)


def mark_ended(file: Path) -> None:
    """Note that a recording ended as it should."""
    with suppress(OSError):
        _mark_of(file).unlink(missing_ok=True)


def is_marked(file: Path) -> bool:
    """Whether a file is being recorded, or was when its program ended."""
    return _mark_of(file).exists()


def claim_unfinished(folder: Path) -> list[Path]:
    """The recordings in a folder that ended abruptly, each told of once and then marked inside.

    Those that another program is recording now are passed over. Never raises.
    """
    found = []
    try:
        marks = sorted((folder / FOLDER).iterdir())
    except OSError:
        return []
    for mark in marks:
        with suppress(OSError), mark.open("r+b") as claimed:
            # Two windows that start at once: one of them tells of it.
            if try_lock(claimed.fileno()) and mark.exists() and _claim(folder / mark.name):
                found.append(folder / mark.name)
                mark_ended(folder / mark.name)
    for file in found:
        # Where nobody can delete what is open, it is closed by now.
        mark_ended(file)
    return found


def _claim(file: Path) -> bool:
    try:
        opened = file.open("r+b")
    except FileNotFoundError:
        # Moved or deleted since.
        mark_ended(file)
        return False
    with opened:
        # Somebody may show it already; only whoever records it keeps others away.
        if not try_lock(opened.fileno(), shared=True):
            return False
        length = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, length - _TAIL_OCTETS))
        tail = opened.read()
        if b"\n" in tail:
            # Without a header there is no session that a mark could stand in.
            border = b"" if tail.endswith(b"\n") else b"\n"
            opened.write(border + encode_event(Failed(_last_time(tail), "record", WHAT, ADVICE)))
            opened.flush()
            os.fsync(opened.fileno())
    return True


def _last_time(tail: bytes) -> int:
    for line in reversed(tail.split(b"\n")):
        with suppress(msgspec.MsgspecError, ValueError):
            event = decode_event(line)
            return event.us if isinstance(event, msgspec.Struct) else event.at
    return 0


def _mark_of(file: Path) -> Path:
    return file.parent / FOLDER / file.name
