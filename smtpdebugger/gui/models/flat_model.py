"""FlatModel: what all our tables have in common: rows without children, columns with titles."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

AnyIndex = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class FlatModel(QAbstractTableModel):
    """A table whose columns are told by their titles, also to screen readers."""

    TITLES: tuple[str, ...] = ()
    """Of the columns, from left to right."""

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """One for each title."""
        return 0 if parent.isValid() else len(self.TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What a column tells."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.TITLES[section] if 0 <= section < len(self.TITLES) else None
