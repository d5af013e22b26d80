"""A read-only text that is as high as it needs to be, selectable by mouse and keyboard.

Screen readers, and tests from outside, read its text through the accessibility bus, which gives
them no more than the name of a label.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QFont,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from smtpdebugger.gui.widgets.viewport import find_viewport

_LEAST_LINES = 3


class ReadOnlyText(QTextEdit):
    """Plain paragraphs; the first may be bold."""

    def __init__(self, parent: QWidget | None = None, *, may_scroll: bool = False) -> None:
        """``may_scroll``: it is lower than its text, and scrolls, where there is no room."""
        super().__init__(parent)
        self._may_scroll = may_scroll
        self._viewport = find_viewport(self)
        self.setProperty("role", "quiet")
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if not may_scroll:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        upwards = QSizePolicy.Policy.Maximum if may_scroll else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Ignored, upwards)
        self.document().setDocumentMargin(1)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def show_paragraphs(self, lead: str, others: tuple[str, ...]) -> None:
        """Show a bold sentence and others behind it; all of it as it is, never as markup."""
        self.clear()
        cursor = QTextCursor(self.document())
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.DemiBold)
        usual = QTextCharFormat()
        usual.setFontWeight(QFont.Weight.Normal)
        if lead:
            cursor.insertText(lead, bold)
        for text in others:
            if not cursor.atStart():
                cursor.insertBlock()
            cursor.insertText(text, usual)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as the text."""
        return QSize(200, self._text_height())

    def minimumSizeHint(self) -> QSize:
        """The text does not scroll inside, what is around it does; or three lines of it."""
        height = self._text_height()
        if self._may_scroll:
            height = min(height, _LEAST_LINES * self.fontMetrics().lineSpacing())
        return QSize(60, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs another height."""
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What is around it scrolls."""
        if self._may_scroll:
            super().wheelEvent(event)
        else:
            event.ignore()

    def _text_height(self) -> int:
        frame = self.height() - self.viewport().height()
        return round(self.document().size().height() + 0.49) + max(0, min(frame, 6))

    def _fit(self) -> None:
        height = self._text_height()
        if self._may_scroll:
            self.setMaximumHeight(height)
            self.updateGeometry()
        elif height != self.minimumHeight() or height != self.maximumHeight():
            self.setFixedHeight(height)
