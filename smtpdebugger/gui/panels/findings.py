"""The findings panel: one list of everything that is not as it should be in the session."""

from collections import Counter

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QTableView, QVBoxLayout, QWidget

from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.models.findings_model import Column, FindingsModel
from smtpdebugger.gui.widgets.read_only import ReadOnlyText
from smtpdebugger.gui.widgets.table import show_whole_rows
from smtpdebugger.gui.widgets.text import WrappedLabel

NOTHING = "Nothing to find fault with so far. What breaks a rule of SMTP is listed here."

_NO_CHANGE = QItemSelectionModel.SelectionFlag.NoUpdate


class FindingsPanel(QFrame):
    """Lists the findings; the selected one is told in full, and its exchange is shown."""

    exchange_requested = Signal(int)
    counted = Signal(str)
    """The panel's title, with how many there are."""

    def __init__(self, feed: FindingsFeed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._feed = feed
        self.model = FindingsModel(feed, self)
        self.table = FindingsTable(self.model, self)
        self._headline = WrappedLabel(NOTHING, "small")
        self.details = ReadOnlyText()
        self.details.setAccessibleName("Finding")
        self._place()
        self.table.selectionModel().selectionChanged.connect(self._tell)
        self.table.chosen.connect(self._choose)
        feed.replaced.connect(self.refresh)
        feed.grown.connect(self.refresh)
        self.refresh()

    @property
    def title(self) -> str:
        """The panel's name with the number of findings that matter."""
        count = sum(each.severity != "note" for each in self._feed.findings)
        return f"Findings {count}" if count else "Findings"

    def refresh(self) -> None:
        """Count anew."""
        counts = Counter(each.severity for each in self._feed.findings)
        told = [
            _counted(counts[each], each) for each in ("error", "warning", "note") if counts[each]
        ]
        if self._feed.left_out:
            told.append(f"{self._feed.left_out} more like them")
        text = " · ".join(told)
        self._headline.setText(text or NOTHING)
        self.table.setAccessibleDescription(text or NOTHING)
        self.table.setVisible(bool(text))
        self._tell()
        self.counted.emit(self.title)

    def select_exchange(self, number: int) -> None:
        """Select the first finding of an exchange, if there is one."""
        found = self._feed.of_exchange(number)
        if not found:
            self.table.clearSelection()
            return
        row = next(r for r in range(self.model.rowCount()) if self.model.finding(r) is found[0])
        self.table.selectRow(row)

    def _tell(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        finding = self.model.finding(rows[0].row()) if rows else None
        self.details.setVisible(finding is not None)
        if finding is not None:
            standard = f"{finding.standard} ({finding.reference})"
            self.details.show_paragraphs(finding.sentence, (finding.advice, standard))

    def _choose(self, row: int) -> None:
        finding = self.model.finding(row)
        if finding is not None:
            self.exchange_requested.emit(finding.exchange)

    def _place(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self._headline)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.details)
        layout.addStretch(0)


class FindingsTable(QTableView):
    """Named ``Findings`` for screen readers; Enter and a click show the exchange."""

    chosen = Signal(int)
    """The row."""

    def __init__(self, model: FindingsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName("Findings")
        show_whole_rows(self)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionResizeMode(Column.TITLE, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(lambda index: self.chosen.emit(index.row()))
        model.modelReset.connect(self._keep_current)
        model.rowsInserted.connect(self._keep_current)
        self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows the exchange, Esc lets go of the selection; everything else is Qt's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another font or theme: measure anew."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()

    def _keep_current(self) -> None:
        """A screen reader needs a current index at all times."""
        model = self.model()
        if model.rowCount() > 0 and not self.currentIndex().isValid():
            self.selectionModel().setCurrentIndex(model.index(0, 0, QModelIndex()), _NO_CHANGE)

    def _measure(self) -> None:
        metrics = self.fontMetrics()
        height = metrics.height() + 7
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.setColumnWidth(Column.SEVERITY, 26)
        self.setColumnWidth(Column.EXCHANGE, metrics.horizontalAdvance("#00000") + 6)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
