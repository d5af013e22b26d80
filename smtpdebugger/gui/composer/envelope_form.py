"""The envelope as a form: addresses and the parameters of MAIL and RCPT."""

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from smtpdebugger.protocol.envelope import Body, Envelope

BODIES: tuple[Body, ...] = ("", "7BIT", "8BITMIME", "BINARYMIME")
CONDITIONS = ("SUCCESS", "FAILURE", "DELAY", "NEVER")

_UNDERLINED = 2


class EnvelopeForm(QWidget):
    """Who sends, who receives, and how."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reverse_path = QLineEdit()
        self.recipients = QLineEdit()
        self.size_told = QCheckBox("SIZE")
        self.size_told.setChecked(True)
        self.body = QComboBox()
        self.body.addItems([each or "no BODY=" for each in BODIES])
        self.smtputf8 = QCheckBox("SMTPUTF8")
        self.requiretls = QCheckBox("REQUIRETLS")
        self.ret = QComboBox()
        self.ret.addItems(["no RET=", "FULL", "HDRS"])
        self.envid = QLineEdit()
        self.notify = [QCheckBox(each) for each in CONDITIONS]
        self.orcpt = QLineEdit()
        self.more = QLineEdit()
        self._place()

    def envelope(self, octets: int | None) -> Envelope:
        """The envelope as it is written; ``octets`` of the message, where they are known."""
        return Envelope(
            self.reverse_path.text().strip(),
            addresses(self.recipients.text()),
            octets if self.size_told.isChecked() else None,
            BODIES[self.body.currentIndex()],
            smtputf8=self.smtputf8.isChecked(),
            requiretls=self.requiretls.isChecked(),
            ret=""
            if self.ret.currentIndex() == 0
            else ("FULL", "HDRS")[self.ret.currentIndex() - 1],
            envid=self.envid.text(),
            notify=tuple(box.text() for box in self.notify if box.isChecked()),
            orcpt=self.orcpt.text().strip(),
            more=self.more.text(),
        )

    def _place(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        self.recipients.setPlaceholderText("bob@example.test, carol@example.test")
        self.orcpt.setPlaceholderText("rfc822;bob@example.test")
        self._add(form, "&From", "From", self.reverse_path)
        self._add(form, "&To", "To", self.recipients)
        self._add(form, "MAIL", "", self.size_told, self.body, self.smtputf8, self.requiretls)
        self._add(form, "Notify", "", *self.notify)
        self._add(form, "Return", "", self.ret, self.envid)
        self._add(form, "Original recipient", "ORCPT", self.orcpt)
        self._add(form, "More for MAIL", "More for MAIL", self.more)
        self.body.setAccessibleName("BODY")
        self.ret.setAccessibleName("RET")
        self.envid.setAccessibleName("ENVID")
        self.envid.setPlaceholderText("ENVID, for instance an order number")

    def _add(self, form: QFormLayout, caption: str, name: str, *widgets: QWidget) -> None:
        row = QHBoxLayout()
        for widget in widgets:
            self._watch(widget)
            widget.setAccessibleName(name or getattr(widget, "text", str)())
            row.addWidget(widget)
        if len(widgets) > 1:
            if not isinstance(widgets[-1], QLineEdit):
                row.addStretch(1)
            form.addRow(caption, row)
        else:
            form.addRow(caption, widgets[0])
            # Qt takes a label with an underlined letter for narrower than it is drawn.
            form.labelForField(widgets[0]).setContentsMargins(0, 0, _UNDERLINED, 0)

    def _watch(self, widget: QWidget) -> None:
        if isinstance(widget, QLineEdit):
            widget.textChanged.connect(self.changed)
        elif isinstance(widget, QCheckBox):
            widget.toggled.connect(self.changed)
        elif isinstance(widget, QComboBox):
            widget.currentIndexChanged.connect(self.changed)


def addresses(text: str) -> tuple[str, ...]:
    """Addresses parted by commas, semicolons or blanks, without angle brackets."""
    words = re.split(r"[,;\s]+", text.strip())
    return tuple(word.strip("<>") for word in words if word.strip("<>"))
