"""Locks: whoever records a session holds one on its file, so that nobody else records in it.

Who shows a file or notes something in it shares a lock with others of that kind: none of them
disturbs the other, and nobody takes the file for one that nobody wants any more.

The system drops a lock when its process ends, however it ends.
"""

import errno
import sys

if sys.platform == "win32":
    import msvcrt
    import os
else:
    import fcntl

_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
_FAR_BEHIND = 1 << 60
"""Windows locks octets and not files, and a locked octet cannot be read: one that never is."""


def try_lock(fd: int, *, shared: bool = False) -> bool:
    """Lock an open file until it is closed; False where somebody else holds the lock.

    ``shared``: others may share it, where the system knows such locks; on Windows none does. On a
    file system that knows no locks it counts as locked by us.
    """
    try:
        if sys.platform == "win32":
            at = os.lseek(fd, 0, os.SEEK_CUR)
            os.lseek(fd, _FAR_BEHIND, os.SEEK_SET)
            try:
                msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
            finally:
                os.lseek(fd, at, os.SEEK_SET)
        else:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _TAKEN
    return True


def hold(fd: int) -> None:
    """Show others that an open file is in use, until it is closed."""
    # On Windows nobody can delete an open file, and a lock would keep its reader from noting.
    if sys.platform != "win32":
        try_lock(fd, shared=True)
