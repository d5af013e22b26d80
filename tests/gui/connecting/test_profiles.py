"""The row of profiles, as a person uses it."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QInputDialog, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.profiles import ProfileRow
from smtpdebugger.gui.connecting.saved import SavedConnections
from smtpdebugger.transport.settings import ConnectionSettings

SETTINGS = ConnectionSettings("mx.test", 587, "starttls")


@pytest.fixture
def saved(tmp_path: Path) -> SavedConnections:
    return SavedConnections(tmp_path / "connections.json")


@pytest.fixture
def row(qtbot: QtBot, saved: SavedConnections) -> ProfileRow:
    row = ProfileRow(saved, lambda: SETTINGS)
    qtbot.addWidget(row)
    row.show()
    return row


def press(row: ProfileRow, name: str) -> QPushButton:
    button = next(e for e in row.findChildren(QPushButton) if e.accessibleName() == name)
    button.click()
    return button


def answer(row: ProfileRow, text: str) -> None:
    (dialog,) = row.findChildren(QInputDialog)
    dialog.setTextValue(text)
    dialog.accept()
    dialog.setParent(None)


def test_saved_renamed_chosen_and_deleted(
    row: ProfileRow, saved: SavedConnections, qtbot: QtBot
) -> None:
    assert row.name == ""
    press(row, "Save as a profile")
    answer(row, "office")
    assert saved.profiles() == {"office": SETTINGS}
    assert row.name == "office"
    press(row, "Rename the profile")
    answer(row, "home")
    assert row.name == "home"
    box = row.findChild(QComboBox)
    assert isinstance(box, QComboBox)
    with qtbot.waitSignal(row.chosen) as chosen:
        box.activated.emit(1)
    assert chosen.args == [SETTINGS]
    press(row, "Delete the profile")
    assert saved.profiles() == {}
    assert row.name == ""
    assert not press(row, "Delete the profile").isEnabled()


def test_what_does_not_work_is_told(row: ProfileRow, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(row.problem) as told:
        row.save(" ")
    assert "needs a name" in told.args[0]
    (tmp_path / "connections.json.new").mkdir()
    with qtbot.waitSignal(row.problem) as told:
        row.save("a")
    assert "could not be kept" in told.args[0]


def test_options_that_are_wrong_are_not_kept(saved: SavedConnections, qtbot: QtBot) -> None:
    def wanted() -> ConnectionSettings:
        raise ValueError("A proxy needs a host and a port.")

    row = ProfileRow(saved, wanted)
    qtbot.addWidget(row)
    with qtbot.waitSignal(row.problem) as told:
        row.save("a")
    assert told.args == ["A proxy needs a host and a port."]
    assert saved.profiles() == {}
