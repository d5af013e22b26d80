"""How our tables look and behave alike: rows are read and chosen whole, nothing is edited."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

_LEAST_COLUMN = 10


def show_whole_rows(table: QTableView) -> None:
    """Make a table a list of rows; widths and heights are set by whoever knows the font.

    Sizes are fixed: a view that measures its contents takes seconds at a hundred thousand rows.
    """
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    header = table.horizontalHeader()
    header.hide()
    header.setMinimumSectionSize(_LEAST_COLUMN)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
