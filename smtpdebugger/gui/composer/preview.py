"""What will go over the wire: the message's first lines, every octet visible, added dots marked."""

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from smtpdebugger.gui.models.row_details import octets_as_text
from smtpdebugger.protocol.transparency import Stuffer

MOST_OCTETS = 16 * 1024
ADDED = "⟨+.⟩"
"""Stands before a line to which a dot is added."""


class Preview(QPlainTextEdit):
    """Read-only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What goes out")
        self.setProperty("role", "details")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 3)

    def show_message(self, octets: bytes | None, *, stuffed: bool) -> None:
        """Show a message; None where it is not known here."""
        text = "" if octets is None else preview(octets, stuffed=stuffed)
        self.setVisible(bool(text))
        if text != self.toPlainText():
            self.setPlainText(text)


def preview(octets: bytes, *, stuffed: bool) -> str:
    """The first octets as text; with ``stuffed`` it tells which dots are added, and the end."""
    head = octets[:MOST_OCTETS]
    lines = []
    for line in head.splitlines(keepends=True) if stuffed else ():
        mark = ADDED if line.startswith(b".") else ""
        lines.append(mark + octets_as_text(line))
    text = "\n".join(lines) if stuffed else octets_as_text(head)
    if len(octets) > len(head):
        return f"{text}\n… {len(octets) - len(head)} more octets"
    if not stuffed:
        return text
    stuffer = Stuffer()
    stuffer.feed(octets)
    dots = f", {stuffer.dots} dots added" if stuffer.dots else ""
    return f"{text}\n{octets_as_text(stuffer.end())}  ← the end{dots}"
