"""What the panel scrolls."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Diagnosis, Step
from smtpdebugger.gui.panels.diagnosis_content import Around, DiagnosisContent
from tests.gui.panels.sample import DISABLED, INSTEAD, OPEN, accepted, refused


def content(
    qtbot: QtBot, diagnosis: Diagnosis, before: DiagnosisContent | None = None
) -> DiagnosisContent:
    made = DiagnosisContent(diagnosis, before)
    qtbot.addWidget(made)
    made.resize(340, 900)
    made.show()
    return made


def texts(made: DiagnosisContent) -> list[str]:
    return [label.text() for label in made.findChildren(QLabel) if label.isVisible()]


def test_the_leading_cause_is_open_and_tells_how_to_fix_it(qtbot: QtBot) -> None:
    made = content(qtbot, refused())
    assert [row.is_open for row in made.causes] == [True, False]
    assert "• disable_vrfy_command = no" in texts(made)
    assert made.summary.toPlainText().startswith("Postfix has VRFY switched off.")
    assert made.summary.accessibleName() == "Diagnosis"


def test_another_cause_brings_its_own_fixes(qtbot: QtBot) -> None:
    made = content(qtbot, refused())
    made.causes[1].head.click()
    assert [row.is_open for row in made.causes] == [False, True]
    qtbot.waitUntil(lambda: "• Ask the administrator." in texts(made))
    assert "• disable_vrfy_command = no" not in texts(made)
    made.causes[1].head.click()
    assert [row.is_open for row in made.causes] == [False, False]
    qtbot.waitUntil(lambda: "• disable_vrfy_command = no" in texts(made))


def test_what_a_person_unfolded_stays_so(qtbot: QtBot) -> None:
    before = content(qtbot, refused())
    before.unfold(OPEN.id)
    assert before.guide is not None
    before.guide.set_open(open_=True)
    after = content(qtbot, refused(alternatives=()), before)
    assert after.open_cause == OPEN.id
    assert after.guide_is_open
    gone = content(qtbot, refused(causes=(DISABLED,)), before)
    assert gone.open_cause == DISABLED.id


def test_a_hardly_possible_cause_is_left_out(qtbot: QtBot) -> None:
    hardly = replace(OPEN, probability=0.001)
    assert len(content(qtbot, refused(causes=(DISABLED, hardly))).causes) == 1
    assert len(content(qtbot, refused(causes=(hardly,))).causes) == 1


def test_an_accepted_command_needs_few_words(qtbot: QtBot) -> None:
    made = content(qtbot, accepted())
    assert made.causes == []
    assert made.alternatives is None
    assert made.summary.toPlainText() == "Done: The command was carried out."
    assert texts(made) == []


def test_signals_of_the_parts_come_through(qtbot: QtBot) -> None:
    made = content(qtbot, refused())
    assert made.alternatives is not None
    with qtbot.waitSignal(made.alternative_chosen) as chosen:
        made.alternatives.buttons[0].click()
    assert chosen.args == [INSTEAD[0]]
    with qtbot.waitSignal(made.exchange_requested) as asked:
        made.causes[0].exchange_requested.emit(2)
    assert asked.args == [2]


def test_what_nobody_chose_follows_the_leading_cause(qtbot: QtBot) -> None:
    before = content(qtbot, refused())
    after = content(qtbot, refused(causes=(OPEN, DISABLED)), before)
    assert after.open_cause == OPEN.id


def test_where_there_is_little_room_evidence_waits(qtbot: QtBot) -> None:
    made = DiagnosisContent(refused(), around=Around(lines=29))
    qtbot.addWidget(made)
    assert not any(row.is_open for row in made.causes)
    made.causes[0].head.click()
    assert made.causes[0].is_open
    after = DiagnosisContent(refused(), made, Around(lines=29))
    qtbot.addWidget(after)
    assert after.causes[0].is_open
    single = DiagnosisContent(refused(causes=(DISABLED,)), around=Around(lines=29))
    qtbot.addWidget(single)
    assert single.causes[0].is_open


def test_what_the_steps_showed_stands_before_the_causes(qtbot: QtBot) -> None:
    made = DiagnosisContent(refused(), around=Around(("It rose.",)))
    qtbot.addWidget(made)
    made.resize(340, 900)
    made.show()
    assert made.showed is not None
    assert made.summary.y() < made.showed.y() < made.causes[0].y()


@pytest.mark.parametrize("is_live", [True, False])
def test_steps_that_can_be_taken_come_before_the_alternatives(qtbot: QtBot, is_live: bool) -> None:
    step = Step("help", "Ask for HELP", "Whether HELP names it.", "send", ("HELP",))
    made = DiagnosisContent(refused(verification=(step,)), around=Around(is_live=is_live))
    qtbot.addWidget(made)
    made.resize(340, 900)
    made.show()
    assert made.verify is not None
    assert made.alternatives is not None
    assert (made.verify.y() < made.alternatives.y()) is is_live
