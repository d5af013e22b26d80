"""The events behind the rows that are neither command nor reply, in step with those rows."""

from smtpdebugger.session.events import Mark, Received, Sent, WireEvent
from smtpdebugger.session.session import Session

_WITHOUT_ROW = (Sent, Received, Mark)
"""What the client and the server sent has rows of its own, or none yet."""


class Happenings:
    """Walks through a session's events, from one such row to the next."""

    def __init__(self, session: Session) -> None:
        self._events = session.events
        self._next = 0

    def skip_to(self, place: int) -> None:
        """None of the events before this place is wanted."""
        self._next = max(self._next, place)

    def next(self) -> WireEvent:
        """The event of the next row that is an event, a failure or a remark."""
        while isinstance(event := self._events[self._next], _WITHOUT_ROW):
            self._next += 1
        self._next += 1
        return event
