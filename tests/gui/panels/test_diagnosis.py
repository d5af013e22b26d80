"""The diagnosis panel over a session."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Alternative, Diagnosis
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.panels import diagnosis
from smtpdebugger.gui.panels.diagnosis import NOTHING, DiagnosisPanel
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from tests.gui.panels.sample import INSTEAD, accepted, refused
from tests.gui.stage import READY, explainer, session_of, tell

REFUSED = (*READY, "C: VRFY alice", "S: 502 5.5.1 VRFY command is disabled")


class Scripted(Explainer):
    """Explains what the test says, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.alternatives: tuple[Alternative, ...] = INSTEAD

    def explain(self, session: Session, exchange: Exchange) -> Diagnosis | None:
        self.asked.append(exchange.number)
        if exchange.reply is None:
            return None
        if not exchange.is_negative:
            return accepted(exchange=exchange.number)
        return refused(exchange=exchange.number, alternatives=self.alternatives)


class Stage:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.watcher = SessionWatcher()
        self.explainer = Scripted()
        self.panel = DiagnosisPanel(self.watcher, self.explainer)
        qtbot.addWidget(self.panel)
        self.panel.resize(340, 420)
        self.panel.show()

    def go_on(self, *lines: str) -> None:
        with self.qtbot.waitSignal(self.watcher.changed):
            tell(self.watcher.session, *lines)

    @property
    def exchange(self) -> int | None:
        return self.panel.diagnosis.exchange if self.panel.diagnosis else None

    def texts(self) -> list[str]:
        return [e.text() for e in self.panel.findChildren(QLabel) if e.isVisible()]


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.watcher.close()


def test_before_a_refusal_there_is_a_calm_sentence(stage: Stage) -> None:
    stage.watcher.show(session_of(*READY))
    assert stage.panel.diagnosis is None
    assert NOTHING in stage.texts()
    assert stage.panel.accessibleDescription() == NOTHING


def test_the_latest_refusal_is_explained_by_itself(stage: Stage) -> None:
    stage.watcher.show(session_of(*REFUSED))
    assert stage.exchange == 3
    assert {"Diagnosis", "502 5.5.1", "to VRFY alice"} <= set(stage.texts())
    stage.go_on("C: EXPN x", "S: 502 5.5.1 no")
    stage.qtbot.waitUntil(lambda: stage.exchange == 4)
    stage.go_on("C: NOOP", "S: 250 ok")
    assert stage.exchange == 4


def test_a_selected_exchange_stays(stage: Stage) -> None:
    stage.watcher.show(session_of(*REFUSED))
    stage.panel.show_exchange(2)
    assert stage.exchange == 2
    stage.go_on("C: EXPN x", "S: 502 5.5.1 no")
    assert stage.exchange == 2
    stage.panel.show_exchange(None)
    assert stage.exchange == 4


def test_a_screen_reader_finds_what_it_says(stage: Stage) -> None:
    stage.watcher.show(session_of(*REFUSED))
    assert stage.panel.accessibleName() == "Diagnosis"
    assert "Postfix has VRFY switched off." in stage.panel.accessibleDescription()
    assert "88 %" in stage.panel.accessibleDescription()


def test_alternatives_follow_the_session_without_a_flicker(stage: Stage) -> None:
    stage.watcher.show(session_of(*REFUSED))
    before = stage.panel.content
    stage.go_on("C: NOOP", "S: 250 ok")
    asked = len(stage.explainer.asked)
    stage.qtbot.waitUntil(lambda: len(stage.explainer.asked) > asked)
    assert stage.panel.content is before
    stage.explainer.alternatives = INSTEAD[:1]
    stage.go_on("C: NOOP", "S: 250 ok")
    stage.qtbot.waitUntil(lambda: stage.panel.content is not before)
    assert stage.panel.diagnosis == refused(alternatives=INSTEAD[:1])


