"""The matrix, live: every server says today what it said when it was recorded."""

import pytest

from tests.interop.lab import LabError, UnavailableError
from tests.interop.matrix import plan, shelf, stage
from tests.interop.recipe import load, names
from tests.require import need

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]

Outcomes = dict[str, stage.Outcome]


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest) -> Outcomes:
    """All servers the run's tests are about, played at once: one by one they would take long."""
    here = [item for item in request.session.items if item.path == request.path]
    wanted = [
        str(each.callspec.params["name"]) for each in here if isinstance(each, pytest.Function)
    ]
    found: Outcomes = {}
    stage.play(wanted, found.__setitem__)
    return found


@pytest.mark.parametrize("name", names())
def test_the_server_answers_as_recorded(name: str, played: Outcomes) -> None:
    outcome = played[name]
    if isinstance(outcome, UnavailableError):
        need("interop", f"{name}: {outcome}")
    if isinstance(outcome, LabError):
        raise outcome
    states = [(each.name, state) for each in load(name).endpoints for state in plan.states(each)]
    assert [(place.endpoint, place.state) for place in outcome] == states
    changes = {
        str(place): "\n".join(found)
        for place, session in outcome.items()
        if (found := list(shelf.differences(place, session)))
    }
    assert not changes, "\n".join([f"{place}\n{found}" for place, found in changes.items()])
