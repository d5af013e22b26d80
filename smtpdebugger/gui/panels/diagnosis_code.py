"""The developer's code of an alternative: folded, and copied with one press."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from smtpdebugger.diagnosis.model import Alternative, Code
from smtpdebugger.gui.panels.diagnosis_advice import column
from smtpdebugger.gui.panels.diagnosis_text import shown
from smtpdebugger.gui.theme import set_icon
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.tab_order import stands_behind

CodeOf = Callable[[Alternative], Code | None]


class CodeBox(QWidget):
    """A link that unfolds the lines; they are only written when somebody wants them."""

    def __init__(
        self, alternative: Alternative, code_of: CodeOf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._alternative, self._code_of = alternative, code_of
        self._body: QWidget | None = None
        self.copies: list[EnterButton] = []
        self.toggle = EnterButton("Python")
        self.toggle.setProperty("role", "link")
        self.toggle.setAccessibleName(f"Python for {shown(alternative.label)}")
        self.toggle.clicked.connect(lambda: self.set_open(open_=not self.is_open))
        self._column = column(self)
        head = QHBoxLayout()
        head.addWidget(self.toggle)
        head.addStretch(1)
        self._column.addLayout(head)
        self.set_open(open_=False)

    @property
    def is_open(self) -> bool:
        """Whether the lines are shown."""
        return self._body is not None and not self._body.isHidden()

    def set_open(self, *, open_: bool) -> None:
        """Show or hide the lines."""
        if open_ and self._body is None:
            code = self._code_of(self._alternative)
            if code is None:
                self.hide()
                return
            self._body = self._made(code)
            self._column.addWidget(self._body)
            stands_behind(self.toggle, self._body)
        if self._body is not None:
            self._body.setVisible(open_)
        set_icon(self.toggle, "chevron-down" if open_ else "chevron-right")
        self.toggle.setAccessibleDescription("Shown" if open_ else "Folded")

    def _made(self, code: Code) -> QWidget:
        body = QWidget()
        layout = column(body)
        layout.addWidget(_lines(code.smtplib.rstrip("\n")))
        row = QHBoxLayout()
        for name, lines in (("smtplib", code.smtplib), ("aiosmtplib", code.aiosmtplib)):
            if lines:
                row.addWidget(self._copy_button(name, lines))
        row.addStretch(1)
        layout.addLayout(row)
        return body

    def _copy_button(self, name: str, lines: str) -> EnterButton:
        button = EnterButton(f"Copy for {name}")
        button.setProperty("role", "flat")
        button.setAccessibleName(f"Copy the code for {name}")
        button.clicked.connect(lambda: QGuiApplication.clipboard().setText(lines))
        self.copies.append(button)
        return button


def _lines(text: str) -> QPlainTextEdit:
    """Lines of code, as high as they are many; long ones are scrolled to, not wrapped."""
    field = QPlainTextEdit(text)
    field.setProperty("role", "details")
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setAccessibleName("Python")
    field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    field.ensurePolished()
    room = field.horizontalScrollBar().sizeHint().height() + 14
    field.setFixedHeight(field.fontMetrics().lineSpacing() * (text.count("\n") + 1) + room)
    return field
