"""The hidden input for SASL responses after a 334; it keeps no history and no undo."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from smtpdebugger.gui.composer import sasl
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.text import ElidedLabel


class SaslField(QWidget):
    """What the server asks, a masked field, and whether to encode what is typed."""

    submitted = Signal(str)
    """The response as it goes on the wire."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.asked: tuple[str, str] = ("", "")
        """The mechanism and the challenge that is being answered."""
        self._prompt = ElidedLabel(role="muted")
        self.field = QLineEdit()
        self.field.setProperty("role", "composer")
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.field.setAccessibleDescription("SASL response (hidden)")
        self.field.returnPressed.connect(self.submit)
        self.encode = QCheckBox("Encode as Base64")
        self.encode.setAccessibleName("Encode as Base64")
        self.encode.setToolTip("Responses travel in Base64. Off: what you type is sent as it is.")
        self.encode.setChecked(True)
        self.encode.toggled.connect(self._show_hint)
        self._cancel = EnterButton("Cancel login")
        self._cancel.setProperty("role", "flat")
        self._cancel.setAccessibleName("Cancel login")
        self._cancel.setToolTip("Sends a lone *, which ends AUTH (RFC 4954 4).")
        self._cancel.clicked.connect(lambda: self.submitted.emit(sasl.CANCEL))
        below = QHBoxLayout()
        below.addWidget(self._prompt, 1)
        below.addWidget(self.encode)
        below.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.field)
        layout.addLayout(below)

    def ask(self, mechanism: str, challenge: str) -> None:
        """Begin with another challenge: the text of a 334 as it came."""
        self.asked = (mechanism, challenge)
        asked = sasl.challenge_text(challenge)
        self._prompt.setText(f"The server asks: {asked}" if asked else "The server waits for it")
        self.field.setText("")
        self._show_hint()

    def submit(self) -> None:
        """Send what stands in the field, and forget it."""
        text = self.field.text()
        self.field.setText("")
        if self.encode.isChecked():
            text = sasl.encoded(text, self.asked[0])
        self.submitted.emit(text)

    def forget(self) -> None:
        """Nothing is asked for any more."""
        self.field.setText("")

    def _show_hint(self) -> None:
        form = sasl.hint(self.asked[0]) if self.encode.isChecked() else "response in Base64"
        self.field.setPlaceholderText(f"SASL response (hidden): {form}")
