"""The content of a message as a form: a file as it is, or a message that is composed here."""

from pathlib import Path

from PySide6.QtCore import QDateTime, QSize, Qt, QUuid, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.protocol.compose import Attachment, Draft, Encoding

_PLAIN = QUuid.StringFormat.WithoutBraces
ENCODINGS: tuple[Encoding, ...] = ("quoted-printable", "base64", "8bit")
MOST_ATTACHED = 32 * 1024 * 1024
"""Octets of one attachment; a longer message is better sent from a file."""


_LEAST_PARTS = 120
"""Pixels: on a small screen the parts of a message are scrolled."""


class ContentForm(QTabWidget):
    """Two tabs: a file, or parts."""

    changed = Signal()
    file_chosen = Signal(Path)
    problem = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Content")
        self.path = QLineEdit()
        self._about = WrappedLabel()
        self.subject = QLineEdit()
        self.headers = _Lines()
        self.text = _Lines()
        self.html = _Lines()
        self.encoding = QComboBox()
        self.encoding.addItems(ENCODINGS)
        self._attachments: list[Attachment] = []
        self._attached = WrappedLabel()
        self._kept: bytes | None = None
        self._date = self._message_id = ""
        self.begin()
        self.addTab(self._file_page(), "A file, octet for octet")
        parts = QScrollArea()
        parts.setWidget(self._parts_page())
        parts.setWidgetResizable(True)
        parts.setFrameShape(QScrollArea.Shape.NoFrame)
        parts.setMinimumHeight(_LEAST_PARTS)
        self.addTab(parts, "Composed here")
        self.currentChanged.connect(lambda _index: self.changed.emit())

    @property
    def file(self) -> Path | None:
        """The file that is chosen, where the file's tab is shown."""
        text = self.path.text().strip()
        return Path(text) if self.currentIndex() == 0 and text and self._kept is None else None

    @property
    def kept(self) -> bytes | None:
        """A message that was sent before, where the file's tab is shown."""
        return self._kept if self.currentIndex() == 0 else None

    def draft(self, sender: str, recipients: tuple[str, ...], *, smtputf8: bool) -> Draft | None:
        """The message that is composed, where that tab is shown."""
        if self.currentIndex() == 0:
            return None
        return Draft(
            sender,
            recipients,
            self.subject.text(),
            self._date,
            _with_end(self.text.toPlainText()),
            _with_end(self.html.toPlainText()),
            tuple(self._attachments),
            tuple(_header_lines(self.headers.toPlainText())),
            ENCODINGS[self.encoding.currentIndex()],
            smtputf8,
            self._message_id,
        )

    def begin(self) -> None:
        """Another message: it gets a date and an identity of its own."""
        self._date = QDateTime.currentDateTime().toString(Qt.DateFormat.RFC2822Date)
        self._message_id = f"<{QUuid.createUuid().toString(_PLAIN)}@smtpdebugger>"

    def show_kept(self, octets: bytes) -> None:
        """Send again what was sent before."""
        self._kept = octets
        self.setCurrentIndex(0)
        self.path.setText("(the message that was sent before)")
        self.changed.emit()

    def show_file(self, path: Path) -> None:
        """Another file is chosen."""
        self._kept = None
        self.path.setText(str(path))
        self.file_chosen.emit(path)

    def tell(self, sentence: str) -> None:
        """What there is to know of the file."""
        self._about.setText(sentence)

    def attach(self, path: Path) -> None:
        """Let a file go along."""
        try:
            if path.stat().st_size > MOST_ATTACHED:
                self.problem.emit(f"{path.name} is too long to be attached here.")
                return
            self._attachments.append(Attachment(path.name, path.read_bytes()))
        except OSError as error:
            self.problem.emit(f"{path} cannot be read: {error.strerror or error}.")
            return
        names = [f"{each.name} ({len(each.octets)} octets)" for each in self._attachments]
        self._attached.setText(", ".join(names))
        self.changed.emit()

    def _file_page(self) -> QWidget:
        page = QWidget()
        browse = EnterButton("Browse…")
        browse.setAccessibleName("Browse")
        browse.clicked.connect(lambda: self._ask_for_file("Choose a message", self.show_file))
        self.path.setAccessibleName("Message file")
        self.path.setPlaceholderText("message.eml")
        self.path.editingFinished.connect(self._path_typed)
        self.path.textEdited.connect(self._forget_kept)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        layout = QVBoxLayout(page)
        layout.addLayout(row)
        layout.addWidget(self._about)
        layout.addStretch(1)
        return page

    def _parts_page(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        add: QPushButton = EnterButton("Attach…")
        add.setAccessibleName("Attach")
        add.clicked.connect(lambda: self._ask_for_file("Choose a file to attach", self.attach))
        for caption, name, widget in (
            ("&Subject", "Subject", self.subject),
            ("&Headers", "Further headers", self.headers),
            ("Te&xt", "Text", self.text),
            ("HT&ML", "HTML", self.html),
            ("&Encoding", "Encoding", self.encoding),
        ):
            widget.setAccessibleName(name)
            form.addRow(caption, widget)
        form.addRow(add, self._attached)
        self.headers.setPlaceholderText("X-Mine: one per line; From, To and Date can be replaced")
        for text in (self.headers, self.text, self.html):
            text.setTabChangesFocus(True)
            text.setMinimumHeight(text.fontMetrics().lineSpacing() * 2 + 10)
            text.textChanged.connect(self.changed)
        self.subject.textChanged.connect(self.changed)
        self.encoding.currentIndexChanged.connect(self.changed)
        return page

    def _path_typed(self) -> None:
        if self.file is not None:
            self.file_chosen.emit(self.file)

    def _forget_kept(self) -> None:
        self._kept = None
        self.changed.emit()

    def _ask_for_file(self, title: str, take: object) -> None:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: take(Path(name)))  # type: ignore[operator]
        dialog.open()


class _Lines(QPlainTextEdit):
    """As low as may be, until there is room for more."""

    def sizeHint(self) -> QSize:
        """Its least height."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return QSize(super().minimumSizeHint().width(), self.minimumHeight())


def _with_end(text: str) -> str:
    return text + "\n" if text and not text.endswith("\n") else text


def _header_lines(text: str) -> list[tuple[str, str]]:
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return [(name.strip(), value.strip()) for name, _, value in pairs]
