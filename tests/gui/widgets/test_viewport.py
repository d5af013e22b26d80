from PySide6.QtWidgets import QTableView, QTextEdit
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.widgets.viewport import find_viewport


def test_it_is_what_qt_tells(qtbot: QtBot) -> None:
    for area in (QTableView(), QTextEdit()):
        qtbot.addWidget(area)

        assert find_viewport(area) is area.viewport()
