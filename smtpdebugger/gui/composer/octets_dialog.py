"""The octets dialog: lines with any ending and any octets, one by one, together or in pieces."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.composer.requests import EndRequest, OctetsRequest, Way
from smtpdebugger.gui.models.row_details import octets_as_text
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.protocol.escapes import ENDINGS, unescaped
from smtpdebugger.protocol.transparency import ENDS

WAYS: tuple[tuple[str, Way], ...] = (
    ("One by one, each after the reply", "single"),
    ("All together (pipelined)", "ahead"),
    ("In pieces, with a pause after each", "split"),
)


class OctetsDialog(QDialog):
    """Writes lines as octets; it sends nothing itself."""

    wanted = Signal(OctetsRequest)
    end_wanted = Signal(EndRequest)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Octets")
        self.setAccessibleName("Octets")
        self.text = QPlainTextEdit()
        self.escapes = QCheckBox(r"Escapes: \r \n \t \0 \xHH \\")
        self.escapes.setChecked(True)
        self.ending = QComboBox()
        self.ending.addItems([name.upper() for name in ENDINGS])
        self.way = QComboBox()
        self.way.addItems([text for text, _ in WAYS])
        self.pause = QLineEdit("500")
        self.pause.setValidator(QIntValidator(0, 600_000, self.pause))
        self.end = QComboBox()
        self.end.addItems(list(ENDS))
        self._shown = QPlainTextEdit()
        self._shown.setReadOnly(True)
        self._told = WrappedLabel()
        self._send = EnterButton("Send")
        self._try = EnterButton("Try this end")
        self._place()
        self._join()
        self._judge()

    @property
    def told(self) -> str:
        """What is said of the lines, or of what came of them."""
        return self._told.text()

    def tell(self, sentence: str) -> None:
        """How it went."""
        self._told.setText(sentence)

    def request(self) -> OctetsRequest:
        """What is asked for. Raises ValueError where an escape is none."""
        lines = self.text.toPlainText().split("\n")
        if self.escapes.isChecked():
            octets = tuple(unescaped(line) for line in lines)
        else:
            octets = tuple(line.encode("utf-8", "surrogateescape") for line in lines)
        return OctetsRequest(
            octets,
            list(ENDINGS.values())[self.ending.currentIndex()],
            WAYS[self.way.currentIndex()][1],
            int(self.pause.text() or 0) / 1000,
        )

    def _submit(self) -> None:
        try:
            request = self.request()
        except ValueError:
            return
        self.wanted.emit(request)

    def _judge(self) -> None:
        self.pause.setEnabled(self.way.currentIndex() == 2)
        try:
            request = self.request()
        except ValueError as error:
            self._told.setText(f"▲ {error}.")
            self._send.setEnabled(False)
            return
        octets = b"".join(line + request.ending for line in request.lines)
        self._shown.setPlainText(octets_as_text(octets))
        lines = len(request.lines)
        self._told.setText(f"{len(octets)} octets in {lines} line{'s' * (lines != 1)}.")
        self._send.setEnabled(bool(octets))

    def _place(self) -> None:
        form = QFormLayout()
        for caption, name, widget in (
            ("&Lines", "Lines", self.text),
            ("", "Escapes", self.escapes),
            ("&Ending", "Ending", self.ending),
            ("&How", "How", self.way),
            ("&Pause (ms)", "Pause", self.pause),
            ("Goes out as", "Goes out as", self._shown),
        ):
            widget.setAccessibleName(name)
            form.addRow(caption, widget)
        for text in (self.text, self._shown):
            text.setTabChangesFocus(True)
            text.setMaximumHeight(text.fontMetrics().lineSpacing() * 7)
        self._shown.setProperty("role", "details")
        self._told.setAccessibleName("Result")
        ends = QHBoxLayout()
        self.end.setAccessibleName("End of mail data")
        self.end.setToolTip("Only the first ends mail data; try the others on your own servers.")
        self._try.setAccessibleName("Try this end")
        ends.addWidget(self.end, 1)
        ends.addWidget(self._try)
        form.addRow("End of mail data", ends)
        self._send.setAccessibleName("Send octets")
        self._send.setProperty("role", "primary")
        close = EnterButton("Close")
        close.setAccessibleName("Close")
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._told, 1)
        buttons.addWidget(self._send)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addLayout(buttons)
        self.setMinimumWidth(560)
        self.setWindowModality(Qt.WindowModality.NonModal)

    def _join(self) -> None:
        self._send.clicked.connect(self._submit)
        self._try.clicked.connect(lambda: self.end_wanted.emit(EndRequest(self.end.currentText())))
        self.text.textChanged.connect(self._judge)
        self.escapes.toggled.connect(self._judge)
        self.ending.currentIndexChanged.connect(self._judge)
        self.way.currentIndexChanged.connect(self._judge)
