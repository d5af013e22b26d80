"""The labelled cases are sessions that the product can read, and their labels are causes it has."""

from collections.abc import Callable, Iterator

import pytest

from smtpdebugger.knowledge.load import load_knowledge
from tests.evaluation.cases import (
    Labelled,
    all_cases,
    last_answered,
    sources,
    strange,
    unseen,
    wild,
)

CASES = all_cases()


def test_there_are_enough_cases_of_many_servers() -> None:
    assert len(CASES) >= 2400
    assert len({case.server for case in CASES}) >= 60


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("group", ["captured", "documented"])
def test_cases_end_in_a_refusal_that_is_labelled_with_known_causes(group: str) -> None:
    causes = load_knowledge().causes
    for case in CASES:
        if case.group == group:
            _check(case, set(causes))


def _check(case: Labelled, known: set[str]) -> None:
    exchange = last_answered(case.session())
    assert (exchange.code or 0) >= 400, case.id
    assert case.causes, case.id
    assert case.causes <= known, case.id
    assert case.why.endswith("."), case.id


def test_unseen_cases_are_labelled_refusals_too() -> None:
    causes = set(load_knowledge().causes)
    cases = list(unseen())
    assert len(cases) >= 240
    for case in cases:
        _check(case, causes)


@pytest.mark.parametrize(
    ("collected", "count"),
    [(wild, 550), (sources, 320), (strange, 260)],
    ids=["wild", "sources", "strange"],
)
def test_cases_of_strangers_are_distinct_labelled_refusals(
    collected: Callable[[], Iterator[Labelled]], count: int
) -> None:
    knowledge = load_knowledge()
    matters = {
        f"{cause.id}/{name}" for cause in knowledge.causes.values() for name in cause.matters
    }
    cases = list(collected())
    assert len(cases) >= count
    assert len({case.lines for case in cases}) == len(cases)
    for case in cases:
        _check(case, set(knowledge.causes))
        assert case.matters <= matters, case.id
        assert {matter.split("/")[0] for matter in case.matters} <= case.causes, case.id
        assert case.program in {"", *knowledge.servers}, case.id
