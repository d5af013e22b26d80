"""The past: one connection of a session as it stands, with what diagnoses have worked out of it.

A session only grows, and what is true of its exchanges stays true until the next event. So all
refusals of a file share the work, and a live session has it anew for each reply.
"""

import weakref
from bisect import bisect_left
from functools import cached_property
from itertools import islice

from smtpdebugger.knowledge.deriving import Deriving
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

MOST_VERBS = 32
RECENT = 64
"""How many exchanges of one verb a look back covers; a session may hold millions."""


class Past(Deriving):
    """The exchanges of one connection."""

    def __init__(self, session: Session, span: range) -> None:
        # A past is kept by its session, so it must not keep the session.
        self.session: Session = weakref.proxy(session)
        self.span = span
        """The numbers of the connection's exchanges."""

    @cached_property
    def first_answers(self) -> tuple[Exchange, ...]:
        """The first two answered exchanges of each verb."""
        found: list[Exchange] = []
        for numbers in islice(self.session.by_verb.values(), MOST_VERBS):
            first = bisect_left(numbers, self.span.start)
            found += [
                self.session.exchange(number)
                for number in numbers[first : first + 2]
                if number in self.span and self.session.is_answered(number)
            ]
        return tuple(found)

    def latest(self, verb: str) -> list[int]:
        """The numbers of the last exchanges of a verb, the latest first."""
        numbers = self.session.by_verb.get(verb, [])
        stop = bisect_left(numbers, self.span.stop)
        recent = reversed(numbers[max(0, stop - RECENT) : stop])
        return [number for number in recent if number >= self.span.start]


_PASTS: "weakref.WeakKeyDictionary[Session, tuple[object, Past]]" = weakref.WeakKeyDictionary()


def past_of(session: Session, span: range) -> Past:
    """The past of the connection whose exchanges are ``span``, as it stands."""
    stand = (span, len(session.events))
    known = _PASTS.get(session)
    if known is None or known[0] != stand:
        known = _PASTS[session] = (stand, Past(session, span))
    return known[1]
