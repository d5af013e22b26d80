"""The three editors of the composer, of which one is shown, as the session expects."""

from enum import Enum, auto

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from smtpdebugger.gui.composer.command_line import CommandLine, Complete
from smtpdebugger.gui.composer.payload import PayloadEditor
from smtpdebugger.gui.composer.sasl_field import SaslField


class Page(Enum):
    """Which editor is shown."""

    LINE = auto()
    SASL = auto()
    MAIL_DATA = auto()
    CHUNK = auto()


class Editors(QWidget):
    """A command line, a hidden field for SASL responses, and an editor of several lines."""

    def __init__(self, complete: Complete, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = CommandLine(complete)
        self.sasl = SaslField()
        self.payload = PayloadEditor()
        self.page = Page.LINE
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.line, self.sasl, self.payload):
            layout.addWidget(widget, 100 if widget is self.payload else 0)
        layout.addStretch(1)
        self._show()

    @property
    def current(self) -> QLineEdit | QPlainTextEdit:
        """The editor that is shown."""
        if self.page is Page.LINE:
            return self.line
        return self.sasl.field if self.page is Page.SASL else self.payload

    def turn_to(self, page: Page, *, focus: bool) -> None:
        """Show another editor; the keyboard follows if it was here or ``focus`` says so."""
        focus = focus or self.current.hasFocus()
        self.page = page
        self._show()
        if focus:
            self.current.setFocus()

    def set_usable(self, usable: bool) -> None:
        """Whether anything can be sent at all; the keyboard stays where it is."""
        # A field that is disabled hands the keyboard to whatever comes next.
        self.line.setReadOnly(not usable)
        self.sasl.setEnabled(usable)
        self.payload.setReadOnly(not usable)
        self.line.setPlaceholderText("A command" if usable else "Connect first")

    def _show(self) -> None:
        current = self.current
        # The new one first: a moment with none would hand the keyboard to another widget.
        owner = self.sasl if self.page is Page.SASL else current
        owner.setVisible(True)
        for widget in (self.line, self.sasl, self.payload):
            widget.setVisible(widget is owner)
        for editor in (self.line, self.sasl.field, self.payload):
            # By this name a screen reader, or a test from outside, finds the one that counts.
            editor.setAccessibleName("Command" if editor is current else "")
