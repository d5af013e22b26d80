"""A file that only grows, made new and never over another one.

What could not be written stays in line, so the file never has a hole.
"""

import errno
import os
from pathlib import Path
from time import monotonic

from smtpdebugger.transcript.locking import try_lock
from smtpdebugger.transcript.place import numbered

SYNC_SECONDS = 0.1
"""The least time between two syncs: what came just after one waits for the next."""
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_PIECE = 1024 * 1024
_NEVER_SYNCED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})


class AppendingFile:
    """Octets to append, and the file they go to; every method may raise OSError.

    As long as it is open nobody else gets the lock on it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        """With a number added where a file stood there already."""
        self.waiting = bytearray()
        """What was not written yet."""
        self._fd: int | None = None
        self._synced_at = 0.0
        self.is_synced = True

    def write(self) -> None:
        """Write all that waits; sync, unless that was done a moment ago."""
        fd = self._open() if self._fd is None else self._fd
        while self.waiting:
            written = os.write(fd, bytes(self.waiting[:_PIECE]))
            del self.waiting[:written]
            self.is_synced = False
        if not self.is_synced and self.until_sync <= 0:
            self._sync(fd)

    @property
    def is_open(self) -> bool:
        """Whether the file was made and not closed yet."""
        return self._fd is not None

    @property
    def until_sync(self) -> float:
        """Seconds until what was written may be synced."""
        return self._synced_at + SYNC_SECONDS - monotonic()

    def close(self) -> None:
        """Sync and close."""
        fd, self._fd = self._fd, None
        if fd is None:
            return
        try:
            if not self.is_synced:
                self._sync(fd)
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
                return self._fd

    def _sync(self, fd: int) -> None:
        try:
            os.fsync(fd)
        except OSError as error:
            if error.errno not in _NEVER_SYNCED:
                raise
        self.is_synced = True
        self._synced_at = monotonic()


def reason_of(error: OSError) -> str:
    """Why a file cannot be written, and what to do, as half a sentence each."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "the disk is full. Make room"
        case errno.EACCES | errno.EPERM:
            return "writing there is not allowed. Choose another folder"
        case errno.EROFS:
            return "the disk is read-only. Choose another folder"
        case errno.ENOENT | errno.ENOTDIR | errno.EEXIST | errno.EISDIR:
            return "there is no such folder and it cannot be made. Choose another folder"
        case _:
            return f"{error.strerror or error}. Choose another folder"
