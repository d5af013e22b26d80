"""Filter field: the filter language with completion, history, and the reason while it is wrong."""

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.theme import plain_tip
from smtpdebugger.session.filter_keys import HELP, KEYS, completions
from smtpdebugger.session.filter_words import FilterError

MOST_REMEMBERED = 20
TYPING_MILLISECONDS = 150
QUICK_ROWS = 20_000
"""In more rows a filter is tried only when the fingers rest so long, or at Return."""
_TIP = f"Show only some rows: {HELP}\nAlt+Down proposes, Return goes to the rows, Esc shows all."


class FilterField(QLineEdit):
    """Named ``Filter``. What was filtered for is remembered while the window is open, and nowhere
    else: somebody may have looked for a secret."""

    wanted = Signal(str)
    """A filter to be shown; an empty one for all rows."""
    used = Signal()
    """Return or Down: the filter is what it should be."""
    left = Signal()
    """Return, Down or Esc: the keyboard belongs to the rows."""

    def __init__(self, watcher: SessionWatcher, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.remembered: list[str] = []
        """Filters that were used, the latest first."""
        self._watcher = watcher
        self._proposals = QStringListModel(self)
        self._popup = QCompleter(self._proposals, self)
        self._popup.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup.setWidget(self)
        self._popup.activated.connect(self._take)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MILLISECONDS)
        self._pause.timeout.connect(self._tell)
        self.setAccessibleName("Filter")
        self.setPlaceholderText("Filter: code:5xx …")
        self.setToolTip(plain_tip(_TIP))
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(120)
        self.setMaximumWidth(420)
        self.textEdited.connect(self._edited)
        self.textChanged.connect(self._changed)

    @property
    def proposals(self) -> list[str]:
        """What is proposed now."""
        return self._proposals.stringList()

    def show_error(self, error: FilterError | None) -> None:
        """Turn red and say what is wrong, or turn back."""
        was_wrong = self.property("role") == "wrong"
        self.setProperty("role", "" if error is None else "wrong")
        self.setAccessibleDescription("" if error is None else error.reason)
        self.setToolTip(plain_tip(_TIP if error is None else error.reason))
        if was_wrong != (error is not None):
            self.style().unpolish(self)
            self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Down proposes, Return and Down leave, Esc lifts the filter."""
        has_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_Down and has_alt:
            self._propose(everything=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self._tell()
            self.left.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self._tell()
            self.remember()
            self.used.emit()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def remember(self) -> None:
        """Keep the filter among those that are proposed."""
        text = self.text().strip()
        if text and self.property("role") != "wrong":
            others = [each for each in self.remembered if each != text]
            self.remembered = [text, *others][:MOST_REMEMBERED]

    def _changed(self, text: str) -> None:
        if text and len(self._watcher.session.rows) > QUICK_ROWS:
            self._pause.start()
        else:
            self._tell()

    def _edited(self, _text: str) -> None:
        self._propose()

    def _tell(self) -> None:
        self._pause.stop()
        self.wanted.emit(self.text())

    def _propose(self, *, everything: bool = False) -> None:
        text = self.text()
        found = completions(text, self._watcher.session)
        if everything:
            found += [each for each in self.remembered if each.startswith(text) and each != text]
            found += [f"{key}:" for key in KEYS] if not text else []
        self._proposals.setStringList(found)
        if found:
            self._popup.complete()
        elif (popup := self._popup.popup()) is not None:
            popup.hide()

    def _take(self, text: str) -> None:
        self.setText(text)
        if text.endswith(":"):
            QTimer.singleShot(0, self, self._propose)
