"""Real Postfix and Exim, spoken to and explained: each refusal for the reason it was set up for."""

import asyncio
from pathlib import Path

import pytest

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.transcript.file import load_session
from tests.interop.first_light import (
    TALKS,
    Talk,
    diagnoses,
    expected_causes,
    leading_causes,
    replies,
    talk_to,
)

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.endpoint)
def test_every_refusal_has_the_cause_it_was_configured_for(
    talk: Talk, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    world = request.getfixturevalue(talk.server)
    file = tmp_path / "live.smtpsession"
    session = asyncio.run(talk_to(talk, world, file))
    knowledge = load_knowledge()
    assert replies(session, talk) == [step[:2] for step in talk.steps]
    assert leading_causes(session, knowledge) == expected_causes(talk)
    assert {each.server.name for each in diagnoses(session, knowledge)} == {talk.name}
    again, problems = load_session(file)
    assert not problems
    assert again.rows == session.rows
    assert diagnoses(again, knowledge) == diagnoses(session, knowledge)


def test_at_least_two_502s_come_from_each() -> None:
    for server in ("postfix", "exim"):
        codes = [step[1] for talk in TALKS if talk.server == server for step in talk.steps]
        assert codes.count(502) >= 2
