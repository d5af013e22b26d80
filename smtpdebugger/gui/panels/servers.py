"""The servers used before, offered in Host while it is being written."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView

from smtpdebugger.session.visible import visible

_PLACE = Qt.ItemDataRole.UserRole
_HOST = _PLACE + 1


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
        popup = QListView()
        popup.setProperty("role", "popup")
        popup.setAccessibleName("Servers used before")
        self.setPopup(popup)
        self.activated[QModelIndex].connect(self._choose)  # type: ignore[index]

    def offer(self, servers: Sequence[tuple[str, int, str]]) -> None:
        """Offer these: host, port and protection of each."""
        self._model.clear()
        for place, (host, port, security) in enumerate(servers):
            item = QStandardItem(f"{visible(host)}   {port}   {security}")
            item.setData(host, _HOST)
            item.setData(place, _PLACE)
            self._model.appendRow(item)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(_PLACE))
