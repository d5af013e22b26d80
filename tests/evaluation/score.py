"""Figures from labelled cases: how often the leading cause is right, how honest the odds are."""

import dataclasses
import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.matters import matter_of
from smtpdebugger.diagnosis.model import ServerGuess
from smtpdebugger.diagnosis.ranking import UNKNOWN, rank
from smtpdebugger.knowledge.load import iter_load
from smtpdebugger.knowledge.tables import Knowledge
from tests.evaluation.cases import Labelled, last_answered

BINS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0))
CONFIDENT = 0.8
SURE = 0.9
"""A server named wrongly with more confidence than this is a lie."""


@dataclass(frozen=True)
class Outcome:
    """What the engine said of one case."""

    case: Labelled
    ranked: tuple[tuple[str, float], ...]
    """Causes with their probabilities, likeliest first; ``unknown`` included."""
    server: ServerGuess
    greeted: bool
    """Whether an EHLO or LHLO had been accepted before the reply."""
    matter: str = ""
    """What the leading cause was told to be about, as ``cause/matter``."""

    @property
    def place(self) -> int:
        """The rank of the first right cause, 1 for the leading one; 99 where none is right."""
        named = [cause for cause, _ in self.ranked]
        return next((i for i, cause in enumerate(named, 1) if cause in self.case.causes), 99)


@lru_cache(maxsize=1)
def everything_known() -> Knowledge:
    """All tables, read once."""
    *_, knowledge = iter_load()
    assert knowledge is not None
    return knowledge


@lru_cache(maxsize=128)
def without(program: str) -> Knowledge:
    """The tables as if nobody had ever seen a program: its entry, its replies and those of the
    programs that are built on it are gone."""
    known = everything_known()
    gone = {program} | {
        server.id for server in known.servers.values() if program in server.based_on
    }
    kept = {name: server for name, server in known.servers.items() if name not in gone}
    return dataclasses.replace(
        known, servers=kept, rows=lambda name: () if name in gone else known.rows(name)
    )


def judge(case: Labelled, knowledge: Knowledge) -> Outcome:
    """What the engine says of one case with these tables."""
    session = case.session()
    seen = Case(session, last_answered(session), knowledge)
    scores = rank(seen, observe(seen))
    ranked = tuple((score.cause, score.probability) for score in scores)
    return Outcome(case, ranked, seen.server, seen.offers is not None, _matter(seen, ranked[0][0]))


def _matter(seen: Case, leading: str) -> str:
    told = matter_of(seen, leading)
    return f"{leading}/{told}" if told else ""


def judge_all(cases: Iterable[Labelled], *, left_out: bool) -> list[Outcome]:
    """All cases, each with everything known or with its own server left out."""
    return [
        judge(case, without(case.program) if left_out else everything_known()) for case in cases
    ]


def is_development(case: Labelled) -> bool:
    """The fixed split: rules are tuned on one half of the servers, the other half is only
    measured."""
    return hashlib.sha256(case.server.encode()).digest()[0] % 2 == 0


def is_held_out(case: Labelled) -> bool:
    """The fixed split of the cases of wild, sources and strange: no rule was ever written after
    a look at this half."""
    told = "\n".join(case.lines)
    return hashlib.sha256(told.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True)
class Summary:
    """The figures of one set of outcomes."""

    count: int
    leading: float
    """The share of cases whose leading cause is right."""
    within_three: float
    confident: float
    """The share of cases whose leading cause gets 0.8 or more."""
    confident_right: float
    """Of all causes given 0.8 or more, the share that is right."""
    brier: float
    """The mean squared distance of the leading cause's probability from the truth."""


def summary(outcomes: Sequence[Outcome]) -> Summary:
    """The figures of some outcomes."""
    count = max(1, len(outcomes))
    given = [
        (p, cause in each.case.causes)
        for each in outcomes
        for cause, p in each.ranked
        if cause != UNKNOWN and p >= CONFIDENT
    ]
    leads = [(each.ranked[0][1], each.place == 1) for each in outcomes]
    return Summary(
        count=len(outcomes),
        leading=sum(each.place == 1 for each in outcomes) / count,
        within_three=sum(each.place <= 3 for each in outcomes) / count,
        confident=sum(
            each.ranked[0][0] != UNKNOWN and each.ranked[0][1] >= CONFIDENT for each in outcomes
        )
        / count,
        confident_right=sum(right for _, right in given) / max(1, len(given)),
        brier=math.fsum((p - right) ** 2 for p, right in leads) / count,
    )


