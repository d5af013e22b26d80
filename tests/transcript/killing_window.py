"""A window to be killed: it talks to its practice server as fast as it can, and notes when."""

import asyncio
import mmap
import os
import sys
from pathlib import Path

from smtpdebugger.session.events import Sent
from smtpdebugger.session.session import Session
from smtpdebugger.settings import Settings
from tests.transcript.killing import note

_LINES = 20


def main(folder: Path) -> None:
    os.environ["SMTPDEBUGGER_DATA"] = os.environ["SMTPDEBUGGER_CONFIG"] = str(folder)
    with (folder / "notes").open("r+b") as file:
        notes = mmap.mmap(file.fileno(), 0)
    import qasync
    from PySide6.QtWidgets import QApplication

    from smtpdebugger import app
    from smtpdebugger.cli.main import parse

    application = QApplication([])
    window = app.open_window(application, parse([]), Settings())
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(_talk(window, notes))


async def _talk(window: object, notes: mmap.mmap) -> None:
    from smtpdebugger.gui.window_driver import WindowDriver

    windows = WindowDriver(window, Settings())
    window.library.load()
    driver = windows.current
    driver.practise("modern", "none")
    await driver.settle(30)
    session = driver.page.watcher.session
    session.subscribe(Noter(session, notes).look)
    number = 0
    while True:
        driver.live.send_lines([f"NOOP {each}" for each in range(number, number + _LINES)], True)
        await driver.settle(30)
        number += _LINES


class Noter:
    """Notes each command when it stands in the session."""

    def __init__(self, session: Session, notes: mmap.mmap) -> None:
        self._notes = notes
        self._seen = len(session.events)
        self._noted = 0

    def look(self, session: Session) -> None:
        """Note what came."""
        while self._seen < len(session.events):
            event = session.events[self._seen]
            self._seen += 1
            if isinstance(event, Sent):
                for _ in range(event.octets.count(b"NOOP")):
                    note(self._notes, self._noted)
                    self._noted += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
