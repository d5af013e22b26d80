"""The servers used before, offered in Host while it is being written."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView

from smtpdebugger.session.visible import visible

_PLACE = Qt.ItemDataRole.UserRole
_HOST = _PLACE + 1
_MARGIN = 40
"""Pixels for the frame and a scroll bar."""


class ServerCompleter(QCompleter):
    """Finds a part of a name, anywhere in it."""

    chosen = Signal(int)
    """One of those that were offered last, by its place."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompletionRole(_HOST)
        self._list = QListView()
        self._list.setProperty("role", "popup")
        self._list.setAccessibleName("Servers used before")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setPopup(self._list)
        self.activated[QModelIndex].connect(self._choose)  # type: ignore[index]

    def offer(self, servers: Sequence[tuple[str, int, str]]) -> None:
        """Offer these: host, port and protection of each."""
        self._model.clear()
        for place, (host, port, security) in enumerate(servers):
            item = QStandardItem(f"{visible(host)}   {port}   {security}")
            item.setData(host, _HOST)
            item.setData(place, _PLACE)
            self._model.appendRow(item)
        # Host may be narrower than what stands in the list.
        metrics, items = self._list.fontMetrics(), map(self._model.item, range(len(servers)))
        widths = (metrics.horizontalAdvance(each.text()) for each in items)
        self._list.setMinimumWidth(max(widths, default=0) + _MARGIN)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(_PLACE))
