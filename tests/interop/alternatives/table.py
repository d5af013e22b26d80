"""The numbers: how the alternatives and the verification steps fared, one row for each endpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.interop.alternatives.programs import Program
from tests.interop.alternatives.trying import Offer, Trial
from tests.interop.alternatives.verifying import Verified

ANSWERED = ("good", "wrong", "refused", "silent", "closed")
"""Outcomes of alternatives that were sent."""


@dataclass(frozen=True)
class Tried:
    """What became of the alternatives."""

    refusals: int
    tried: int
    good: int
    wrong_by_code: int
    wrong_by_cause: int
    refused: int
    lost: int
    """No reply, or a connection that ended."""
    no_door: int
    """Reconnections to a port this server has nothing behind."""
    reachable: int
    """Refusals whose goal the endpoint can reach."""
    offered: int
    """Of those, how many were offered anything for that goal."""
    with_way: int
    """How many were offered a command or a reconnection for it."""

    @property
    def wrong(self) -> float:
        """The share of tried alternatives that were answered as they must not be."""
        return max(self.wrong_by_code, self.wrong_by_cause) / max(1, self.tried)

    @property
    def coverage(self) -> float:
        """The share of reachable goals that something was offered for."""
        return self.offered / max(1, self.reachable)


def tried(offers: Iterable[Offer]) -> Tried:
    """The numbers of these offers; the same alternative after the same reply counts once."""
    offers = list(offers)
    trials = distinct(offers)
    outcomes = Counter(each.outcome for each in trials)
    reachable = [each for each in offers if each.is_reachable]
    return Tried(
        refusals=len(offers),
        tried=sum(outcomes[each] for each in ANSWERED),
        good=outcomes["good"],
        wrong_by_code=sum(each.by_code for each in trials),
        wrong_by_cause=sum(each.by_cause for each in trials),
        refused=outcomes["refused"],
        lost=outcomes["silent"] + outcomes["closed"],
        no_door=outcomes["no-door"],
        reachable=len(reachable),
        offered=sum(each.ways + each.advice > 0 for each in reachable),
        with_way=sum(each.ways > 0 for each in reachable),
    )


def distinct(offers: Iterable[Offer]) -> list[Trial]:
    """Every trial once."""
    return list({id(trial): trial for offer in offers for trial in offer.trials}.values())


@dataclass(frozen=True)
class Checked:
    """What became of the verification steps."""

    refusals: int
    steps: int
    closed: int
    """Sessions the server ended because of them."""
    over: int
    """Refusals where the steps cost more errors than they said."""
    labelled: int
    right_before: int
    right_after: int


def checked(rounds: Iterable[Verified]) -> Checked:
    """The numbers of these verifications."""
    rounds = list(rounds)
    labelled = [each for each in rounds if each.truth and each.steps]
    return Checked(
        refusals=len(rounds),
        steps=sum(len(each.steps) for each in rounds),
        closed=sum(each.was_closed for each in rounds),
        over=sum(each.errors > each.promised for each in rounds),
        labelled=len(labelled),
        right_before=sum(each.before in each.truth for each in labelled),
        right_after=sum(each.after in each.truth for each in labelled),
    )


HEAD = (
    f"{'endpoint':<24}{'refused':>8}{'tried':>7}{'good':>6}{'wrong':>7}{'no':>5}{'lost':>6}"
    f"{'no door':>8}{'goals':>7}{'offered':>9}{'way':>6}  |{'steps':>6}{'closed':>7}{'right':>10}"
    f"  |{'ran':>6}{'bad':>5}"
)


def row(
    name: str,
    offers: Iterable[Offer],
    rounds: Iterable[Verified],
    programs: Iterable[Program] = (),
) -> str:
    """One line of the table; ``wrong`` is told by code and by cause."""
    one, two, ran = tried(offers), checked(rounds), list(programs)
    wrong = f"{one.wrong_by_code}/{one.wrong_by_cause}"
    right = f"{two.right_before}-{two.right_after}/{two.labelled}"
    return (
        f"{name:<24}{one.refusals:>8}{one.tried:>7}{one.good:>6}{wrong:>7}{one.refused:>5}"
        f"{one.lost:>6}{one.no_door:>8}{one.reachable:>7}{one.offered:>9}{one.with_way:>6}  |"
        f"{two.steps:>6}{two.closed:>7}{right:>10}"
        f"  |{len(ran):>6}{sum(each.is_bad for each in ran):>5}"
    )
