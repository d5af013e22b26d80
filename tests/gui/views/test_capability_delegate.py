from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.capability_model import CapabilityModel
from smtpdebugger.gui.models.capability_rows import CapabilityRow, Standing
from smtpdebugger.gui.theme.tokens import tokens
from smtpdebugger.gui.views.capability_delegate import CapabilityDelegate

ROWS = (
    CapabilityRow("AUTH", Standing.OFFERED, "PLAIN " * 60, True, True, "RFC 4954"),
    CapabilityRow("ENHANCEDSTATUSCODES", Standing.OFFERED, reference="RFC 2034"),
    CapabilityRow("VRFY", Standing.REFUSED, "answered 502"),
    CapabilityRow("CHUNKING", Standing.MISSING, "not offered"),
)


def test_each_standing_has_its_colour_at_any_width(qtbot: QtBot, qapp: QApplication) -> None:
    model = CapabilityModel()
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    table.setItemDelegate(CapabilityDelegate(model, table))
    model.show_rows(ROWS)
    table.show()
    for width in (40, 200, 500):
        table.resize(width, 200)
        table.setColumnWidth(1, max(10, width - 280))
        qapp.processEvents()
        assert not table.grab().isNull()

    image = table.viewport().grab().toImage()
    found = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
    assert {tokens().positive, tokens().warning, tokens().accent} <= found
