"""Every alternative and every verification step, on real servers: a subset, each time."""

import asyncio

import pytest

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.vocabulary import NEVER_PROBED
from tests.interop.alternatives import subset
from tests.interop.alternatives.play import Outcome, Played, Player
from tests.interop.alternatives.table import checked, distinct, tried
from tests.interop.lab import LabError, UnavailableError
from tests.require import need

pytestmark = [pytest.mark.interop, pytest.mark.timeout(600)]

LEAST_TRIED = 900
"""Fewer would mean that the servers did not refuse, or nothing was offered."""

LEAST_OFFERED = 0.95
LEAST_STEPS = 1200
LEAST_RUN = 500


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """All servers of the subset, played at once: one by one they would take long."""
    player = Player(load_knowledge(), chosen=subset.is_chosen, run=subset.is_run)
    return asyncio.run(player.play(subset.SERVERS))


@pytest.fixture
def played(outcomes: dict[str, Outcome]) -> list[Played]:
    """What was played; skips where the machine cannot run the servers."""
    found: list[Played] = []
    for name, outcome in outcomes.items():
        if isinstance(outcome, UnavailableError):
            need("interop", f"{name}: {outcome}")
        if isinstance(outcome, LabError):
            raise outcome
        found += outcome
    return found


def test_no_alternative_is_unknown_out_of_order_or_malformed(played: list[Played]) -> None:
    trials = distinct(offer for each in played for offer in each.offers)
    wrong = [
        f"{each.refused} -> {each.offered}: {each.line} -> {each.answer}"
        for each in trials
        if each.by_code or each.by_cause
    ]

    assert len(trials) >= LEAST_TRIED
    assert wrong == []


def test_something_is_offered_wherever_the_goal_is_in_reach(played: list[Played]) -> None:
    offers = [offer for each in played for offer in each.offers]
    bare = [offer.refused for offer in offers if offer.is_reachable and not offer.ways]

    found = tried(offers)

    assert found.coverage >= LEAST_OFFERED
    assert found.with_way / found.reachable >= LEAST_OFFERED, bare


def test_every_program_runs_is_understood_and_ends(played: list[Played]) -> None:
    programs = [one for each in played for one in each.programs]

    assert len(programs) >= LEAST_RUN
    assert [f"{one.refused} -> {one.offered}: {one.told}" for one in programs if one.is_bad] == []
    assert sum(one.outcome == "good" for one in programs) > 0.6 * len(programs)


def test_verification_leaves_every_session_open(played: list[Played]) -> None:
    rounds = [one for each in played for one in each.rounds]

    assert sum(len(one.steps) for one in rounds) >= LEAST_STEPS
    assert [f"{one.refused}: {one.steps}" for one in rounds if one.was_closed] == []
    assert [f"{one.refused}: {one.errors}" for one in rounds if one.errors > one.promised] == []
    assert {verb for one in rounds for verb in one.sent}.isdisjoint(NEVER_PROBED)


def test_what_verification_changed_is_told(played: list[Played]) -> None:
    rounds = [one for each in played for one in each.rounds if one.steps]

    assert [one.refused for one in rounds if not one.told] == []
    turned = [one for one in rounds if one.before != one.after]
    assert len(turned) > 20
    assert all(one.told[0].startswith("Now the likeliest cause is") for one in turned)


def test_verification_does_not_lose_the_true_cause(played: list[Played]) -> None:
    found = checked(one for each in played for one in each.rounds)

    assert found.labelled > 100
    assert found.right_after >= found.right_before
