"""How our tables look and behave alike: rows are read and chosen whole, nothing is edited."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from smtpdebugger.gui.widgets.viewport import find_viewport

_LEAST_COLUMN = 10
_ROW_MARGIN = 7
"""Logical pixels of a row above and below its text, together."""
_NO_CHANGE = QItemSelectionModel.SelectionFlag.NoUpdate
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class ListTable(QTableView):
    """A short list of rows beside the transcript, one of which can be selected.

    Enter and a click choose a row, Esc lets go of the selection; there is always a current row.
    """

    chosen = Signal(int)
    """The row."""

    def __init__(
        self,
        model: QAbstractItemModel,
        name: str,
        stretched: int,
        parent: QWidget | None = None,
    ) -> None:
        """``name`` is for screen readers; the column ``stretched`` takes the room that is left.

        A subclass calls ``measure`` when it is complete.
        """
        super().__init__(parent)
        self._viewport = find_viewport(self)
        self.setModel(model)
        self.setAccessibleName(name)
        show_whole_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(lambda index: self.chosen.emit(index.row()))
        model.modelReset.connect(self._keep_current)
        model.rowsInserted.connect(self._keep_current)

    def measure(self) -> None:
        """Set heights and widths for the font of now; a subclass adds those of its columns."""
        self.set_row_height(self.fontMetrics())

    def set_row_height(self, metrics: QFontMetrics) -> None:
        """Make rows as high as a line of this font needs."""
        height = metrics.height() + _ROW_MARGIN
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc; everything else is Qt's."""
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another font or theme: measure anew."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.measure()

    def _keep_current(self) -> None:
        """A screen reader needs a current index at all times."""
        model = self.model()
        if model.rowCount() > 0 and not self.currentIndex().isValid():
            self.selectionModel().setCurrentIndex(model.index(0, 0, QModelIndex()), _NO_CHANGE)


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
