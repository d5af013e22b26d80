"""Capability model: capability rows as a Qt table."""

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt

from smtpdebugger.gui.models.capability_rows import CapabilityRow
from smtpdebugger.gui.models.flat_model import ROOT, AnyIndex, FlatModel
from smtpdebugger.gui.theme.plain import plain_tip


class Column(IntEnum):
    """What stands where."""

    KEYWORD = 0
    WORDS = 1
    REFERENCE = 2


class CapabilityModel(FlatModel):
    """The rows it was given last."""

    TITLES = ("Keyword", "What it says", "Defined in")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[CapabilityRow, ...] = ()

    def show_rows(self, rows: tuple[CapabilityRow, ...]) -> None:
        """Show other rows; where only their texts differ, a selection is kept."""
        if rows == self.rows:
            return
        same = [row.keyword for row in rows] == [row.keyword for row in self.rows]
        if same:
            self.rows = rows
            last = self.index(len(rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def row(self, index: AnyIndex) -> CapabilityRow | None:
        """The row of an index, or None."""
        return self.rows[index.row()] if 0 <= index.row() < len(self.rows) else None

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; the delegate adds the colours."""
        row = self.row(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.keyword, row.words, row.reference)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.sentence
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole}:
            return plain_tip(f"{row.sentence}\n{row.explanation}".strip())
        return None
