"""Refusals alike share their alternatives and steps, and others do not."""

from pathlib import Path

import pytest

from smtpdebugger.diagnosis.alike import ways_of
from smtpdebugger.diagnosis.alternatives import alternatives_of
from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.steps import steps_of
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import DIALOGUES, EHLO, TRANSACTION, knowledge

NO = "C: VRFY alice\nS: 502 5.5.1 VRFY command is disabled\n"


def test_the_same_refusal_again_shares_what_was_worked_out() -> None:
    session = read_dialogue(EHLO + NO + NO)
    causes = diagnose(session, session.exchange(3), knowledge()).causes
    one, other = (ways_of(Case(session, session.exchange(n), knowledge()), causes) for n in (3, 4))

    assert one is other
    assert one[0]
    assert one[1]


@pytest.mark.parametrize(
    "between",
    [
        "C: EHLO other.example.test\nS: 250 mx.example.test\n",
        "C: HELO other.example.test\nS: 502 no\n",
        TRANSACTION,
    ],
)
def test_what_changes_the_situation_or_a_name_changes_the_ways(between: str) -> None:
    session = read_dialogue(EHLO + NO + between + NO)
    last = len(session.exchanges)
    causes = diagnose(session, session.exchange(3), knowledge()).causes
    one, other = (
        ways_of(Case(session, session.exchange(n), knowledge()), causes) for n in (3, last)
    )

    assert one is not other


@pytest.mark.parametrize("path", sorted(DIALOGUES.rglob("*.smtp")), ids=lambda path: path.stem)
def test_sharing_changes_nothing(path: Path) -> None:
    whole = path.read_text(encoding="utf-8")
    # Each refusal of the session comes several times, so that there is something to share.
    head, _, last = whole.rstrip("\n").rpartition("\nC:")
    session = read_dialogue(f"{head}\n" + f"C:{last}\n" * 3 if head and last else whole)
    tables = knowledge()

    for exchange in session.exchanges:
        found = diagnose(session, exchange, tables)
        if found.causes:
            case = Case(session, exchange, tables)
            assert found.alternatives == alternatives_of(case, found.causes)
            assert found.verification == steps_of(case, found.causes)
