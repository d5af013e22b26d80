"""Turns observations into ranked causes: the one place where weights become probabilities.

Each cause starts from its prior and gains or loses the weights of all observations (logarithms of
odds). Only causes that something speaks for compete, together with ``unknown``, whose score is
fixed: where little is known it keeps most of the probability. A softmax makes the sum 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from smtpdebugger.diagnosis.applicable import Excluded, Standing, excluded, standing
from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.knowledge.tables import Knowledge

UNKNOWN = "unknown"
UNKNOWN_SCORE = 1.0
"""What a cause must reach to be as likely as "nobody can tell"."""

BORROWED = 0.9
"""How much of a coarse cause's words count for the finer cause that the session shows."""

BORROWED_CLEAR = 0.5
"""The same where the words are clear."""

OWN_LEAST = 1.0
"""A finer cause borrows words only when the session itself speaks for it this much."""

LEAST = 0.01
"""Causes less likely than this are counted under ``unknown``."""

MOST_CAUSES = 8
"""Causes shown at most, ``unknown`` included."""

MOST = 0.99
"""Nothing is certain: what is above this is left to ``unknown``."""


_BY_CODE = ("code-", "typical-", "enhanced-")


MOST_KEPT = 1024
"""Rankings that are remembered."""


class Score(NamedTuple):
    """A cause that comes into question."""

    cause: str
    probability: float
    support: tuple[tuple[float, int], ...]
    """What speaks for it, the weightiest first: weights, and places among the observations."""
    against: tuple[tuple[float, int], ...]
    """The same of what speaks against it."""


@dataclass(slots=True)
class _Sum:
    """One cause while the evidence is added up."""

    cause: str
    total: float = 0.0
    own: float = 0.0
    """What the session (not the reply's words) says for it."""
    support: list[tuple[float, int]] = field(default_factory=list)
    against: list[tuple[float, int]] = field(default_factory=list)

    def add(self, weight: float, place: int) -> None:
        """Count one observation."""
        self.total += weight
        (self.support if weight > 0 else self.against).append((weight, place))


_Seen = tuple[str, str, float]
"""All of an observation that its weights depend on: rule, cause and strength."""

_Ranked = dict[tuple[Standing, tuple[_Seen, ...]], tuple[Score, ...]]


def rank(case: Case, observations: Sequence[Observation]) -> tuple[Score, ...]:
    """The causes that come into question, likeliest first; probabilities sum to 1.

    A program that meets refusals by the thousand meets a few kinds of them, so each is ranked once.
    """
    seen = tuple([(each.rule, each.cause, each.strength) for each in observations])
    key = (standing(case), seen)
    kept = case.knowledge.derived(_kept)
    found = kept.get(key)
    if found is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = kept[key] = _rank(case.knowledge, *key)
    return found


def _kept(_: Knowledge) -> _Ranked:
    return {}


def _rank(knowledge: Knowledge, stand: Standing, seen: tuple[_Seen, ...]) -> tuple[Score, ...]:
    sums = _add_up(knowledge, excluded(stand), seen)
    for each in sums.values():
        cause = knowledge.cause(each.cause)
        each.total += math.log(cause.prior) if cause is not None else 0.0
    found = [each for each in sums.values() if each.support and each.total > 0]
    return _with_probabilities(found)


def _add_up(knowledge: Knowledge, never: Excluded, seen: tuple[_Seen, ...]) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = {}
    words: list[tuple[float, int, _Seen]] = []
    for place, (name, by, strength) in enumerate(seen):
        rule = knowledge.evidence.get(name)
        if rule is None:
            continue
        impossible = never.by_code if name.startswith(_BY_CODE) else never.by_words
        for cause, weight in rule.weights.items():
            named = by if cause == "@" else cause
            if named in impossible:
                continue
            value = weight * strength
            if cause == "@":
                words.append((value, place, (name, by, strength)))
            else:
                told = sums.setdefault(cause, _Sum(cause))
                told.add(value, place)
                told.own += max(value, 0.0)
    for value, place, (_, by, _) in words:
        sums.setdefault(by, _Sum(by)).add(value, place)
    _lend(knowledge, sums, words)
    return sums


def _lend(
    knowledge: Knowledge, sums: dict[str, _Sum], words: list[tuple[float, int, _Seen]]
) -> None:
    """Let words that name a coarse cause count for the finer causes the session shows."""
    for fine, coarse in knowledge.refines.items():
        score = sums.get(fine)
        if score is None or score.own < OWN_LEAST:
            continue
        lent = [_lent(value, name) for value, _, (name, by, _) in words if by in coarse]
        named = sum(value for value, _, (_, by, _) in words if by == fine)
        # The same reply's words count once: what already names the finer cause is not added to.
        best = max(lent, default=0.0)
        if best > named:
            score.total += best - named


def _lent(value: float, rule: str) -> float:
    """What words that name a coarse cause give to a finer one; clear words mean what they say."""
    return value * (BORROWED_CLEAR if rule == "wording-clear" else BORROWED)


def _with_probabilities(found: list[_Sum]) -> tuple[Score, ...]:
    highest = max((each.total for each in found), default=0.0)
    highest = max(highest, UNKNOWN_SCORE)
    odds = {each.cause: math.exp(each.total - highest) for each in found}
    total = sum((*odds.values(), math.exp(UNKNOWN_SCORE - highest)))
    kept = [_score(each, odds[each.cause] / total) for each in found]
    kept = [score for score in kept if score.probability >= LEAST]
    kept.sort(key=lambda score: (-score.probability, score.cause))
    kept = kept[: MOST_CAUSES - 1]
    # What was dropped and what rounding leaves is the unknown: the sum is exactly 1.
    rest = max(0.0, 1.0 - math.fsum(score.probability for score in kept))
    unknown = Score(UNKNOWN, rest, (), ())
    return tuple(sorted((*kept, unknown), key=lambda score: -score.probability))


def _score(found: _Sum, probability: float) -> Score:
    return Score(
        found.cause,
        min(MOST, probability),
        tuple(sorted(found.support, key=lambda each: -abs(each[0]))),
        tuple(sorted(found.against, key=lambda each: -abs(each[0]))),
    )
