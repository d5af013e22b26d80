"""A table of the doors of a host: port, protection, and what was found there."""

from typing import Any

from PySide6.QtCore import QModelIndex, Qt

from smtpdebugger.gui.models.flat_model import ROOT, AnyIndex, FlatModel
from smtpdebugger.session.visible import visible
from smtpdebugger.transport.ports import Door

_SECURITIES = {"none": "None", "starttls": "STARTTLS", "tls": "TLS"}
_ORDER = ("none", "starttls", "tls")


class DoorsModel(FlatModel):
    """Doors as they are found, in the order of ports and protections."""

    TITLES = ("Port", "Security", "", "What was found", "Login")

    def __init__(self) -> None:
        super().__init__()
        self._doors: list[Door] = []

    def clear(self) -> None:
        """Forget all doors."""
        self.beginResetModel()
        self._doors.clear()
        self.endResetModel()

    def add(self, door: Door) -> None:
        """A door was found."""
        place = sum(_rank(each) < _rank(door) for each in self._doors)
        self.beginInsertRows(QModelIndex(), place, place)
        self._doors.insert(place, door)
        self.endInsertRows()

    def door(self, row: int) -> Door | None:
        """The door in a row."""
        return self._doors[row] if 0 <= row < len(self._doors) else None

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """One row for each door."""
        return 0 if parent.isValid() else len(self._doors)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says; to a screen reader every cell says its whole row."""
        door = self.door(index.row())
        if door is None:
            return None
        cells = _cells(door)
        if role == Qt.ItemDataRole.DisplayRole:
            return cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 3:
            return f"<p>{_escaped(cells[3])}</p>"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            works = "works" if door.works else "does not work"
            return f"Port {door.port}, {cells[1]}, {works}: {cells[3]} {cells[4]}".strip()
        return None


def _cells(door: Door) -> tuple[str, ...]:
    mark = "✓" if door.works else "✗"
    mechanisms = " ".join(door.mechanisms)
    return str(door.port), _SECURITIES[door.security], mark, visible(door.what), visible(mechanisms)


def _rank(door: Door) -> tuple[int, int]:
    return door.port, _ORDER.index(door.security)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
