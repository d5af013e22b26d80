"""Whole files: written beside the old one, which they replace once all of it is on the disk.

Neither a kill nor a power cut nor a full disk leaves half a file, and a file that is just being
recorded is never replaced: its recording would go on in a file without a name.
"""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from types import TracebackType

from smtpdebugger.transcript.appending import sync_folder
from smtpdebugger.transcript.locking import try_lock

_MOST_OF_NAME = 80


class WholeFile:
    """A file to be written; left without an error, it stands in its place.

    Every method may raise OSError.
    """

    def __init__(self, path: Path) -> None:
        # A link stays a link to the file that is replaced.
        self._path = Path(os.path.realpath(path))
        if self._path.exists() and not self._path.is_file():
            # A device or a pipe: it takes octets, and there is nothing to replace.
            self._beside: Path | None = None
            self._file = self._path.open("wb")
            return
        _refuse_recorded(self._path)
        # Private, as sessions are.
        fd, beside = mkstemp(
            ".new", f".{self._path.name[:_MOST_OF_NAME]}.", self._path.parent, text=False
        )
        self._beside = Path(beside)
        self._file = open(fd, "wb")  # noqa: SIM115, PTH123

    def write(self, octets: bytes) -> None:
        """Add octets."""
        self._file.write(octets)

    def sync(self) -> None:
        """Wait until the disk has all of it; may take a while, in any thread."""
        self._file.flush()
        if self._beside is not None:
            os.fsync(self._file.fileno())

    def __enter__(self) -> "WholeFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.sync()
            self._file.close()
            if kind is None and self._beside is not None:
                _refuse_recorded(self._path)
                self._beside.replace(self._path)
                self._beside = None
                sync_folder(self._path.parent)
        finally:
            with suppress(OSError):
                self._file.close()
            if self._beside is not None:
                self._beside.unlink(missing_ok=True)


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file at once. Raises OSError, and the file is what it was before."""
    with WholeFile(path) as file:
        for piece in pieces:
            file.write(piece)


def _refuse_recorded(path: Path) -> None:
    with suppress(FileNotFoundError, PermissionError), path.open("rb") as file:
        if not try_lock(file.fileno(), shared=True):
            raise OSError(errno.EBUSY, "a session is being recorded in it", str(path))
