"""The multi-line editor, for mail data after 354 and for the octets of a chunk."""

import re

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

SHOWN_LINES = 6

_BDAT = r"(?i)\s*BDAT(?:\s+(?:[0-9]{1,18}|\{octets\}))?(\s+LAST)?\s*"


class PayloadEditor(QPlainTextEdit):
    """Plain text of several lines; Ctrl+Enter sends it."""

    submitted = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "wire")
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setMinimumHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Room for a short message."""
        return QSize(400, self.fontMetrics().lineSpacing() * SHOWN_LINES + 20)

    def replace(self, text: str) -> None:
        """Show another text; nothing that stood here before can be undone."""
        self.setPlainText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter sends, Esc goes back."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
        else:
            super().keyPressEvent(event)


def wants_octets(line: str) -> bool:
    """Whether a line is a BDAT whose octets are to be asked for; its number may still be open."""
    return re.fullmatch(_BDAT, line) is not None


def chunk_command(line: str, octets: bytes) -> str:
    """The BDAT command that tells the true number of octets (RFC 3030 section 2)."""
    match = re.fullmatch(_BDAT, line)
    last = match is not None and match[1] is not None
    return f"BDAT {len(octets)}{' LAST' * last}"


def told_octets(line: str) -> int | None:
    """The number a BDAT line tells, or None where it tells none."""
    match = re.search(r"[0-9]+", line)
    return int(match[0]) if match else None


def octets_of(text: str) -> bytes:
    """A typed text as octets: UTF-8, every line end CRLF."""
    lines = re.split(r"\r\n|\r|\n", text)
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def sample_message(reverse_path: str, recipients: tuple[str, ...], date: str) -> str:
    """A short message that fits the transaction, to be sent as it is or typed over."""
    to = ", ".join(recipients) or "undisclosed-recipients:;"
    return (
        f"From: {reverse_path or 'postmaster@localhost'}\nTo: {to}\nDate: {date}\n"
        "Subject: Test\n\nThis is a test.\n"
    )
