"""The connection bar: where to connect to, how, and under which name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QRegularExpressionValidator,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from smtpdebugger import resources

if TYPE_CHECKING:
    from smtpdebugger.gui.panels.servers import ServerCompleter

Security = Literal["none", "starttls", "tls"]

SECURITIES: tuple[tuple[str, Security, int], ...] = (
    ("None", "none", 25),
    ("STARTTLS", "starttls", 587),
    ("TLS", "tls", 465),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose in the bar."""

    host: str
    port: int
    security: Security
    ehlo: bool
    client_name: str


class ConnectionBar(QWidget):
    """Host, port, security, and the buttons that connect and disconnect."""

    connect_requested = Signal(Choice)
    disconnect_requested = Signal()
    practice_requested = Signal(str)
    options_requested = Signal()
    problem = Signal(str)
    host_entered = Signal()
    """The keyboard went into Host."""
    server_chosen = Signal(int)
    """One of the servers that ``set_servers`` gave, by its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Connection")
        self._servers: ServerCompleter | None = None
        self._host = _Host()
        _prepare(self._host, "Host", "mail.example.test", self.submit)
        self._host.entered.connect(self.host_entered)
        self._host.setMinimumWidth(120)
        self._port = _field("Port", "port", self.submit)
        self._port.setText("25")
        self._port.setFixedWidth(64)
        self._port.setValidator(
            QRegularExpressionValidator(QRegularExpression("[0-9]{1,5}"), self._port)
        )
        self._security = self._security_box()
        security = _named(self._security, "Security")
        self._connect = QPushButton("Connect")
        self._connect.setAccessibleName("Connect")
        self._connect.setProperty("role", "primary")
        self._connect.clicked.connect(self.submit)
        self._disconnect = QPushButton("Disconnect")
        self._disconnect.setAccessibleName("Disconnect")
        self._disconnect.clicked.connect(self.disconnect_requested)
        self._ehlo = QCheckBox("EHLO as")
        self._ehlo.setAccessibleName("EHLO on connect")
        self._ehlo.setToolTip("Send EHLO as soon as the server has greeted; nothing else is sent.")
        self._ehlo.setChecked(True)
        self._name = _field("EHLO name", "our address", self.submit)
        self._name.setToolTip("The name EHLO tells. Empty: our address, as [192.0.2.1].")
        self._name.setMinimumWidth(60)
        self._name.setMaximumWidth(220)
        self._options = QPushButton()
        self._options.setToolTip("Proxy, certificates, time-outs and more (Ctrl+Shift+O).")
        self._options.clicked.connect(self.options_requested)
        self.show_options(0)
        self._practice = self._practice_button()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._host, 3)
        for widget in (self._port, security, self._connect, self._disconnect):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self._ehlo)
        layout.addWidget(self._name, 2)
        layout.addWidget(self._options)
        layout.addWidget(self._practice)
        self.set_connected(False)

    def submit(self) -> None:
        """Ask for a connection to what the fields say."""
        host = self._host.text().strip()
        if not host:
            self._host.setFocus()
            self.problem.emit("Write the name or the address of a server into Host first.")
            return
        port = int(self._port.text() or 0)
        if not 0 < port < 65536:
            self._port.setFocus()
            self.problem.emit("A port is a number from 1 to 65535.")
            return
        self.connect_requested.emit(self.choice())

    def choice(self) -> Choice:
        """What the fields say now."""
        return Choice(
            self._host.text().strip(),
            int(self._port.text() or 0),
            cast("Security", self._security.currentData()),
            self._ehlo.isChecked(),
            self._name.text().strip(),
        )

    def show_choice(self, choice: Choice) -> None:
        """Write a choice into the fields."""
        self._host.setText(choice.host)
        self._security.setCurrentIndex(self._security.findData(choice.security))
        self._port.setText(str(choice.port))
        self._ehlo.setChecked(choice.ehlo)
        self._name.setText(choice.client_name)

    def set_connected(self, connected: bool, busy: bool = False) -> None:
        """Show whether there is a connection to end, or one is being made."""
        self._connect.setText("Reconnect" if connected else "Connect")
        self._disconnect.setText("Cancel" if busy and not connected else "Disconnect")
        self._disconnect.setEnabled(connected or busy)

    def set_servers(self, servers: Sequence[Choice]) -> None:
        """Offer these in Host, while it is being written."""
        if self._servers is None:
            # Only now: the window is on the screen.
            from smtpdebugger.gui.panels.servers import ServerCompleter  # noqa: PLC0415 - as above

            self._servers = ServerCompleter(self)
            self._servers.chosen.connect(self.server_chosen)
            self._host.setCompleter(self._servers)
        titles = {value: title for title, value, _ in SECURITIES}
        self._servers.offer([(each.host, each.port, titles[each.security]) for each in servers])

    def show_options(self, count: int) -> None:
        """Show how many options of a connection are not the usual ones."""
        self._options.setText(f"Options ({count})" if count else "Options…")
        changed = f", {count} changed" if count else ""
        self._options.setAccessibleName(f"Connection options{changed}")

    @property
    def is_host_focused(self) -> bool:
        """Whether the keyboard is in Host."""
        return self._host.hasFocus()

    def focus_host(self) -> None:
        """Put the keyboard into Host."""
        self._host.setFocus()
        self._host.selectAll()

    def _security_box(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName("Security")
        for title, value, _port in SECURITIES:
            box.addItem(title, value)
        box.currentIndexChanged.connect(self._suggest_port)
        return box

    def _suggest_port(self, index: int) -> None:
        # Only a usual port is replaced by another usual one; a port of one's own is kept.
        if self._port.text() in {str(port) for _, _, port in SECURITIES} | {""}:
            self._port.setText(str(SECURITIES[index][2]))

    def _practice_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("Practice")
        button.setAccessibleName("Practice")
        button.setToolTip("Start a practice server on this computer and connect to it.")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(practice_menu(self))
        return button


class _Host(QLineEdit):
    """Tells when the keyboard comes to it."""

    entered = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The servers used before may be others by now."""
        super().focusInEvent(event)
        # A closing list of them gives the keyboard back.
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.entered.emit()


def practice_menu(bar: ConnectionBar) -> QMenu:
    """A menu with an entry for each personality of the practice server."""
    menu = QMenu("Practice", bar)
    for name in personalities():
        action = QAction(name.replace("-", " "), menu)
        action.triggered.connect(
            lambda _checked=False, name=name: bar.practice_requested.emit(name)
        )
        menu.addAction(action)
    return menu


def personalities() -> list[str]:
    """The names of all personalities, by their files."""
    return sorted(file.stem for file in resources.path("personalities").glob("*.toml"))


def _named(box: QComboBox, name: str) -> QWidget:
    # On Linux, Qt tells a screen reader the value of a combo box in place of its name.
    group = QWidget()
    group.setAccessibleName(name)
    group.setFocusProxy(box)
    layout = QHBoxLayout(group)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(box)
    return group


def _field(name: str, placeholder: str, submit: Callable[[], None]) -> QLineEdit:
    field = QLineEdit()
    _prepare(field, name, placeholder, submit)
    return field


def _prepare(field: QLineEdit, name: str, placeholder: str, submit: Callable[[], None]) -> None:
    field.setAccessibleName(name)
    field.setPlaceholderText(placeholder)
    field.returnPressed.connect(submit)
