"""What is awaited, while it is awaited: a line on the terminal, or objects for programs.

The line stands on standard error, is rewritten in place, and is gone before anything else is
written. Nobody gets it who reads through a pipe.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from typing import Protocol

from smtpdebugger.session.session import Session
from smtpdebugger.transport.patience import PATIENCE, Waiting, told_of
from smtpdebugger.transport.sending import Sending

TICK = 0.5
"""Seconds between two looks; objects are written at every second one."""
_ERASE = "\r\x1b[K"
_USUAL_COLUMNS = 80
_UNITS = ("octets", "kB", "MB", "GB")


class StatusLine:
    """One line at the bottom of a terminal that comes and goes."""

    def __init__(self) -> None:
        self._shown = ""

    def show(self, text: str) -> None:
        """Show a text in place of the one before; an empty one is none."""
        if text == self._shown:
            return
        self._shown = text
        self._write(f"{_ERASE}{text[: _columns() - 1]}")

    def erase(self) -> None:
        """Nothing is shown any more."""
        self.show("")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


class Client(Protocol):
    """What is looked at."""

    session: Session

    @property
    def waiting(self) -> Waiting | None:
        """What is awaited."""


class WaitingDisplay:
    """Looks at a client twice a second, and shows what it waits for or how far a message is."""

    def __init__(self, client: Client, sending: Callable[[], Sending | None]) -> None:
        self._client = client
        self._sending = sending
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to look; needs a running loop."""
        self._timer = asyncio.get_running_loop().call_later(TICK, self._look)

    def stop(self) -> None:
        """Look no more, and leave nothing on the screen."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self.start()
        sending = self._sending()
        on_its_way = None if sending is None or sending.sent >= sending.total else sending
        self.tell(self._client.waiting, on_its_way)

    def tell(self, waiting: Waiting | None, sending: Sending | None) -> None:
        """Show it."""
        raise NotImplementedError


class WaitingLine(WaitingDisplay):
    """For people: ``waiting 12 s of 300 s for the reply to EHLO``."""

    def __init__(
        self,
        client: Client,
        sending: Callable[[], Sending | None],
        line: StatusLine,
        is_typing: Callable[[], bool],
    ) -> None:
        """``is_typing``: whether somebody has a prompt before him, so that nothing is shown."""
        super().__init__(client, sending)
        self._line = line
        self._is_typing = is_typing
        self._rows = 0
        client.session.subscribe(self._happened)

    def stop(self) -> None:
        """Look no more; the line goes."""
        super().stop()
        self._line.erase()

    def tell(self, waiting: Waiting | None, sending: Sending | None) -> None:
        """Rewrite the line."""
        told = told_of(waiting, self._client.session)
        if sending is not None:
            told = "; ".join(filter(None, (_progress(sending), told)))
        self._line.show("" if self._is_typing() else told)

    def _happened(self, session: Session) -> None:
        rows = len(session.columns.marks)
        if rows != self._rows:
            self._rows = rows
            self._line.erase()


class WaitingObjects(WaitingDisplay):
    """For programs: one JSON object a second."""

    def __init__(
        self,
        client: Client,
        sending: Callable[[], Sending | None],
        write: Callable[[str], None],
    ) -> None:
        super().__init__(client, sending)
        self._write = write
        self._is_due = False

    def tell(self, waiting: Waiting | None, sending: Sending | None) -> None:
        """Write the objects, every second time."""
        self._is_due = not self._is_due
        if not self._is_due:
            return
        if waiting is not None and waiting.elapsed >= PATIENCE:
            self._put(
                type="waiting",
                what=waiting.what,
                elapsed=round(waiting.elapsed, 1),
                limit=waiting.limit,
            )
        if sending is not None:
            self._put(type="sending", octets=sending.sent, total=sending.total)

    def _put(self, **told: object) -> None:
        self._write(f"{json.dumps(told, ensure_ascii=False)}\n")


def can_rewrite() -> bool:
    """Whether standard error is a terminal on which a line can be rewritten."""
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    return is_terminal and os.environ.get("TERM", "dumb") != "dumb"


def _progress(sending: Sending) -> str:
    share = sending.sent / max(1, sending.total)
    return f"{share:.0%} of {_size(sending.total)} sent"


def _size(octets: int) -> str:
    amount = float(octets)
    for unit in _UNITS[:-1]:
        if amount < 1000:
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:.3g} {_UNITS[-1]}"


def _columns() -> int:
    try:
        return os.get_terminal_size(2).columns or _USUAL_COLUMNS
    except OSError:
        return _USUAL_COLUMNS
