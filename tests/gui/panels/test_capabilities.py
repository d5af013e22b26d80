from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.capability_model import Column
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.panels.capabilities import CapabilitiesPanel
from smtpdebugger.knowledge.load import load_knowledge
from tests.gui.sessions import Expert, encrypted, greeted, refused


@dataclass
class Shown:
    watcher: SessionWatcher
    expert: Expert
    panel: CapabilitiesPanel

    def column(self, column: Column) -> list[str]:
        model = self.panel.table.model()
        return [str(model.index(place, column).data()) for place in range(model.rowCount())]

    def words(self, keyword: str) -> str:
        return self.column(Column.WORDS)[self.column(Column.KEYWORD).index(keyword)]

    def explanation(self) -> QLabel:
        return next(
            label
            for label in self.panel.findChildren(QLabel)
            if label.accessibleName() == "Capability explanation"
        )


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    watcher, expert = SessionWatcher(), Expert()
    panel = CapabilitiesPanel(watcher, expert)
    qtbot.addWidget(panel)
    panel.resize(340, 400)
    panel.show()
    yield Shown(watcher, expert, panel)
    watcher.close()


def test_it_is_named_for_screen_readers(shown: Shown) -> None:
    shown.watcher.show(encrypted().session)

    assert shown.panel.table.accessibleName() == "Capabilities"
    assert shown.panel.table.accessibleDescription() == "after TLS · +1 −2 vs before"
    assert shown.panel.table.currentIndex().isValid()


def test_it_follows_the_session(shown: Shown, qtbot: QtBot) -> None:
    talk = greeted()
    shown.watcher.show(talk.session)
    assert shown.words("SIZE") == "10.2 MB"
    assert shown.words("VRFY") == ""

    talk.say(b"VRFY alice", b"502 5.5.1 no")
    qtbot.waitUntil(lambda: shown.words("VRFY") == "answered 502")


def test_knowledge_fills_in_when_it_is_there(shown: Shown) -> None:
    shown.watcher.show(greeted().session)
    assert set(shown.column(Column.REFERENCE)) == {""}

    shown.expert.library.put(load_knowledge())

    assert "RFC 1870" in shown.column(Column.REFERENCE)


def test_a_selected_row_is_explained_until_escape(shown: Shown, qtbot: QtBot) -> None:
    shown.expert.library.put(load_knowledge())
    shown.watcher.show(refused().session)
    assert not shown.explanation().isVisible()

    shown.panel.table.selectRow(0)
    assert shown.explanation().isVisible()
    assert len(shown.explanation().text()) > 20

    qtbot.keyClick(shown.panel.table, Qt.Key.Key_Escape)
    assert not shown.explanation().isVisible()


def test_a_narrow_table_leaves_the_references_to_the_explanation(
    shown: Shown, qtbot: QtBot
) -> None:
    shown.expert.library.put(load_knowledge())
    shown.watcher.show(greeted().session)
    assert not shown.panel.table.isColumnHidden(Column.REFERENCE)

    shown.panel.resize(180, 400)
    qtbot.waitUntil(lambda: shown.panel.table.isColumnHidden(Column.REFERENCE))
    shown.panel.table.selectRow(0)

    assert shown.explanation().text().endswith("(RFC 1870)")


def test_a_selection_survives_new_words(shown: Shown, qtbot: QtBot) -> None:
    talk = greeted()
    shown.watcher.show(talk.session)
    shown.panel.table.selectRow(1)

    talk.say(b"VRFY alice", b"502 5.5.1 no")
    qtbot.waitUntil(lambda: shown.words("VRFY") == "answered 502")

    assert shown.panel.table.selectionModel().hasSelection()
    assert shown.panel.table.currentIndex().row() == 1
