"""Find the port: a table of the usual ports with each TLS mode, filled as answers come."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.connecting.doors_model import DoorsModel
from smtpdebugger.gui.widgets.table import show_whole_rows
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.transport.ports import USUAL_PORTS, Door

_WIDTHS = (56, 92, 28, 330, 110)
_WORDS = 3


class PortsDialog(QDialog):
    """Asks for a host and ports; shows what is behind each; one of them can be taken."""

    search_wanted = Signal(str, tuple)
    stop_wanted = Signal()
    door_chosen = Signal(str, int, str)
    """Host, port and protection to connect with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find the port")
        self.setAccessibleName("Find the port")
        self.model = DoorsModel()
        self.host, self.ports = QLineEdit(), QLineEdit()
        self.host.setAccessibleName("Host to search")
        self.ports.setAccessibleName("Ports")
        self.ports.setText(", ".join(map(str, USUAL_PORTS)))
        self.ports.setCursorPosition(0)
        self._search = QPushButton("Search")
        self._search.setAccessibleName("Search")
        self._search.setDefault(True)
        self._search.clicked.connect(self._submit)
        self._table = self._make_table()
        self._told = WrappedLabel()
        self._told.setAccessibleName("State of the search")
        self._is_searching = False
        self._take = QPushButton("Connect this way")
        self._take.setAccessibleName("Connect this way")
        self._take.setEnabled(False)
        self._take.clicked.connect(self._choose)
        self._place()

    def sizeHint(self) -> QSize:
        """Room for twelve doors."""
        return QSize(700, 470)

    def show_host(self, host: str) -> None:
        """Write a host into the field."""
        self.host.setText(host)
        self.host.setFocus()
        self.host.selectAll()

    def show_door(self, door: Door) -> None:
        """A door was looked at."""
        self.model.add(door)
        self._tell()

    def set_searching(self, searching: bool) -> None:
        """Whether the search goes on."""
        self._is_searching = searching
        self._search.setText("Stop" if searching else "Search")
        self._search.setAccessibleName(self._search.text())
        self._tell()

    @property
    def told(self) -> str:
        """How far the search is."""
        return self._told.text()

    def done(self, result: int) -> None:
        """It closes; nothing is searched behind a closed dialog."""
        self.stop_wanted.emit()
        super().done(result)

    def _submit(self) -> None:
        if self._is_searching:
            self.stop_wanted.emit()
            return
        words = self.ports.text().replace(",", " ").split()
        ports = tuple(int(each) for each in words if each.isdecimal() and 0 < int(each) < 65536)
        host = self.host.text().strip()
        if not host or not ports or len(ports) != len(words):
            self._told.setText("Give a host, and ports from 1 to 65535 separated by commas.")
            return
        self.model.clear()
        self.search_wanted.emit(host, tuple(dict.fromkeys(ports)))

    def _choose(self) -> None:
        door = self.model.door(self._table.currentIndex().row())
        if door is not None:
            self.accept()
            self.door_chosen.emit(self.host.text().strip(), door.port, door.security)

    def _tell(self) -> None:
        doors = [self.model.door(row) for row in range(self.model.rowCount())]
        working = sum(each is not None and each.works for each in doors)
        logins = sum(each is not None and each.can_log_in for each in doors)
        state = "Searching…" if self._is_searching else "Done."
        self._told.setText(
            f"{state} {working} of {len(doors)} ways work; {logins} offer a login under TLS."
        )

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Doors")
        table.setProperty("role", "card")
        show_whole_rows(table)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 9)
        header = table.horizontalHeader()
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(_WORDS, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.show()
        table.doubleClicked.connect(self._choose)
        table.selectionModel().currentRowChanged.connect(self._show_whole)
        return table

    def _show_whole(self, index: QModelIndex) -> None:
        """The words of a row in full: its cell may be too narrow for them."""
        self._take.setEnabled(index.isValid())
        if index.isValid():
            self._told.setText(self.model.data(index, Qt.ItemDataRole.AccessibleTextRole))

    def _place(self) -> None:
        asking = QHBoxLayout()
        for text, field, stretch in (("&Host", self.host, 3), ("&Ports", self.ports, 2)):
            label = QLabel(text)
            label.setBuddy(field)
            asking.addWidget(label)
            asking.addWidget(field, stretch)
        asking.addWidget(self._search)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self._take, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAccessibleName("Close")
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(asking)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._told)
        layout.addWidget(buttons)
