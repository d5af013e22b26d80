"""Refusals alike: the same line refused in the same words, in the same situation of a connection.

A program that does not heed a refusal sends the same thing thousands of times. What may be sent
instead, and how to make sure, is then the same for each of them, and is worked out once.
"""

from collections.abc import Hashable, Sequence

from smtpdebugger.diagnosis.alternatives import alternatives_of
from smtpdebugger.diagnosis.case import HELLOS, Case
from smtpdebugger.diagnosis.chain import is_only_refusal
from smtpdebugger.diagnosis.model import Alternative, RankedCause, Step
from smtpdebugger.diagnosis.past import Past
from smtpdebugger.diagnosis.steps import steps_of

MOST = 64
"""Kinds of refusals that are remembered of one connection."""

Ways = tuple[tuple[Alternative, ...], tuple[Step, ...]]


def ways_of(case: Case, causes: Sequence[RankedCause]) -> Ways:
    """Alternatives and verification steps of a refusal of which nothing was verified yet."""
    kept = case.past.derived(_kept)
    key = _key(case, causes)
    found = kept.get(key)
    if found is None:
        if len(kept) >= MOST:
            kept.clear()
        # The situations are kept as well, so that their ids stay theirs.
        found = kept[key] = (
            (alternatives_of(case, causes), steps_of(case, causes)),
            (case.before, case.exchange.after),
        )
    return found[0]


def _kept(_: Past) -> dict[Hashable, tuple[Ways, object]]:
    return {}


def _key(case: Case, causes: Sequence[RankedCause]) -> Hashable:
    """All that alternatives and steps depend on within a connection, but for its past itself."""
    exchange = case.exchange
    return (
        exchange.unit,
        case.reply.lines,
        id(exchange.before),
        id(exchange.after),
        case.is_closed,
        case.greeting is None,
        # The name the client gave, and the login under way.
        *(next(case.latest(verb), 0) for verb in (*HELLOS, "AUTH")),
        is_only_refusal(case),
        *((cause.id, cause.probability) for cause in causes),
    )
