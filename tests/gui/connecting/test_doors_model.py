"""The table of doors."""

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.doors_model import DoorsModel
from smtpdebugger.transport.ports import Door

DOORS = (
    Door(587, "starttls", True, "TLSv1.3, certificate verified", ("PLAIN", "LOGIN")),
    Door(25, "tls", False, "The server speaks <in> clear"),
    Door(25, "none", True, "EHLO was accepted"),
)


def test_doors_stand_in_order(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = DoorsModel()
    for door in DOORS:
        model.add(door)
    qtmodeltester.check(model)
    cells = [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(3)
    ]
    assert cells == [
        ["25", "None", "✓", "EHLO was accepted", ""],
        ["25", "TLS", "✗", "The server speaks <in> clear", ""],
        ["587", "STARTTLS", "✓", "TLSv1.3, certificate verified", "PLAIN LOGIN"],
    ]
    assert model.door(2) is DOORS[0]
    assert model.door(3) is None
    tip = model.index(1, 3).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "<p>The server speaks &lt;in&gt; clear</p>"
    spoken = model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Port 587, STARTTLS, works: TLSv1.3, certificate verified PLAIN LOGIN"
    header = model.headerData(0, Qt.Orientation.Horizontal)
    assert header == "Port"
    model.clear()
    assert model.rowCount() == 0
