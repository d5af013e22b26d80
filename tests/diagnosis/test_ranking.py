"""Weights become probabilities: the sum is 1, and little evidence leaves much unknown."""

import math

import pytest

from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.ranking import MOST, MOST_CAUSES, UNKNOWN, _kept, rank
from tests.diagnosis.cases import DIALOGUES, EHLO, case_of

CASE = EHLO + "C: STARTTLS\nS: 500 no\n"


AUTH_CASE = EHLO + "C: AUTH PLAIN\nS: 503 no\n"


def ranked(*observations: Observation, text: str = CASE) -> dict[str, float]:
    return {each.cause: each.probability for each in rank(case_of(text), observations)}


def test_without_evidence_nobody_knows() -> None:
    assert ranked() == {UNKNOWN: 1.0}


def test_one_weak_sign_leaves_most_open() -> None:
    found = ranked(Observation("typical-code", cause="policy"))

    assert found.get("policy", 0) < found[UNKNOWN]


def test_a_strong_sign_leads_and_is_never_certain() -> None:
    found = ranked(Observation("tls-active"), Observation("known-reply", cause="already-done"))

    assert 0.9 < found["already-done"] <= MOST
    assert found[UNKNOWN] > 0


def test_counter_evidence_takes_away() -> None:
    alone = ranked(Observation("wording", cause="tls-required-first"))
    against = ranked(Observation("wording", cause="tls-required-first"), Observation("has-tls"))

    assert against.get("tls-required-first", 0) < alone["tls-required-first"]


def test_evidence_against_alone_makes_no_cause() -> None:
    assert set(ranked(Observation("has-tls"))) == {UNKNOWN}


def test_words_for_a_coarse_cause_count_for_the_finer_one_the_session_shows() -> None:
    words = Observation("wording", cause="command-not-implemented")

    finer = ranked(words, Observation("starttls-not-offered"))

    assert finer["tls-unavailable"] > finer["command-not-implemented"]
    assert "tls-unavailable" not in ranked(words)


def test_words_that_name_the_finer_cause_do_not_count_twice() -> None:
    named = ranked(Observation("wording", cause="tls-unavailable"), Observation("offered"))
    coarse = ranked(
        Observation("wording", cause="tls-unavailable"),
        Observation("wording", cause="tls-unavailable"),
        Observation("offered"),
    )

    assert coarse["tls-unavailable"] >= named["tls-unavailable"]


def test_strength_scales_a_weight() -> None:
    full = ranked(Observation("wording", cause="policy"))
    half = ranked(Observation("wording", cause="policy", strength=0.5))

    assert half.get("policy", 0) < full["policy"]


def test_a_code_suggests_nothing_that_cannot_apply() -> None:
    assert "auth-failed" not in ranked(Observation("typical-code", cause="auth-failed"))


def test_an_observation_without_a_rule_says_nothing() -> None:
    assert ranked(Observation("no-such-rule")) == {UNKNOWN: 1.0}


@pytest.mark.parametrize("file", sorted(DIALOGUES.rglob("*.smtp")), ids=lambda file: file.stem)
def test_probabilities_sum_to_one_in_order(file: object) -> None:
    case = case_of(file.read_text())  # type: ignore[attr-defined]

    scores = rank(case, observe(case))
    probabilities = [each.probability for each in scores]

    assert math.isclose(math.fsum(probabilities), 1.0, abs_tol=1e-12)
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= each <= 1 for each in probabilities)
    assert len(scores) <= MOST_CAUSES
    assert [each.cause for each in scores].count(UNKNOWN) == 1


def test_clear_words_lend_less_to_a_finer_cause_than_vague_ones() -> None:
    offers = Observation("auth-may-follow-tls")
    vague = ranked(offers, Observation("wording", cause="auth-not-enabled"), text=AUTH_CASE)
    clear = ranked(offers, Observation("wording-clear", cause="auth-not-enabled"), text=AUTH_CASE)

    assert vague["auth-requires-tls"] > clear["auth-requires-tls"]


def test_what_is_remembered_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtpdebugger.diagnosis.ranking.MOST_KEPT", 2)
    case = case_of(CASE)
    strengths = (1.0, 0.9, 0.8, 1.0)
    found = [
        rank(case, (Observation("wording", cause="policy", strength=strength),))
        for strength in strengths
    ]

    assert found[0] == found[-1]
    assert len({str(each) for each in found}) == 3
    assert len(case.knowledge.derived(_kept)) <= 2


def test_the_same_evidence_ranks_otherwise_where_a_cause_cannot_apply() -> None:
    seen = Observation("typical-code", cause="auth-failed")

    assert "auth-failed" not in ranked(seen)
    assert "auth-failed" in ranked(seen, seen, seen, text=AUTH_CASE)