@dataclass(frozen=True)
class Bin:
    """One bin of the calibration: what was promised, and what was true."""

    low: float
    high: float
    count: int
    promised: float
    right: float


def calibration(outcomes: Sequence[Outcome]) -> list[Bin]:
    """Every cause that was given a probability, by bins of that probability."""
    given = [
        (p, cause in each.case.causes)
        for each in outcomes
        for cause, p in each.ranked
        if cause != UNKNOWN
    ]
    bins = []
    for low, high in BINS:
        inside = [one for one in given if low <= one[0] < high or (high == 1.0 and one[0] == 1.0)]
        count = max(1, len(inside))
        bins.append(
            Bin(
                low,
                high,
                len(inside),
                math.fsum(p for p, _ in inside) / count,
                sum(right for _, right in inside) / count,
            )
        )
    return bins


@dataclass(frozen=True)
class Naming:
    """How servers were named, over the cases after an accepted EHLO."""

    count: int
    right: float
    unnamed: float
    lies: int
    """Named wrongly with more than 0.9, before or after EHLO."""


def naming(outcomes: Sequence[Outcome]) -> Naming:
    """How often the server was named right; programs built on one another are the same.

    Counted over captured sessions: the others' EHLO replies are composed, not copied.
    """
    told = [
        each
        for each in outcomes
        if each.case.program and each.greeted and each.case.group == "captured"
    ]
    count = max(1, len(told))
    return Naming(
        count=len(told),
        right=sum(_is_named_right(each) for each in told) / count,
        unnamed=sum(not each.server.id for each in told) / count,
        lies=sum(is_lie(each) for each in outcomes),
    )


def is_lie(outcome: Outcome) -> bool:
    """Whether a wrong server was named with great confidence."""
    wrong = bool(outcome.server.id) and not _is_named_right(outcome)
    is_known = bool(outcome.case.program) or outcome.case.group in ("wild", "sources", "strange")
    return wrong and outcome.server.confidence > SURE and is_known


def told_matters(outcomes: Iterable[Outcome]) -> tuple[int, int, int]:
    """Of the cases whose label names matters and whose leading cause is right: how many there
    are, how many were told with a right matter, and how many with a wrong one."""
    asked = [each for each in outcomes if each.place == 1 and each.case.matters]
    named = [each for each in asked if _matters_of(each)]
    right = sum(each.matter in _matters_of(each) for each in named)
    wrong = sum(bool(each.matter) and each.matter not in _matters_of(each) for each in named)
    return len(named), right, wrong


def _matters_of(outcome: Outcome) -> set[str]:
    """The labelled matters of the cause that leads."""
    leading = outcome.ranked[0][0]
    return {each for each in outcome.case.matters if each.split("/")[0] == leading}


def _is_named_right(outcome: Outcome) -> bool:
    return bool(kin(outcome.server.id) & kin(outcome.case.program))


_SAME_MAKER = (
    {"postfix", "postscreen", "smtp-sink"},
    {"exchange", "office365", "iis-smtp"},
    {"dovecot-submission", "dovecot-lmtp"},
    {"aiosmtpd", "cpython-smtpd"},
)
"""Programs of one source, whose words are partly the same ones."""


def kin(program: str) -> set[str]:
    """A program with those it is built on and those of the same makers."""
    server = everything_known().server(program)
    near = {program, *(server.based_on if server else ())} - {""}
    return near.union(*(makers for makers in _SAME_MAKER if makers & near))


def grouped(outcomes: Iterable[Outcome], key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    """Outcomes by a key, in the order of the key."""
    groups: dict[str, list[Outcome]] = {}
    for each in outcomes:
        groups.setdefault(key(each), []).append(each)
    return dict(sorted(groups.items()))