@pytest.fixture
def patient(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A panel that settles only after minutes, so that a slow machine changes nothing."""
    monkeypatch.setattr(diagnosis, "SETTLE_MILLISECONDS", 600_000)
    stage.panel._settle.setInterval(600_000)
    return stage


def test_many_replies_are_not_explained_one_by_one(patient: Stage) -> None:
    patient.watcher.show(session_of(*REFUSED))
    before = len(patient.explainer.asked)
    for _ in range(5):
        patient.go_on("C: NOOP", "S: 250 ok")
    assert len(patient.explainer.asked) == before


def test_a_burst_of_refusals_is_not_laid_out_one_by_one(patient: Stage) -> None:
    patient.watcher.show(session_of(*REFUSED))
    built = patient.panel.content
    for _ in range(8):
        patient.go_on("C: FROB", "S: 500 what")
    assert patient.panel.content is built
    patient.panel._settle.setInterval(0)
    patient.qtbot.waitUntil(lambda: patient.exchange == 11)


def test_an_exchange_without_a_reply_waits(stage: Stage) -> None:
    stage.watcher.show(session_of(*READY, "C: NOOP"))
    stage.panel.show_exchange(3)
    assert "The server has not replied to this yet." in stage.texts()
    stage.go_on("S: 250 ok")
    assert stage.exchange == 3


def test_another_session_starts_afresh(stage: Stage) -> None:
    stage.watcher.show(session_of(*REFUSED))
    stage.panel.show_exchange(2)
    stage.watcher.show(session_of(*READY))
    assert stage.panel.diagnosis is None
    assert stage.texts()[-1] == NOTHING


def test_what_is_chosen_and_asked_for_is_told(stage: Stage) -> None:
    stage.watcher.show(session_of(*REFUSED))
    content = stage.panel.content
    assert content is not None
    assert content.alternatives is not None
    with stage.qtbot.waitSignal(stage.panel.alternative_chosen) as chosen:
        content.alternatives.buttons[0].click()
    assert chosen.args == [INSTEAD[0]]
    with stage.qtbot.waitSignal(stage.panel.exchange_requested) as asked:
        content.exchange_requested.emit(2)
    assert asked.args == [2]


def test_the_diagnosis_can_be_copied(stage: Stage) -> None:
    stage.watcher.show(session_of(*REFUSED))
    buttons = stage.panel.findChildren(QPushButton)
    next(b for b in buttons if b.accessibleName() == "Copy diagnosis").click()
    assert "LIKELY CAUSES" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize("width", [260, 340, 600])
def test_nothing_is_wider_than_the_panel(stage: Stage, width: int) -> None:
    stage.panel.resize(width, 420)
    stage.watcher.show(session_of(*REFUSED))
    content = stage.panel.content
    area = stage.panel.findChild(QScrollArea)
    assert content is not None
    assert isinstance(area, QScrollArea)
    stage.qtbot.waitUntil(lambda: content.width() <= area.viewport().width())


def test_the_real_engine_explains_a_real_refusal(qtbot: QtBot) -> None:
    watcher = SessionWatcher()
    unready = Explainer()
    panel = DiagnosisPanel(watcher, unready)
    qtbot.addWidget(panel)
    watcher.show(session_of(*REFUSED))
    assert panel.diagnosis is None
    assert "still being read" in panel.accessibleDescription()
    unready.library.put(explainer().knowledge)
    assert panel.diagnosis is not None
    assert panel.diagnosis.causes[0].id == "command-disabled-by-admin"
    watcher.close()


def test_it_can_be_rebuilt_from_its_own_buttons(stage: Stage) -> None:
    """The pressed button goes away while it is being pressed, and the collector comes between."""

    def follow(_alternative: Alternative) -> None:
        stage.explainer.alternatives = stage.explainer.alternatives[::-1]
        stage.panel.refresh()
        gc.collect()

    stage.watcher.show(session_of(*REFUSED))
    stage.panel.alternative_chosen.connect(follow)
    for _ in range(20):
        content = stage.panel.content
        assert content is not None
        assert content.alternatives is not None
        content.alternatives.buttons[0].click()
        assert stage.panel.content is not content
        stage.qtbot.wait(1)
        gc.collect()
    assert stage.exchange == 3
