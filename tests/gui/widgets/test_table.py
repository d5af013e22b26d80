from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.widgets.table import ListTable, show_whole_rows


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


def test_a_list_has_a_current_row_but_nothing_selected_until_somebody_does(qtbot: QtBot) -> None:
    model = QStandardItemModel(0, 2)
    table = ListTable(model, "Things", 1)
    model.setParent(table)
    qtbot.addWidget(table)
    assert table.accessibleName() == "Things"
    assert not table.currentIndex().isValid()
    model.insertRows(0, 2)
    assert table.currentIndex().row() == 0
    assert not table.selectionModel().hasSelection()


def test_enter_chooses_and_escape_lets_go(qtbot: QtBot) -> None:
    model = QStandardItemModel(2, 2)
    table = ListTable(model, "Things", 1)
    model.setParent(table)
    qtbot.addWidget(table)
    table.selectRow(1)
    with qtbot.waitSignal(table.chosen) as chosen:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == [1]
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert not table.selectionModel().hasSelection()


def test_an_empty_list_has_nothing_to_choose(qtbot: QtBot) -> None:
    model = QStandardItemModel(0, 2)
    table = ListTable(model, "Things", 1)
    model.setParent(table)
    qtbot.addWidget(table)
    with qtbot.assertNotEmitted(table.chosen):
        qtbot.keyClick(table, Qt.Key.Key_Return)


def test_another_font_gives_other_rows(qtbot: QtBot) -> None:
    model = QStandardItemModel(2, 2)
    table = ListTable(model, "Things", 1)
    model.setParent(table)
    qtbot.addWidget(table)
    table.measure()
    before = table.rowHeight(0)
    font = table.font()
    font.setPointSize(font.pointSize() * 3)
    table.setFont(font)
    assert table.rowHeight(0) > before
