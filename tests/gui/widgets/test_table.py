from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.widgets.table import show_whole_rows


def test_rows_are_chosen_whole_and_nothing_is_measured_or_edited(qtbot: QtBot) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    model = QStandardItemModel(3, 2, table)
    table.setModel(model)
    show_whole_rows(table)
    table.selectRow(1)
    assert {index.row() for index in table.selectedIndexes()} == {1}
    assert len(table.selectedIndexes()) == 2
    assert table.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
    assert table.horizontalHeader().isHidden()
    assert table.verticalHeader().isHidden()
    for header in (table.horizontalHeader(), table.verticalHeader()):
        assert header.sectionResizeMode(0) == QHeaderView.ResizeMode.Fixed
