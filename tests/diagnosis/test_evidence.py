"""All evidence together: every labelled dialogue is led by the cause it was labelled with."""

import re
from pathlib import Path

import pytest

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.evidence import OBSERVERS, observe
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import DIALOGUES, EHLO, case_of, knowledge

FILES = sorted(DIALOGUES.rglob("*.smtp"))
LABEL = re.compile(r"(?m)^# expect last (\S+)$")
SERVER = re.compile(r"(?m)^# server (.+)$")

# What no single session proves: nobody's cause, and one that only ever comes second.
NOT_LEADING = {"unknown", "command-newer-than-server"}


def name_of(file: Path) -> str:
    return str(file.relative_to(DIALOGUES).with_suffix(""))


def test_there_are_enough_dialogues() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_the_labelled_cause_leads(file: Path) -> None:
    text = file.read_text()
    label = LABEL.search(text)
    assert label is not None
    session = read_dialogue(text)
    refused = [each for each in session.exchanges if each.is_negative][-1]

    diagnosis = diagnose(session, refused, knowledge())

    ranked = [(each.id, round(each.probability, 2)) for each in diagnosis.causes]
    assert diagnosis.causes[0].id == label[1], ranked
    assert diagnosis.causes[0].probability >= 0.5, ranked
    server = SERVER.search(text)
    if server is not None:
        assert diagnosis.server.name == server[1]


def test_every_cause_leads_somewhere() -> None:
    labels = {match[1] for file in FILES if (match := LABEL.search(file.read_text()))}

    assert set(knowledge().causes) - labels == NOT_LEADING


def test_every_rule_is_observed_by_some_code_and_every_observation_has_a_rule() -> None:
    folder = Path(__file__).resolve().parents[2] / "smtpdebugger" / "diagnosis"
    code = "".join(file.read_text() for file in folder.glob("*.py"))
    named = {rule for rule in knowledge().evidence if f'"{rule}"' in code}
    by_code = {rule for rule in knowledge().evidence if rule.startswith("code-")}

    assert set(knowledge().evidence) - named - by_code == set()


def test_what_is_observed_in_the_dialogues_has_a_rule() -> None:
    for file in FILES:
        case = case_of(file.read_text())
        assert {each.rule for each in observe(case)} <= set(knowledge().evidence)


def test_no_evidence_speaks_of_a_reply_that_did_not_come() -> None:
    case = case_of(EHLO + "C: VRFY bob\n", number=3)

    found = {each.rule for observer in OBSERVERS for each in observer(case)}

    assert not {rule for rule in found if rule.startswith(("code-", "known-reply", "wording"))}
