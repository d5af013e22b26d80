"""The requirements panel by keyboard, with a session that goes on."""

from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.requirements import Profile, Requirement
from smtpdebugger.gui.models.needs import Needs
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.panels.requirement_dialog import RequirementDialog
from smtpdebugger.gui.panels.requirements import NOTHING, RequirementsPanel
from tests.gui.stage import MAIL, explainer, session_of, tell, watcher_of

APP = Profile("app", (Requirement("extension", "SIZE"), Requirement("command", "VRFY")))


class Stage(NamedTuple):
    watcher: SessionWatcher
    needs: Needs
    panel: RequirementsPanel

    def headline(self) -> str:
        found = [e for e in self.panel.findChildren(QLabel) if e.accessibleName() == "Verdict"]
        return found[0].text()

    def control(self, kind: Any, name: str) -> Any:
        return next(e for e in self.panel.findChildren(kind) if e.accessibleName() == name)


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    needs, watcher = Needs(), watcher_of(session_of(*MAIL))
    panel = RequirementsPanel(watcher, explainer(), needs)
    qtbot.addWidget(panel)
    panel.resize(400, 280)
    panel.show()
    return Stage(watcher, needs, panel)


def test_an_empty_list_says_what_it_is_for(stage: Stage) -> None:
    assert stage.headline() == NOTHING
    assert not stage.panel.table.isVisible()
    assert stage.panel.focusProxy() is stage.control(QPushButton, "Add a requirement")


def test_the_verdict_follows_the_session(stage: Stage, qtbot: QtBot) -> None:
    stage.needs.put(APP)
    qtbot.waitUntil(lambda: "1 could not be told" in stage.headline())
    tell(stage.watcher.session, "C: VRFY a", "S: 502 no")
    wanted = "app: This server lacks what the program requires: VRFY."
    qtbot.waitUntil(lambda: stage.headline() == wanted)
    table = stage.panel.table
    with qtbot.waitSignal(stage.panel.exchange_requested) as shown:
        table.selectRow(1)
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert shown.args == [4]
    told = stage.panel.details.toPlainText()
    assert "VRFY was answered 502 in exchange 4." in told
    assert "Instead: " in told


def test_by_keyboard(stage: Stage, qtbot: QtBot) -> None:
    stage.needs.put(APP)
    table = stage.panel.table
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert stage.needs.profile is not None
    assert [each.level for each in stage.needs.profile.requirements] == ["required", "optional"]
    assert stage.control(QPushButton, "Make it required").isEnabled()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert [each.name for each in stage.needs.profile.requirements] == ["SIZE"]
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert stage.panel.selected is None
    assert not stage.control(QPushButton, "Remove the requirement").isEnabled()


def test_one_more_is_asked_for(stage: Stage) -> None:
    stage.control(QPushButton, "Add a requirement").click()
    (dialog,) = stage.panel.findChildren(RequirementDialog)
    dialog.chosen.emit(Requirement("mechanism", "PLAIN"))
    dialog.close()
    assert stage.needs.profile is not None
    assert stage.needs.profile.get("mechanism", "PLAIN") is not None


def test_the_menu_takes_a_session_opens_saves_and_clears(stage: Stage, qtbot: QtBot) -> None:
    menu = stage.control(QToolButton, "List of requirements").menu()
    take, opened, save, clear = menu.actions()
    with qtbot.waitSignal(stage.needs.changed):
        take.trigger()
    assert stage.needs.profile is not None
    assert stage.needs.profile.get("command", "MAIL") is not None
    with qtbot.waitSignal(stage.panel.open_wanted):
        opened.trigger()
    with qtbot.waitSignal(stage.panel.save_wanted):
        save.trigger()
    clear.trigger()
    assert stage.headline() == NOTHING


def test_everything_has_a_name(stage: Stage) -> None:
    stage.needs.put(APP)
    assert all(
        e.accessibleName() for e in stage.panel.findChildren(QAbstractButton) if e.isVisible()
    )


def test_the_selected_row_stays_in_sight(stage: Stage, qtbot: QtBot) -> None:
    names = ("SIZE", "DSN", "ETRN", "AUTH", "HELP", "8BITMIME", "CHUNKING", "STARTTLS")
    stage.needs.put(Profile("app", tuple(Requirement("extension", each) for each in names)))
    table = stage.panel.table
    for row in range(len(names)):
        table.clearSelection()
        table.selectRow(row)
        qtbot.wait(20)
        place = table.visualRect(stage.panel.model.index(row, 0))
        assert table.viewport().rect().contains(place.center()), names[row]
