from dataclasses import replace

import pytest

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.references import dangling
from smtpdebugger.knowledge.tables import Knowledge


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def test_what_we_ship_leads_somewhere(knowledge: Knowledge) -> None:
    assert dangling(knowledge) == ()


def test_a_cause_that_is_gone_is_missed_everywhere(knowledge: Knowledge) -> None:
    causes = {name: cause for name, cause in knowledge.causes.items() if name != "old-server"}

    found = dangling(replace(knowledge, causes=causes))

    assert any("codes.toml code [502]" in problem for problem in found)
    assert all("old-server" in problem for problem in found)


def test_a_goal_that_is_gone_is_missed(knowledge: Knowledge) -> None:
    goals = {name: goal for name, goal in knowledge.goals.items() if name != "encrypt"}

    found = dangling(replace(knowledge, goals=goals))

    assert "verbs [STARTTLS]: goal 'encrypt' is not a known goal" in found


def test_a_guide_point_is_missed_where_its_verb_is_gone(knowledge: Knowledge) -> None:
    verbs = {name: verb for name, verb in knowledge.verbs.items() if name != "PIPELINING"}

    assert dangling(replace(knowledge, verbs=verbs)) == (
        "guide [scenario-pipelining]: shown_at names 'verb:PIPELINING', which does not exist",
    )


def test_a_server_is_missed_by_those_based_on_it(knowledge: Knowledge) -> None:
    servers = {name: one for name, one in knowledge.servers.items() if name != "go-smtp"}

    assert dangling(replace(knowledge, servers=servers)) == (
        "servers [maddy]: based_on names 'go-smtp', which does not exist",
    )


def test_a_matter_that_its_cause_does_not_have_is_named(knowledge: Knowledge) -> None:
    rule = replace(knowledge.rules[0], matter="moonshine")
    wrong = replace(knowledge, rules=(rule,))

    assert any("'moonshine'" in each for each in dangling(wrong))


def test_a_matter_that_no_cause_of_an_enhanced_code_has_is_named(knowledge: Knowledge) -> None:
    part = replace(knowledge.status_parts["X.2.2"], matter="moonshine")
    wrong = replace(knowledge, status_parts={**knowledge.status_parts, "X.2.2": part})

    assert dangling(wrong) == (
        "replies/enhanced.toml [X.2.2]: matter 'moonshine' is of none of its causes",
    )
