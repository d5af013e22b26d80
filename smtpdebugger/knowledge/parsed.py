"""Parsed data files, kept between runs: reading TOML is most of the cost of a short command.

One JSON file in the person's cache folder holds every table with the size and time of change of
the file it came from, and the needles of the patterns that were tried. Anything wrong with it only
means that the TOML is read again.
"""

import contextlib
import json
import os
import sys
import tomllib
from pathlib import Path
from zlib import crc32

from smtpdebugger import resources
from smtpdebugger.knowledge import needles

Table = dict[str, object]

FORMAT = 2


def cache_file() -> Path:
    """Where parsed tables are kept; ``SMTPDEBUGGER_CACHE`` names another folder."""
    # Each installation has its own, so that no other's tables are read along.
    name = f"tables-{crc32(os.fsencode(resources.root())):08x}.json"
    if folder := os.environ.get("SMTPDEBUGGER_CACHE"):
        return Path(folder) / name
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "smtpdebugger" / name


class ParsedFiles:
    """The tables of TOML files, from the kept copy where it is still true."""

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept
        whole = _read(kept) if kept is not None else {}
        self._entries: dict[str, list[object]] = _entries(whole.get("files"))
        needles.remember(_needles(whole.get("needles")))
        self._needles = len(needles.KNOWN)
        self._is_new = False

    def table(self, file: Path) -> Table:
        """The table of one file. Raises OSError, UnicodeDecodeError or TOMLDecodeError."""
        told = file.stat()
        name = str(file)
        entry = self._entries.get(name)
        if entry is not None and entry[:2] == [told.st_size, told.st_mtime_ns]:
            found = entry[2]
            if isinstance(found, dict):
                return found
        table: Table = tomllib.loads(file.read_text(encoding="utf-8"))
        self._entries[name] = [told.st_size, told.st_mtime_ns, table]
        self._is_new = True
        return table

    def keep(self) -> None:
        """Write the copy if anything in it is new; a folder that cannot be written is no matter."""
        if self._kept is None or not (self._is_new or len(needles.KNOWN) > self._needles):
            return
        whole = {"format": FORMAT, "files": self._entries, "needles": needles.KNOWN}
        unfinished = self._kept.with_name(f"{self._kept.name}.{os.getpid()}")
        try:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(whole))
            unfinished.replace(self._kept)
        except (OSError, ValueError, TypeError):
            with contextlib.suppress(OSError):
                unfinished.unlink()


def _read(kept: Path) -> Table:
    try:
        whole = json.loads(kept.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        return {}
    return whole


def _entries(files: object) -> dict[str, list[object]]:
    if not isinstance(files, dict):
        return {}
    return {
        name: entry for name, entry in files.items() if isinstance(entry, list) and len(entry) == 3
    }


def _needles(told: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(told, dict):
        return {}
    return {
        pattern: tuple(words)
        for pattern, words in told.items()
        if isinstance(words, list) and all(isinstance(word, str) and word for word in words)
    }
