"""Recordings on disks that fill: ``python -m tests.transcript.disks NAME FOLDER [PORT]``, in a
process of its own, told the story on standard output as JSON.

Where the system allows, FOLDER becomes a small file system of its own, in a namespace that ends
with this process.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from smtpdebugger.session.events import Closed, Received, Sent
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import Recorder

DISK_OCTETS = 512 * 1024
ROOM = 64 * 1024
ENTER = ("unshare", "-rm", "--")
_MOUNT = f'mount -t tmpfs -o size={DISK_OCTETS} none "$0" && exec "$@"'


def command(folder: Path, *arguments: str) -> list[str]:
    """What to run so that ``arguments`` finds a small disk of its own in ``folder``."""
    return [*ENTER, "sh", "-c", _MOUNT, str(folder), *arguments]


def can_mount(folder: Path) -> bool:
    """Whether this machine lets anybody have a file system of their own."""
    try:
        done = subprocess.run(command(folder, "true"), capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not holds():
        if time.monotonic() > ends:
            raise TimeoutError("it never came to pass")
        time.sleep(0.01)


class Story:
    """A live session that is recorded while the disk fills and empties."""

    def __init__(self, folder: Path) -> None:
        self.told: list[str] = []
        self.session = Session(Header(began="2026-11-23T10:00:00Z"))
        self.recorder = Recorder.in_folder(
            self.session,
            folder,
            "mx",
            self.told.append,
            on_recovery=lambda: self.told.append("recovered"),
        )
        self._at = 0

    def go_on(self, commands: int) -> None:
        """So many commands and their replies."""
        for _ in range(commands):
            self._at += 1
            self.session.record(Sent(self._at, b"NOOP %d\r\n" % self._at))
            self.session.record(Received(self._at, b"250 2.0.0 ok\r\n"))

    def end(self) -> dict[str, object]:
        """Close, read the file back, and tell."""
        self.session.record(Closed(self._at, "client"))
        is_whole = self.recorder.close(10)
        loaded, problems = load_session(self.recorder.path)
        return {
            "told": self.told,
            "is_whole": is_whole,
            "is_same": loaded.rows == self.session.rows,
            "in_file": len(loaded.exchanges),
            "problems": problems,
        }


def fills_and_empties(folder: Path) -> dict[str, object]:
    """Somebody else's file takes the disk, twice, and goes again."""
    story, filler = Story(folder), folder / "filler"
    for _ in range(2):
        filler.write_bytes(bytes(DISK_OCTETS - _used(folder) - ROOM))
        before = len(story.told)
        story.go_on(2000)
        _wait_until(lambda before=before: len(story.told) > before)
        filler.unlink()
        _wait_until(lambda: story.told[-1] == "recovered")
    return story.end()


def stays_full(folder: Path) -> dict[str, object]:
    """Room never comes again."""
    story = Story(folder)
    (folder / "filler").write_bytes(bytes(DISK_OCTETS - ROOM))
    story.go_on(2000)
    _wait_until(lambda: bool(story.told))
    return story.end()


def limited(folder: Path) -> dict[str, object]:
    """The system lets no file of this process grow beyond a limit, and then lets it again."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    story = Story(folder)
    story.go_on(2000)
    _wait_until(lambda: bool(story.told))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    _wait_until(lambda: story.told[-1] == "recovered")
    return story.end()


def read_only(folder: Path) -> dict[str, object]:
    """Nobody may write into the folder; then somebody may."""
    if os.getuid() == 0:
        os.setuid(65534)
    sessions = folder / "sessions"
    sessions.mkdir(mode=0o500)
    story = Story(sessions)
    story.go_on(100)
    _wait_until(lambda: bool(story.told))
    sessions.chmod(0o700)
    _wait_until(lambda: story.told[-1] == "recovered")
    return story.end()


def talks(folder: Path, port: str) -> dict[str, object]:
    """``talk`` saves where there is next to no room."""
    (folder / "filler").write_bytes(bytes(DISK_OCTETS - ROOM))
    saved = folder / "s.smtpsession"
    talk = [sys.executable, "-m", "smtpdebugger", "talk", f"127.0.0.1:{port}", "--save", str(saved)]
    done = subprocess.run(
        talk, input="NOOP\n" * 1500, capture_output=True, text=True, check=False, timeout=60
    )
    session, problems = load_session(saved)
    return {
        "code": done.returncode,
        "errors": done.stderr,
        "said": done.stdout.count("C: NOOP"),
        "in_file": len(session.exchanges),
        "problems": problems,
    }


def _used(folder: Path) -> int:
    status = os.statvfs(folder)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


STORIES: dict[str, Callable[..., dict[str, object]]] = {
    each.__name__: each for each in (fills_and_empties, stays_full, limited, read_only, talks)
}


if __name__ == "__main__":
    print(json.dumps(STORIES[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])))
