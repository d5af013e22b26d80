"""FindingsModel: the findings of a session as a table; severity, exchange, title."""

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, Qt

from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.models.flat_model import ROOT, AnyIndex, FlatModel
from smtpdebugger.gui.theme import icon

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.model import Finding

ICONS = {
    "error": ("cross", "negative"),
    "warning": ("warning", "warning"),
    "note": ("note", "muted"),
}
"""For each severity the icon and the token of its colour."""


class Column(IntEnum):
    """What a row tells, from left to right."""

    SEVERITY = 0
    EXCHANGE = 1
    TITLE = 2


class FindingsModel(FlatModel):
    """Grows with the feed."""

    TITLES = ("Severity", "Exchange", "Finding")

    def __init__(self, feed: FindingsFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._feed = feed
        self._count = len(feed.findings)
        feed.replaced.connect(self._begin)
        feed.grown.connect(self._grow)

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """One row for each finding."""
        return 0 if parent.isValid() else self._count

    def finding(self, row: int) -> "Finding | None":
        """The finding of a row, or None."""
        return self._feed.findings[row] if 0 <= row < self._count else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows and says."""
        finding = self.finding(index.row())
        if finding is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole if index.column() == Column.EXCHANGE:
                return f"#{finding.exchange}"
            case Qt.ItemDataRole.DisplayRole if index.column() == Column.TITLE:
                return finding.title
            case Qt.ItemDataRole.DecorationRole if index.column() == Column.SEVERITY:
                return icon(*ICONS[finding.severity])
            case Qt.ItemDataRole.ToolTipRole:
                return finding.sentence
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{finding.severity}, exchange {finding.exchange}: {finding.title}"
            case _:
                return None

    def _begin(self) -> None:
        self.beginResetModel()
        self._count = len(self._feed.findings)
        self.endResetModel()

    def _grow(self) -> None:
        count = len(self._feed.findings)
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
