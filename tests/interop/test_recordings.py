"""The sessions recorded from real servers, reopened without any server."""

import json
from pathlib import Path

import pytest

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.protocol.proofs import proofs
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import save_copy
from tests.interop.first_light import TALKS, Talk, expected_causes, leading_causes, replies


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.endpoint)
def test_a_recording_tells_what_the_server_told(talk: Talk) -> None:
    session, problems = load_session(talk.file)
    assert not problems
    assert replies(session, talk) == [step[:2] for step in talk.steps]
    assert leading_causes(session, load_knowledge()) == expected_causes(talk)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.endpoint)
def test_a_copy_of_a_recording_is_the_recording(talk: Talk, tmp_path: Path) -> None:
    session, _ = load_session(talk.file)
    copy = tmp_path / "copy.smtpsession"
    save_copy(session, copy)
    again, problems = load_session(copy)
    assert not problems
    assert again.rows == session.rows
    assert again.situation == session.situation
    assert again.events == session.events


def test_no_recording_has_a_proof_of_a_password() -> None:
    files = sorted((Path(__file__).parent / "recordings").rglob("*.smtpsession"))
    assert len(files) > 400
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            text = json.loads(line).get("text")
            if isinstance(text, str) and text.startswith(("334", "235")):
                assert proofs(text.encode()) == (), file
