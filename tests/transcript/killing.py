"""Kills recordings at random moments: ``python -m tests.transcript.killing [HOW MANY] [window]``.

Each child records a session as fast as it can and notes, outside the session file, when it
recorded which command. After the SIGKILL every command older than a quarter of a second must be
in the file, in order and without a hole, the file must open, and the next start must find it.

With ``window`` the child is the window itself, talking to its practice server.
"""

import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from smtpdebugger.session.events import Received, Sent
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import Recorder
from smtpdebugger.transcript.unfinished import claim_unfinished

PROMISED_SECONDS = 0.25
_NOTE = struct.Struct("d")
_MOST = 200_000
_PACE = 0.0002
_LONGEST = {"": 0.6, "window": 1.5}


def kill_one(folder: Path, moment: float, allowed: float) -> tuple[int, int]:
    """Record and kill after ``moment`` seconds; commands in the file, and commands recorded."""
    notes = mmap.mmap(-1, _NOTE.size * _MOST)
    child = os.fork()
    if child == 0:
        _record(folder, notes)
    time.sleep(moment)
    killed = time.monotonic()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return _judged(folder, notes, killed - allowed)


def kill_window(folder: Path, moment: float, allowed: float) -> tuple[int, int]:
    """The same with a window, ``moment`` seconds after its first command."""
    with (folder / "notes").open("w+b") as file:
        file.truncate(_NOTE.size * _MOST)
        notes = mmap.mmap(file.fileno(), 0)
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.transcript.killing_window", str(folder)],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            stderr=subprocess.DEVNULL,
        )
        ends = time.monotonic() + 60
        while not any(notes[: _NOTE.size]):
            if child.poll() is not None or time.monotonic() > ends:
                child.kill()
                raise AssertionError(f"the window sent nothing: {child.wait()}")
            time.sleep(0.005)
        time.sleep(moment)
        killed = time.monotonic()
        child.send_signal(signal.SIGKILL)
        child.wait()
        return _judged(folder / "sessions", notes, killed - allowed)


def _judged(folder: Path, notes: mmap.mmap, due_before: float) -> tuple[int, int]:
    recorded = [at for (at,) in _NOTE.iter_unpack(notes) if at]
    due = sum(at < due_before for at in recorded)
    file = next(iter(folder.glob("*.smtpsession")), None)
    found = []
    if file is not None:
        claimed = claim_unfinished(folder)
        if due and claimed != [file]:
            raise AssertionError(f"the next start does not find {file}, but {claimed}")
        session, _problems = load_session(file)
        commands = (each.command_text for each in session.exchanges if each.unit is not None)
        found = [each for each in commands if each.startswith("NOOP")]
    if found != [f"NOOP {number}" for number in range(len(found))]:
        raise AssertionError(f"{file} has a hole or another order")
    if len(found) < due:
        raise AssertionError(f"{file} has {len(found)} commands, but {due} were old enough")
    return len(found), len(recorded)


def note(notes: mmap.mmap, number: int) -> None:
    """Command ``number`` was recorded now."""
    _NOTE.pack_into(notes, number * _NOTE.size, time.monotonic())


def _record(folder: Path, notes: mmap.mmap) -> None:
    session = Session(Header(began="2026-11-23T10:00:00Z"))
    with suppress(BaseException):
        Recorder.in_folder(session, folder, "mx")
        for number in range(_MOST):
            session.record(Sent(number, b"NOOP %d\r\n" % number))
            session.record(Received(number, b"250 2.0.0 ok\r\n"))
            note(notes, number)
            time.sleep(_PACE)
    os._exit(0)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    kind = sys.argv[2] if len(sys.argv) > 2 else ""
    kill = kill_window if kind else kill_one
    saved = made = 0
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            found, recorded = kill(
                Path(folder), random.uniform(0, _LONGEST[kind]), PROMISED_SECONDS
            )
        saved, made = saved + found, made + recorded
        sys.stderr.write(f"\r{number + 1} of {count} killed")
    print(f"\n{count} killed: {made} commands recorded, {saved} in their files, none missing that "
          f"was older than {PROMISED_SECONDS:.2f} s; every file opened")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
