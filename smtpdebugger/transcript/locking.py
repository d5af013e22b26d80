"""Locks: whoever writes to a session file holds one, so that two programs never write to one file.

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


def try_lock(fd: int) -> bool:
    """Lock an open file until it is closed; False where somebody else holds the lock.

    On a file system that knows no locks it counts as locked by us.
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
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _TAKEN
    return True
