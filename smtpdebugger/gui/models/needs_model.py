"""NeedsModel: what a program needs, and whether the server has it, as a table."""

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from smtpdebugger.gui.models.flat_model import ROOT, AnyIndex, FlatModel
from smtpdebugger.gui.models.needs import Needs, NeedsFeed
from smtpdebugger.gui.theme import icon

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.compatibility import Checked
    from smtpdebugger.diagnosis.requirements import Requirement

ICONS = {
    "met": ("check", "positive"),
    "missing": ("cross", "negative"),
    "unknown": ("dash", "muted"),
}
"""For each verdict the icon and the token of its colour."""

WORDS = {"met": "satisfied", "missing": "missing", "unknown": "unknown"}


class Column(IntEnum):
    """What a row tells, from left to right."""

    VERDICT = 0
    NAME = 1
    LEVEL = 2


class NeedsModel(FlatModel):
    """Rows in the order of the profile."""

    TITLES = ("Verdict", "Requirement", "Level")

    def __init__(self, needs: Needs, feed: NeedsFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._needs, self._feed = needs, feed
        self._wanted: tuple[Requirement, ...] = ()
        self._checked: tuple[Checked, ...] = ()
        feed.changed.connect(self._refresh)
        self._refresh()

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """One row for each requirement."""
        return 0 if parent.isValid() else len(self._wanted)

    def wanted(self, row: int) -> "Requirement | None":
        """The requirement of a row, or None."""
        return self._wanted[row] if 0 <= row < len(self._wanted) else None

    def checked(self, row: int) -> "Checked | None":
        """The verdict on a row, or None while there is none."""
        return self._checked[row] if 0 <= row < len(self._checked) else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows and says."""
        wanted, checked = self.wanted(index.row()), self.checked(index.row())
        if wanted is None:
            return None
        verdict = checked.verdict if checked is not None else "unknown"
        match role:
            case Qt.ItemDataRole.DisplayRole if index.column() == Column.NAME:
                return title_of(wanted)
            case Qt.ItemDataRole.DisplayRole if index.column() == Column.LEVEL:
                return wanted.level
            case Qt.ItemDataRole.DecorationRole if index.column() == Column.VERDICT:
                return icon(*ICONS[verdict])
            case Qt.ItemDataRole.ToolTipRole if checked is not None:
                return checked.why
            case Qt.ItemDataRole.AccessibleTextRole:
                why = f": {checked.why}" if checked is not None else ""
                return f"{title_of(wanted)}, {wanted.level}, {WORDS[verdict]}{why}"
            case _:
                return None

    def _refresh(self) -> None:
        profile, found = self._needs.profile, self._feed.verdicts
        wanted = profile.requirements if profile is not None else ()
        checked = found.checked if found is not None else ()
        if (wanted, checked) == (self._wanted, self._checked):
            return
        is_same = len(wanted) == len(self._wanted)
        if not is_same:
            self.beginResetModel()
        self._wanted, self._checked = wanted, checked
        if not is_same:
            self.endResetModel()
        elif wanted:
            self.dataChanged.emit(self.index(0, 0), self.index(len(wanted) - 1, len(Column) - 1))


def title_of(wanted: "Requirement") -> str:
    """A requirement with its kind, where its name does not tell that."""
    return wanted.title if wanted.kind in {"tls", "size"} else f"{wanted.kind} {wanted.name}"
