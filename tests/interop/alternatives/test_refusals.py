"""Refusals: what the recordings show was refused, and what can be reached."""

import pytest

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge
from tests.interop.alternatives import subset
from tests.interop.alternatives.refusals import Recorded
from tests.interop.matrix import plan
from tests.interop.recipe import load, names


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def told(recorded: Recorded) -> set[str]:
    return {str(each) for each in recorded.refusals()}


def test_what_postfix_refused_is_found_and_what_it_took_is_not(knowledge: Knowledge) -> None:
    found = told(Recorded("postfix", "postfix", knowledge))

    assert "postfix greeted: FOO" in found
    assert "postfix greeted: DATA foo" in found
    assert "postfix greeted: NOOP" not in found


@pytest.mark.parametrize(
    ("server", "endpoint", "goal", "keyword", "expected"),
    [
        ("postfix", "postfix", "encrypt", "", True),
        ("postfix", "postfix-restricted", "encrypt", "", False),
        ("postfix", "postfix-restricted", "authenticate", "", False),
        ("postfix", "postfix", "expand-list", "", False),
        ("sendmail", "sendmail", "expand-list", "", True),
        ("postfix", "postfix-postscreen", "submit-message", "", False),
        ("postfix", "postfix", "submit-message", "", True),
        ("postfix", "postfix", "use-extension", "8BITMIME", True),
        ("postfix", "postfix", "use-extension", "BINARYMIME", False),
        ("fakesmtpd", "fakesmtpd", "go-faster", "PIPELINING", False),
    ],
)
def test_reach_is_what_an_endpoint_was_seen_doing(
    server: str, endpoint: str, goal: str, keyword: str, expected: bool, knowledge: Knowledge
) -> None:
    assert Recorded(server, endpoint, knowledge).can_reach(goal, keyword) is expected


def test_the_subset_names_what_there_is() -> None:
    endpoints = {each.name for name in subset.SERVERS for each in load(name).endpoints}
    probes = {probe[0] for state in plan.STATES for probe in plan.probes(state, whole=True)}

    assert set(subset.SERVERS) <= set(names())
    assert endpoints >= subset._ENDPOINTS
    assert probes >= subset._PROBES
