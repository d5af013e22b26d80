"""Showing a session while it goes on, without holding up the commands.

What went well is shown some milliseconds later, while the server works on the next command; a
refusal is shown, and explained, before anything else is sent.
"""

import asyncio
from typing import Protocol

from smtpdebugger.cli.talk.stopping import Stopper
from smtpdebugger.session.columns import NEGATIVE
from smtpdebugger.session.session import Session

SOON = 0.003
"""Seconds; a person does not see the difference."""


class View(Protocol):
    """Shows a session."""

    def catch_up(self) -> None:
        """Show what has happened since the last call."""

    def finish(self, exit_code: int) -> None:
        """The session is over."""


class Follower:
    """Lets a view catch up whenever something has happened, and heeds the connection's end."""

    def __init__(
        self, session: Session, view: View, stopper: Stopper, *, at_once: bool = False
    ) -> None:
        """``at_once``: a person waits for it. ``stopper`` is told of the connection's end."""
        self._view = view
        self._stopper = stopper
        self._at_once = at_once
        self._loop = asyncio.get_running_loop()
        self._is_due = False
        self._will_be_due = False
        session.subscribe(self._happened)

    def _happened(self, session: Session) -> None:
        if not session.situation.is_open:
            self._stopper.wake()
        if self._is_due:
            return
        marks = session.columns.marks
        if self._at_once or (marks and marks[-1] & NEGATIVE):
            self._is_due = True
            self._loop.call_soon(self._show)
        elif not self._will_be_due:
            self._will_be_due = True
            self._loop.call_later(SOON, self._show_later)

    def _show(self) -> None:
        self._is_due = False
        self._view.catch_up()

    def _show_later(self) -> None:
        self._will_be_due = False
        self._view.catch_up()
