"""The single-line editor: history on the arrow keys, completion on Tab, pasted lines kept apart.

The text is only ever replaced with ``setText``, which also forgets what could be undone: a line
that was sent must not come back with Ctrl+Z.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from smtpdebugger.gui.composer.history import History
from smtpdebugger.gui.composer.pasted import lines_of

Complete = Callable[[str], list[str]]


class CommandLine(QLineEdit):
    """One command, as it will be sent."""

    submitted = Signal()
    dropped = Signal()
    """Esc: the person wants neither this line nor what waits behind it."""
    lines_pasted = Signal(list)

    def __init__(self, complete: Complete, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "composer")
        # A command has no upper bound here: overlong lines are something to try out.
        self.setMaxLength(1_000_000)
        self.history = History()
        self._complete = complete
        self._ghost = ""
        self._cycle: list[str] = []
        self._at = -1
        self.returnPressed.connect(self.submitted)
        self.textChanged.connect(self._find_ghost)
        self.cursorPositionChanged.connect(self.update)

    @property
    def ghost(self) -> str:
        """What Tab would add to the line, shown behind the cursor; empty where nothing fits."""
        return self._ghost

    def replace(self, text: str, cursor: int | None = None) -> None:
        """Show another line; nothing that stood here before can be undone."""
        self.setText(text)
        self.setCursorPosition(len(text) if cursor is None else cursor)

    def refresh(self) -> None:
        """The session moved on: other completions may fit."""
        self._find_ghost(self.text())

    def complete_next(self, step: int = 1) -> bool:
        """Put the next candidate into the line; False where there is none."""
        if self._at < 0 or self.text() != self._cycle[self._at]:
            self._cycle = self._complete(self.text())
            self._at = -1 if step > 0 else 0
        elif len(self._cycle) == 1:
            return False
        if not self._cycle:
            return False
        self._at = (self._at + step) % len(self._cycle)
        self.replace(self._cycle[self._at], _cursor_in(self._cycle[self._at]))
        return True

    def paste_text(self, text: str) -> None:
        """Insert text; several lines are left to whoever listens to ``lines_pasted``."""
        lines = lines_of(text)
        if len(lines) > 1:
            self.lines_pasted.emit(lines)
        elif lines:
            self.insert(lines[0])

    def event(self, event: QEvent) -> bool:
        """Tab completes; only where nothing can be completed does it move on."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.key() == Qt.Key.Key_Tab and plain and self.complete_next():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys, Esc and pasting."""
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_text(QGuiApplication.clipboard().text())
        elif key == Qt.Key.Key_Up:
            self._recall(self.history.earlier(self.text()))
        elif key == Qt.Key.Key_Down:
            self._recall(self.history.later())
        elif key == Qt.Key.Key_Escape:
            self.dropped.emit()
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_End} and self._shown_ghost():
            self.replace(self.text() + self._ghost)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The usual menu; its Paste asks about several lines too."""
        self.open_menu(event.globalPos())

    def open_menu(self, place: QPoint) -> None:
        """Open the menu at a place on the screen."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                self._replace_paste(action)
        menu.popup(place)

    def dropEvent(self, event: QDropEvent) -> None:
        """Text dragged here is pasted."""
        if event.mimeData().hasText():
            event.acceptProposedAction()
            self.paste_text(event.mimeData().text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Completing begins anew when the keyboard comes back."""
        self._at = -1
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, and behind it in grey what Tab would add."""
        super().paintEvent(event)
        if not self._shown_ghost():
            return
        painter = QPainter(self)
        painter.setPen(self.palette().placeholderText().color())
        cursor = self.cursorRect()
        # The cursor's rectangle is wider than the cursor, evenly on both sides.
        left = cursor.center().x() + 1
        room = self.width() - left - 8
        text = self.fontMetrics().elidedText(self._ghost, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            left, cursor.top(), room, cursor.height(), Qt.AlignmentFlag.AlignVCenter, text
        )

    def _shown_ghost(self) -> bool:
        at_end = self.cursorPosition() == len(self.text()) and not self.hasSelectedText()
        return bool(self._ghost) and at_end and self.hasFocus()

    def _find_ghost(self, text: str) -> None:
        found = self._complete(text) if text else []
        self._ghost = found[0][len(text) :] if found else ""
        self.update()

    def _recall(self, line: str | None) -> None:
        if line is not None:
            self.replace(line)

    def _replace_paste(self, action: QAction) -> None:
        action.triggered.disconnect()
        action.triggered.connect(lambda: self.paste_text(QGuiApplication.clipboard().text()))


def _cursor_in(line: str) -> int:
    """Where typing goes on in a completed line: between empty angle brackets, else at its end."""
    return len(line) - 1 if line.endswith("<>") else len(line)
