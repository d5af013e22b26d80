from typing import Any

import pytest

from smtpdebugger.knowledge import build
from smtpdebugger.knowledge.entry import BadEntry, Entry

ALTERNATIVE: dict[str, Any] = {
    "use": "Open with EHLO",
    "when": ["not-greeted"],
    "action": "send",
    "commands": ["EHLO {client}"],
    "achieves": "Opens the session.",
    "reference": "RFC 5321",
}
VERB: dict[str, Any] = {
    "verb": "HELO",
    "status": "standard",
    "syntax": "HELO domain",
    "legal_states": ["connected"],
    "goal": "open-session",
    "summary": "Opens the session.",
    "reference": "RFC 5321",
}
CAUSE: dict[str, Any] = {
    "id": "policy",
    "title": "A local rule",
    "explanation": "A rule decided so.",
    "sentence": "A rule of {server} refuses {verb} with {code}.",
    "prior": 0.4,
    "source": "RFC 5321",
    "fixes": {"sender": ["Ask."], "developer": ["Show it."], "administrator": ["Look."]},
}
POINT: dict[str, Any] = {
    "id": "a",
    "part": "sender",
    "number": 1,
    "title": "Look",
    "text": "Look at it.",
    "shown_at": ["code:502"],
    "source": "RFC 5321",
}


def verb(**changes: object) -> Entry:
    return Entry("v", {**VERB, **changes})


def with_alternative(**changes: object) -> Entry:
    return verb(alternatives=[{**ALTERNATIVE, **changes}])


def test_an_alternative_serves_the_goal_of_its_verb() -> None:
    assert build.verb(with_alternative()).alternatives[0].goal == "open-session"


def test_an_alternative_may_serve_another_goal() -> None:
    built = build.verb(with_alternative(goal="submit-message"))
    assert built.alternatives[0].goal == "submit-message"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"when": ["sometimes"]}, "unknown condition 'sometimes'"),
        ({"commands": ["EHLO {me}"]}, "unknown placeholder {me}"),
        ({"commands": []}, "send needs some"),
        ({"action": "other"}, "belong to the actions send and reconnect"),
        ({"action": "other", "commands": []}, "what must say what to do"),
        ({"action": "other", "commands": [], "what": "Ask {him}."}, "unknown placeholder {him}"),
        ({"security": "ssl"}, "security 'ssl' is none of"),
        ({"colour": "red"}, "colour is not a known key"),
    ],
)
def test_a_wrong_alternative_is_refused(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(BadEntry) as caught:
        build.verb(with_alternative(**changes))

    assert problem in str(caught.value)
    assert "[HELO]" in str(caught.value)


def test_a_verb_is_legal_in_known_states_only() -> None:
    with pytest.raises(BadEntry, match="unknown state 'asleep'"):
        build.verb(verb(legal_states=["asleep"]))


def test_a_cause_takes_the_placeholders_of_causes() -> None:
    assert build.cause(Entry("c", CAUSE), "security-restrictions").family == "security-restrictions"


@pytest.mark.parametrize("key", ["sender", "developer", "administrator"])
def test_a_cause_needs_advice_for_each_audience(key: str) -> None:
    fixes = {name: texts for name, texts in CAUSE["fixes"].items() if name != key}
    with pytest.raises(BadEntry, match=f"{key} is missing"):
        build.cause(Entry("c", {**CAUSE, "fixes": fixes}), "f")


def test_a_cause_without_fixes_is_refused() -> None:
    table = {name: value for name, value in CAUSE.items() if name != "fixes"}
    with pytest.raises(BadEntry, match="fixes is missing"):
        build.cause(Entry("c", table), "f")


def test_a_cause_with_a_strange_placeholder_is_refused() -> None:
    with pytest.raises(BadEntry, match=r"unknown placeholder \{address\}"):
        build.cause(Entry("c", {**CAUSE, "sentence": "No {address}."}), "f")


@pytest.mark.parametrize("place", ["502", "verb:", "page:1"])
def test_a_point_of_the_guide_is_shown_somewhere(place: str) -> None:
    with pytest.raises(BadEntry, match="unknown place"):
        build.guide_point(Entry("g", {**POINT, "shown_at": [place]}))


FINDING: dict[str, Any] = {
    "id": "a",
    "demand": "MUST NOT",
    "title": "A title",
    "sentence": "What was seen.",
    "advice": "What to do.",
    "standard": "What is said.",
    "reference": "RFC 5321 2.3.8",
}


@pytest.mark.parametrize(
    ("demand", "severity"),
    [("MUST NOT", "error"), ("SHOULD", "warning"), ("MAY", "note"), ("nothing", "note")],
)
def test_a_finding_is_as_bad_as_what_was_demanded(demand: str, severity: str) -> None:
    assert build.finding(Entry("f", {**FINDING, "demand": demand})).severity == severity


def test_a_finding_is_graded_by_hand_where_nothing_is_demanded() -> None:
    told = {**FINDING, "demand": "nothing", "severity": "warning"}
    assert build.finding(Entry("f", told)).severity == "warning"


def test_a_demand_cannot_be_graded_away() -> None:
    with pytest.raises(BadEntry, match="severity follows from the demand"):
        build.finding(Entry("f", {**FINDING, "severity": "note"}))
