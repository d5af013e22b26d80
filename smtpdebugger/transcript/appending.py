"""A file that only grows, made new and never over another one.

What could not be written stays in line, so the file never has a hole.
"""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from smtpdebugger.transcript.locking import try_lock
from smtpdebugger.transcript.place import numbered

SYNC_SECONDS = 0.1
"""The least time between two syncs: what came just after one waits for the next."""
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
_PIECE = 1024 * 1024
_NEVER_SYNCED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})


class GoneError(Exception):
    """Somebody deleted, replaced or emptied the file; what it held may be lost."""


class AppendingFile:
    """Octets to append, and the file they go to; every method may raise OSError.

    As long as it is open nobody else gets the lock on it.
    """

    def __init__(self, path: Path, on_open: Callable[[Path], None] = lambda _: None) -> None:
        """``on_open`` is called with the path once the file is there and locked, still empty."""
        self.path = path
        """With a number added where a file stood there already."""
        self.waiting = bytearray()
        """What was not written yet."""
        self._on_open = on_open
        self._fd: int | None = None
        self._length = 0
        self._synced_at = 0.0
        self.is_synced = True

    def write(self) -> None:
        """Write all that waits; sync, unless that was done a moment ago. May raise GoneError."""
        fd = self._open() if self._fd is None else self._fd
        while self.waiting:
            written = os.write(fd, bytes(self.waiting[:_PIECE]))
            del self.waiting[:written]
            self._length += written
            self.is_synced = False
        if not self.is_synced and self.until_sync <= 0:
            self._sync(fd)
            self._look(fd)

    @property
    def until_sync(self) -> float:
        """Seconds until what was written may be synced."""
        return self._synced_at + SYNC_SECONDS - monotonic()

    def close(self) -> None:
        """Sync and close. May raise GoneError."""
        fd, self._fd = self._fd, None
        if fd is None:
            return
        try:
            if not self.is_synced:
                self._sync(fd)
            self._look(fd)
        finally:
            os.close(fd)

    def _open(self) -> int:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        first, count = self.path, 1
        while True:
            try:
                # Sessions are private: addresses, messages, names of machines.
                self._fd = os.open(self.path, _FLAGS, 0o600)
            except FileExistsError:
                count += 1
                self.path = numbered(first, count)
            else:
                try_lock(self._fd)
                self._on_open(self.path)
                sync_folder(self.path.parent)
                return self._fd

    def _look(self, fd: int) -> None:
        """Whether what was written can still be found under its name."""
        # Not by the file's number: some network file systems give another one now and then.
        status = os.fstat(fd)
        if status.st_size < self._length:
            raise GoneError("was emptied")
        if status.st_nlink == 0 or not self.path.exists():
            raise GoneError("was deleted or moved")

    def _sync(self, fd: int) -> None:
        try:
            os.fsync(fd)
        except OSError as error:
            if error.errno not in _NEVER_SYNCED:
                raise
        self.is_synced = True
        self._synced_at = monotonic()


def sync_folder(folder: Path) -> None:
    """Make names of new files in a folder outlast a power cut, where the system has a way to."""
    with suppress(OSError):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def reason_of(error: OSError) -> str:
    """Why a file cannot be written, and what to do, as half a sentence each."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "the disk is full. Make room"
        case errno.EFBIG:
            return "the file may not grow any further. Choose another folder"
        case errno.EACCES | errno.EPERM:
            return "writing there is not allowed. Choose another folder"
        case errno.EROFS:
            return "the disk is read-only. Choose another folder"
        case errno.ENOENT | errno.ENOTDIR | errno.EEXIST | errno.EISDIR:
            return "there is no such folder and it cannot be made. Choose another folder"
        case _:
            return f"{error.strerror or error}. Choose another folder"
