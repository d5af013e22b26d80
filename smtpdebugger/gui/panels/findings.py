"""The findings panel: one list of everything that is not as it should be in the session."""

from collections import Counter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.models.findings_model import Column, FindingsModel
from smtpdebugger.gui.widgets.read_only import ReadOnlyText
from smtpdebugger.gui.widgets.table import ListTable
from smtpdebugger.gui.widgets.text import WrappedLabel

NOTHING = "Nothing to find fault with so far. What breaks a rule of SMTP is listed here."


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
        self.details = ReadOnlyText(may_scroll=True)
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


class FindingsTable(ListTable):
    """Named ``Findings`` for screen readers; Enter and a click show the exchange."""

    def __init__(self, model: FindingsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, "Findings", Column.TITLE, parent)
        self.measure()

    def measure(self) -> None:
        """A sign, and the number of an exchange."""
        super().measure()
        self.setColumnWidth(Column.SEVERITY, 26)
        self.setColumnWidth(Column.EXCHANGE, self.fontMetrics().horizontalAdvance("#00000") + 6)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
