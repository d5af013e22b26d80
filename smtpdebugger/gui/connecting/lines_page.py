"""Settings as command lines of swaks and openssl: to copy, and to read one that was pasted."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from smtpdebugger.gui.connecting.form import Form
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.transport.command_lines import CommandLineError, Understood, Written
from smtpdebugger.transport.openssl import from_openssl, to_openssl
from smtpdebugger.transport.settings import ConnectionSettings
from smtpdebugger.transport.swaks import from_swaks, to_swaks


class LinesPage(Form):
    """``wanted`` gives the settings to copy; ``understood`` tells what a pasted line asks for."""

    understood = Signal(ConnectionSettings)

    def __init__(
        self, wanted: Callable[[], ConnectionSettings], parent: QWidget | None = None
    ) -> None:
        super().__init__("Command lines", parent)
        self._wanted = wanted
        self.section("A line of swaks or of openssl s_client, to copy or to read")
        self._line = QPlainTextEdit()
        self._line.setProperty("role", "wire")
        self._line.setAccessibleName("Command line")
        self._line.setPlaceholderText("swaks --server mail.example.test --tls")
        self._line.setTabChangesFocus(True)
        self._line.setMinimumHeight(110)
        self.add(self._line)
        swaks, openssl, read = self.buttons(
            "Write as &swaks", "Write as &openssl", "&Read the line above"
        )
        swaks.clicked.connect(lambda: self._write(to_swaks))
        openssl.clicked.connect(lambda: self._write(to_openssl))
        read.clicked.connect(self._read)
        self._told = WrappedLabel()
        self._told.setAccessibleName("What the line leaves out")
        self.add(self._told)

    @property
    def shown_line(self) -> str:
        """The command line in the field."""
        return self._line.toPlainText()

    @property
    def told(self) -> str:
        """What is said about it."""
        return self._told.text()

    def _write(self, write: Callable[[ConnectionSettings], Written]) -> None:
        try:
            written = write(self._wanted())
        except ValueError as error:
            self._told.setText(str(error))
            return
        self._line.setPlainText(written.line)
        if written.line:
            QGuiApplication.clipboard().setText(written.line)
        copied = "It is on the clipboard." if written.line else "There is no such line."
        self._told.setText(" ".join((copied, *written.left_out)))

    def _read(self) -> None:
        text = self.shown_line
        try:
            found = _understood(text)
        except ValueError as error:
            self._told.setText(str(error))
            return
        self.understood.emit(found.settings)
        passed = f" Passed over: {', '.join(found.ignored)}." if found.ignored else ""
        self._told.setText(f"The options are as the line says.{passed}")


def _understood(text: str) -> Understood:
    try:
        return from_swaks(text)
    except CommandLineError as error:
        if "swaks" in text.split(" s_client")[0]:
            raise
        if "s_client" not in text:
            raise CommandLineError(
                "That is a line of neither swaks nor openssl s_client."
            ) from error
    return from_openssl(text)
