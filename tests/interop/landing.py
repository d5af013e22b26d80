"""Where a message landed: found by its marker in the files of a server's world."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from tests.interop.world import World

# What a world writes is here, relative to its root.
PLACES = ("run/lab/up",)
SECONDS = 8.0
LONGEST_FILE = 32 * 1024 * 1024


def landed(server: World, marker: bytes, body: bytes, seconds: float = SECONDS) -> bytes | None:
    """The message with the marker as it was stored, or None where none appears in time.

    What has another body than was sent counts only when the time is over.
    """
    until = time.monotonic() + seconds
    other: bytes | None = None
    while True:
        for path in list(_files(_root(server))):
            found = _read(path, marker)
            if found is None:
                continue
            if same(found, body):
                return found
            # Logs and queues name the marker as well.
            other = found if b"\nSubject: " in found else other
        if time.monotonic() > until:
            return other
        time.sleep(0.2)


def _root(server: World) -> Path:
    """The world's root, by way of its first process."""
    text = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return Path(f"/proc/{text.split()[0]}/root")


def _files(root: Path) -> Iterator[Path]:
    for place in PLACES:
        for folder, _folders, names in os.walk(root / place):
            for name in names:
                yield Path(folder, name)


def _read(path: Path, marker: bytes) -> bytes | None:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LONGEST_FILE:
            return None
        octets = path.read_bytes()
    except OSError:
        return None
    if marker not in octets:
        return None
    if octets.startswith(b"From ") and b"\nFrom " in octets:
        return _of_mbox(octets, marker)
    return octets


def _of_mbox(octets: bytes, marker: bytes) -> bytes:
    messages = re.split(rb"(?m)^From [^\n]*\n", octets)
    return next(each for each in messages if marker in each)


def same(stored: bytes, sent: bytes) -> bool:
    """Whether what was sent is in what was stored, but for how lines end and what was put before.

    Servers add trace headers before a message, store lines with LF, and mbox files quote "From ".
    """
    plain = sent.replace(b"\r\n", b"\n")
    kept = stored.replace(b"\r\n", b"\n").replace(b"\n>From ", b"\nFrom ")
    return plain in kept
