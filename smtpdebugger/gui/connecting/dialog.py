"""The dialog with all options of a connection that the bar has no room for."""

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.connecting.lines_page import LinesPage
from smtpdebugger.gui.connecting.profiles import ProfileRow
from smtpdebugger.gui.connecting.saved import SavedConnections
from smtpdebugger.gui.connecting.times_page import TimesPage
from smtpdebugger.gui.connecting.tls_page import TlsPage
from smtpdebugger.gui.connecting.way_page import WayPage
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts


class ConnectionDialog(QDialog):
    """Shows settings and tells those that were chosen; what is wrong is said, not lost."""

    chosen = Signal(ConnectionSettings, bool)
    """The settings, and whether they are to be connected with at once."""
    target_read = Signal(ConnectionSettings)
    """A pasted line named a server too."""

    def __init__(
        self,
        settings: ConnectionSettings,
        saved: SavedConnections,
        usual: Timeouts,
        parent: QWidget | None = None,
    ) -> None:
        """``usual`` are the time-outs where no others are chosen."""
        super().__init__(parent)
        self.setWindowTitle("Connection options")
        self.setAccessibleName("Connection options")
        self._shown = settings
        self._usual = usual
        self.way, self.tls, self.times = WayPage(), TlsPage(), TimesPage()
        self.profiles = ProfileRow(saved, self.settings)
        self.profiles.chosen.connect(self._take_line)
        self.profiles.problem.connect(self._tell)
        self.lines = LinesPage(self.settings)
        self.lines.understood.connect(self._take_line)
        self._problem = WrappedLabel()
        self._problem.setProperty("role", "error")
        self._problem.setAccessibleName("Problem")
        self._problem.hide()
        tabs = QTabWidget()
        tabs.tabBar().setAccessibleName("Kinds of options")
        for title, page in (
            ("Way", self.way),
            ("TLS", self.tls),
            ("Waiting", self.times),
            ("Command lines", self.lines),
        ):
            tabs.addTab(_scrolled(page), title)
        layout = QVBoxLayout(self)
        layout.addWidget(self.profiles)
        layout.addWidget(tabs, 1)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons())
        self.begin(settings, usual)

    def sizeHint(self) -> QSize:
        """Wide enough for a path, low enough for a small screen."""
        return QSize(600, 540)

    def settings(self) -> ConnectionSettings:
        """What the pages say. Raises ValueError with a sentence."""
        return self.times.changed(self.tls.changed(self.way.changed(self._shown)))

    def begin(self, settings: ConnectionSettings, usual: Timeouts) -> None:
        """The dialog is to be opened, for these settings."""
        self._usual = usual
        self.times.set_usual(usual)
        self._tell("")
        self.profiles.refresh()
        self.show_settings(settings)

    def show_settings(self, settings: ConnectionSettings) -> None:
        """Write settings into all pages."""
        self._shown = settings
        for page in (self.way, self.tls, self.times):
            page.show_settings(settings)

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.RestoreDefaults)
        connect = QPushButton("Connect")
        box.addButton(connect, QDialogButtonBox.ButtonRole.ActionRole)
        for kind in (kinds.Ok, kinds.Cancel, kinds.RestoreDefaults):
            box.button(kind).setAccessibleName(box.button(kind).text().replace("&", ""))
        connect.setAccessibleName("Connect with these options")
        connect.clicked.connect(lambda: self._finish(connects=True))
        box.button(kinds.RestoreDefaults).clicked.connect(self._restore)
        box.button(kinds.Ok).clicked.connect(lambda: self._finish(connects=False))
        box.rejected.connect(self.reject)
        return box

    def _finish(self, *, connects: bool) -> None:
        try:
            settings = self.settings()
        except ValueError as error:
            self._tell(str(error))
            return
        self._tell("")
        self.accept()
        self.chosen.emit(settings, connects)

    def _tell(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _restore(self) -> None:
        shown = self._shown
        times = self._usual
        usual = ConnectionSettings(shown.host, shown.port, shown.security, timeouts=times)
        self.show_settings(replace(usual, ehlo=shown.ehlo, client_name=shown.client_name))

    def _take_line(self, settings: ConnectionSettings) -> None:
        self.show_settings(settings)
        self.target_read.emit(settings)


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    return area
