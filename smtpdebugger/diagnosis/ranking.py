"""Turns observations into ranked causes: the one place where weights become probabilities.

Each cause starts from its prior and gains or loses the weights of all observations (logarithms of
odds). Only causes that something speaks for compete, together with ``unknown``, whose score is
fixed: where little is known it keeps most of the probability. A softmax makes the sum 1.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from smtpdebugger.diagnosis.applicable import RESTRICTED, applies, can_mean
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


@dataclass(slots=True)
class Score:
    """One cause while the evidence is added up."""

    cause: str
    total: float = 0.0
    own: float = 0.0
    """What the session (not the reply's words) says for it."""
    support: list[tuple[float, Observation]] = field(default_factory=list)
    against: list[tuple[float, Observation]] = field(default_factory=list)
    probability: float = 0.0

    def add(self, weight: float, observation: Observation) -> None:
        """Count one observation."""
        self.total += weight
        (self.support if weight > 0 else self.against).append((weight, observation))


def rank(case: Case, observations: Iterable[Observation]) -> list[Score]:
    """The causes that come into question, likeliest first; probabilities sum to 1."""
    scores = _add_up(case, tuple(observations))
    for score in scores.values():
        cause = case.knowledge.cause(score.cause)
        score.total += math.log(cause.prior) if cause is not None else 0.0
    found = [score for score in scores.values() if score.support and score.total > 0]
    return _with_probabilities(found)


def _add_up(case: Case, observations: tuple[Observation, ...]) -> dict[str, Score]:
    knowledge = case.knowledge
    scores: dict[str, Score] = {}
    words: list[tuple[str, float, Observation]] = []
    for observation in observations:
        rule = knowledge.evidence.get(observation.rule)
        if rule is None:
            continue
        fits = applies if observation.rule.startswith(_BY_CODE) else can_mean
        for cause, weight in rule.weights.items():
            named = observation.cause if cause == "@" else cause
            if named in RESTRICTED and not case.derived(fits, named):
                continue
            value = weight * observation.strength
            if cause == "@":
                words.append((named, value, observation))
            else:
                score = scores.get(cause)
                if score is None:
                    score = scores[cause] = Score(cause)
                score.add(value, observation)
                if value > 0:
                    score.own += value
    for cause, value, observation in words:
        scores.setdefault(cause, Score(cause)).add(value, observation)
    _lend(knowledge, scores, words)
    return scores


def _lend(
    knowledge: Knowledge, scores: dict[str, Score], words: list[tuple[str, float, Observation]]
) -> None:
    """Let words that name a coarse cause count for the finer causes the session shows."""
    for fine, coarse in knowledge.refines.items():
        score = scores.get(fine)
        if score is None or score.own < OWN_LEAST:
            continue
        lent = [each for each in words if each[0] in coarse]
        named = sum(value for cause, value, _ in words if cause == fine)
        # The same reply's words count once: what already names the finer cause is not added to.
        best = max((_lent(value, seen) for _, value, seen in lent), default=0.0)
        if best > named:
            score.total += best - named


def _lent(value: float, words: Observation) -> float:
    """What words that name a coarse cause give to a finer one; clear words mean what they say."""
    return value * (BORROWED_CLEAR if words.rule == "wording-clear" else BORROWED)


def _with_probabilities(found: list[Score]) -> list[Score]:
    unknown = Score(UNKNOWN, UNKNOWN_SCORE)
    highest = max((score.total for score in (*found, unknown)), default=0.0)
    odds = {score.cause: math.exp(score.total - highest) for score in (*found, unknown)}
    total = sum(odds.values())
    kept = [score for score in found if odds[score.cause] / total >= LEAST]
    for score in kept:
        score.probability = min(MOST, odds[score.cause] / total)
    kept.sort(key=lambda score: (-score.probability, score.cause))
    kept = kept[: MOST_CAUSES - 1]
    # What was dropped and what rounding leaves is the unknown: the sum is exactly 1.
    unknown.probability = max(0.0, 1.0 - math.fsum(score.probability for score in kept))
    return sorted((*kept, unknown), key=lambda score: -score.probability)
