"""The figures that were reached stay reached, and the figures themselves are figured right."""

import pytest

from smtpdebugger.diagnosis.model import ServerGuess
from tests.evaluation.cases import Labelled, all_cases, sources, strange, unseen, wild
from tests.evaluation.score import (
    Outcome,
    calibration,
    is_development,
    is_held_out,
    is_lie,
    judge_all,
    naming,
    summary,
    told_matters,
    without,
)


@pytest.fixture(scope="module")
def known() -> list[Outcome]:
    return judge_all(all_cases(), left_out=False)


@pytest.fixture(scope="module")
def left_out() -> list[Outcome]:
    return judge_all(all_cases(), left_out=True)


@pytest.fixture(scope="module")
def kept_out() -> list[Outcome]:
    return judge_all(unseen(), left_out=False)


def test_with_everything_known(known: list[Outcome]) -> None:
    reached = summary(known)

    assert reached.leading >= 0.978
    assert reached.within_three >= 0.995
    assert reached.confident >= 0.815
    assert reached.confident_right >= 0.989
    assert reached.brier <= 0.036


def test_with_the_cases_server_left_out(left_out: list[Outcome]) -> None:
    reached = summary(left_out)

    assert reached.leading >= 0.966
    assert reached.within_three >= 0.988
    assert reached.confident >= 0.805
    assert reached.confident_right >= 0.985
    assert reached.brier <= 0.0425


def test_cases_kept_out_of_tuning(kept_out: list[Outcome]) -> None:
    reached = summary(kept_out)

    assert reached.leading >= 0.975
    assert reached.within_three >= 0.987
    assert reached.confident_right >= 0.99


@pytest.mark.parametrize(
    ("held_out", "leading", "within_three"), [(False, 0.985, 0.995), (True, 0.905, 0.97)]
)
def test_refusals_of_the_wild(held_out: bool, leading: float, within_three: float) -> None:
    outcomes = judge_all([case for case in wild() if is_held_out(case) == held_out], left_out=False)
    reached = summary(outcomes)
    asked, right, wrong = told_matters(outcomes)

    assert reached.leading >= leading
    assert reached.within_three >= within_three
    assert reached.confident >= 0.8
    assert reached.confident_right >= 0.94
    assert right >= 0.75 * asked
    assert wrong <= 0.03 * asked
    assert not [each.case.id for each in outcomes if is_lie(each)]


@pytest.mark.parametrize(
    ("held_out", "leading", "within_three"), [(False, 0.94, 0.97), (True, 0.865, 0.925)]
)
def test_refusals_out_of_sources(held_out: bool, leading: float, within_three: float) -> None:
    chosen = [case for case in sources() if is_held_out(case) == held_out]
    outcomes = judge_all(chosen, left_out=False)
    reached = summary(outcomes)

    assert reached.leading >= leading
    assert reached.within_three >= within_three
    assert reached.confident >= 0.75
    assert reached.confident_right >= 0.92
    assert not [each.case.id for each in outcomes if is_lie(each)]


@pytest.mark.parametrize(
    ("held_out", "leading", "within_three"), [(False, 0.985, 0.99), (True, 0.83, 0.885)]
)
def test_refusals_of_strange_servers_and_states(
    held_out: bool, leading: float, within_three: float
) -> None:
    outcomes = judge_all(
        [case for case in strange() if is_held_out(case) == held_out], left_out=False
    )
    reached = summary(outcomes)
    asked, right, wrong = told_matters(outcomes)

    assert reached.leading >= leading
    assert reached.within_three >= within_three
    assert reached.confident >= 0.78
    assert reached.confident_right >= 0.88
    assert right >= 0.7 * asked
    assert wrong == 0
    assert not [each.case.id for each in outcomes if is_lie(each)]


def test_what_is_promised_is_true(known: list[Outcome], left_out: list[Outcome]) -> None:
    for outcomes in (known, left_out):
        *_, high = calibration(outcomes)

        assert high.right >= high.promised - 0.02


def test_servers_are_named_right_and_never_wrongly_with_confidence(
    known: list[Outcome], left_out: list[Outcome]
) -> None:
    named = naming(known)

    assert named.right >= 0.987
    assert named.lies == 0
    assert naming(left_out).lies <= 1


def test_a_server_left_out_is_gone_with_all_that_is_built_on_it() -> None:
    knowledge = without("postfix")

    assert "postfix" not in knowledge.servers
    assert "zimbra" not in knowledge.servers
    assert knowledge.rows("postfix") == ()
    assert knowledge.rows("exim") != ()


def test_the_halves_are_fixed_by_the_servers_name() -> None:
    assert is_development(_case("dovecot"))
    assert not is_development(_case("postfix"))


def test_figures_of_a_few_outcomes() -> None:
    right = Outcome(_case(), (("policy", 0.9), ("unknown", 0.1)), ServerGuess(), greeted=True)
    wrong = Outcome(_case(), (("syntax-args", 0.8), ("policy", 0.2)), ServerGuess(), greeted=True)

    one = summary([right, wrong])

    assert (one.count, one.leading, one.within_three, one.confident) == (2, 0.5, 1.0, 1.0)
    assert one.confident_right == 0.5
    assert one.brier == pytest.approx((0.1**2 + 0.8**2) / 2)
    assert [each.count for each in calibration([right, wrong])] == [0, 1, 0, 0, 2]


def _case(server: str = "x") -> Labelled:
    return Labelled("x/1", "captured", server, "", (), frozenset({"policy"}), "So.")
