"""The login dialog: who, with which mechanism, and a warning before a secret goes in clear."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.composer.requests import Binding, LoginRequest
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.protocol.mechanisms import (
    KNOWN,
    Credentials,
    Exposure,
    MechanismError,
    strongest,
)

STRONGEST = "The strongest offered"
BINDINGS: tuple[Binding, ...] = ("tls-server-end-point", "tls-unique", "tls-exporter")


class LoginDialog(QDialog):
    """Asks for everything one AUTH exchange needs; it keeps no secret once it is closed."""

    wanted = Signal(LoginRequest)
    user_chosen = Signal(str)
    """A user name was given; a kept secret may be known for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Log in")
        self.setAccessibleName("Log in")
        self._offered: tuple[str, ...] = ()
        self._tls = False
        self._mechanism = QComboBox()
        self.user = QLineEdit()
        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._authorization = QLineEdit()
        self._binding = QComboBox()
        self._binding.addItems(BINDINGS)
        self._initial = QCheckBox("Initial response in the AUTH command")
        self._initial.setChecked(True)
        self._reveal = QCheckBox("Show the secret")
        self._remember = QCheckBox("Keep it in the system's keyring")
        self._clear = QCheckBox("Send it in clear all the same")
        self._told = WrappedLabel()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._log_in = QPushButton("Log in")
        self._log_in.setDefault(True)
        self._place()
        self._join()
        self.show_server((), tls=False)

    def show_server(self, offered: Sequence[str], *, tls: bool) -> None:
        """What this server offers, and whether the connection is encrypted."""
        self._offered, self._tls = tuple(offered), tls
        chosen = self._mechanism.currentText()
        self._mechanism.clear()
        self._mechanism.addItem(STRONGEST, "")
        for name in sorted(KNOWN, key=lambda each: (each not in self._offered, -strength(each))):
            doubt = "" if name in self._offered else " (not offered)"
            self._mechanism.addItem(name + doubt, name)
        self._mechanism.setCurrentIndex(max(0, self._mechanism.findText(chosen)))
        self._judge()

    def show_secret(self, secret: str) -> None:
        """A kept secret was found."""
        if not self.secret.text():
            self.secret.setText(secret)
            self._remember.setChecked(True)

    @property
    def advice(self) -> str:
        """What is said of the login as it stands."""
        return self._told.text()

    def request(self) -> LoginRequest:
        """What is asked for."""
        return LoginRequest(
            Credentials(self.user.text(), self.secret.text(), self._authorization.text()),
            self._mechanism.currentData() or "",
            self._initial.isChecked(),
            self._clear.isChecked(),
            BINDINGS[self._binding.currentIndex()],
            self._remember.isChecked(),
        )

    def done(self, result: int) -> None:
        """It closes: the secret is forgotten."""
        self.secret.clear()
        self._clear.setChecked(False)
        super().done(result)

    def _submit(self) -> None:
        if self._log_in.isEnabled():
            request = self.request()
            self.accept()
            self.wanted.emit(request)

    def _judge(self) -> None:
        name, problem = self._chosen()
        shows = bool(name) and KNOWN[name].exposure in {Exposure.SECRET, Exposure.TOKEN}
        in_clear = shows and not self._tls
        self._clear.setVisible(in_clear)
        self._binding.setEnabled(name.endswith("-PLUS"))
        self._initial.setEnabled(bool(name) and KNOWN[name].begins_with_client)
        is_external = bool(name) and KNOWN[name].exposure is Exposure.NOTHING
        self.secret.setEnabled(not is_external)
        told = problem or f"{name}: who reads along learns {KNOWN[name].exposure.value}."
        if in_clear:
            told = (
                f"▲ The connection is not encrypted: with {name}, anybody on the way could read"
                f" {KNOWN[name].exposure.value}. Use STARTTLS first."
            )
        elif name and name not in self._offered:
            told = f"▲ The server has not offered {name}. {told}"
        self._told.setText(told)
        ready = bool(name) and (is_external or bool(self.user.text()))
        self._log_in.setEnabled(ready and (not in_clear or self._clear.isChecked()))

    def _chosen(self) -> tuple[str, str]:
        """The mechanism it would be, and why there is none."""
        name = self._mechanism.currentData() or ""
        if name:
            return name, ""
        # Whether a binding can be had is known only when it is tried.
        try:
            return strongest(self._offered, Credentials(secret=self.secret.text() or "x")).name, ""
        except MechanismError as error:
            return "", f"{error}."

    def _place(self) -> None:
        form = QFormLayout()
        for caption, widget in (
            ("&Mechanism", self._mechanism),
            ("&User", self.user),
            ("&Password or token", self.secret),
            ("On behalf &of", self._authorization),
            ("Channel &binding", self._binding),
        ):
            widget.setAccessibleName(caption.replace("&", ""))
            form.addRow(caption, widget)
        self._authorization.setPlaceholderText("usually empty")
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        for box in (self._reveal, self._initial, self._remember, self._told, self._clear):
            box.setAccessibleName("Advice" if box is self._told else box.text())
            layout.addWidget(box)
        layout.addStretch(1)
        self._buttons.addButton(self._log_in, QDialogButtonBox.ButtonRole.ActionRole)
        self._log_in.setAccessibleName("Log in")
        layout.addWidget(self._buttons)
        self.setMinimumWidth(460)

    def _join(self) -> None:
        self._buttons.rejected.connect(self.reject)
        self._log_in.clicked.connect(self._submit)
        self._mechanism.currentIndexChanged.connect(self._judge)
        self._clear.toggled.connect(self._judge)
        self.user.textChanged.connect(self._judge)
        self.secret.textChanged.connect(self._judge)
        self.user.editingFinished.connect(lambda: self.user_chosen.emit(self.user.text()))
        self._reveal.toggled.connect(self._show_secret)

    def _show_secret(self, shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.secret.setEchoMode(modes.Normal if shown else modes.Password)
        self.secret.setContextMenuPolicy(
            Qt.ContextMenuPolicy.DefaultContextMenu if shown else Qt.ContextMenuPolicy.NoContextMenu
        )


def strength(name: str) -> int:
    """How strong a mechanism is, to put the best first."""
    return KNOWN[name].strength
