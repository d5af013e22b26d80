import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.capability_model import CapabilityModel, Column
from smtpdebugger.gui.models.capability_rows import CapabilityRow, Standing

SIZE = CapabilityRow("SIZE", Standing.OFFERED, "10.2 MB", is_offered=True)
VRFY = CapabilityRow("VRFY", Standing.REFUSED, "answered 502", is_offered=True)


@pytest.fixture
def model(qapp: object) -> CapabilityModel:
    return CapabilityModel()


def test_qt_finds_the_model_sound(model: CapabilityModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.show_rows((SIZE, VRFY))
    model.show_rows((SIZE,))
    qtmodeltester.check(model, force_py=True)


def test_cells_and_what_they_say_aloud(model: CapabilityModel) -> None:
    model.show_rows((SIZE, VRFY))

    assert [model.index(1, column).data() for column in Column] == ["VRFY", "answered 502", ""]
    said = {model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in Column}
    assert said == {"SIZE: offered 10.2 MB"}
    assert model.headerData(Column.KEYWORD, Qt.Orientation.Horizontal) == "Keyword"


def test_a_tip_explains_and_shows_markup_as_text(model: CapabilityModel) -> None:
    model.show_rows((CapabilityRow("X<B>", Standing.OFFERED, explanation="What it does."),))

    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)

    assert "X&lt;B&gt;" in tip
    assert "What it does." in tip


def test_the_same_keywords_are_changed_in_place(model: CapabilityModel, qtbot: QtBot) -> None:
    model.show_rows((SIZE,))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show_rows((CapabilityRow("SIZE", Standing.OFFERED, "20 MB"),))
    with qtbot.waitSignal(model.modelReset):
        model.show_rows((SIZE, VRFY))
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        model.show_rows((SIZE, VRFY))
