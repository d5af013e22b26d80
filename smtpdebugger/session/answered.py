"""Answered: how the last command of a kind went, told from the columns without making exchanges."""

from bisect import bisect_left
from typing import NamedTuple

from smtpdebugger.session.session import Session


class Answered(NamedTuple):
    """An exchange that has its reply."""

    number: int
    verb: str
    code: int | None
    """The reply code; None where the reply has none."""

    @property
    def is_negative(self) -> bool:
        """Whether the reply refuses (4yz or 5yz)."""
        return self.code is not None and 400 <= self.code < 600

    @property
    def is_positive(self) -> bool:
        """Whether the code is 2yz or 3yz."""
        return self.code is not None and 200 <= self.code < 400


def last_answered(session: Session, *verbs: str, after: int = 0) -> Answered | None:
    """The last exchange of any of these verbs that nothing is waited for before.

    None where it has no reply, or is not behind the exchange ``after``.
    """
    oldest = session.first_waiting
    found = 0
    for verb in verbs:
        numbers = session.by_verb.get(verb, ())
        end = len(numbers) if oldest is None else bisect_left(numbers, oldest)
        if end and numbers[end - 1] > after:
            found = max(found, numbers[end - 1])
    if not found or not session.is_answered(found):
        return None
    return Answered(found, session.verb(found), session.code(found))
