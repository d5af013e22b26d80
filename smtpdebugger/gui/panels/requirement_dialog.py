"""The dialog that asks for one more thing that a program needs."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.diagnosis.requirements import Kind, Level, Requirement
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.protocol.sasl import MECHANISMS

if TYPE_CHECKING:
    from smtpdebugger.knowledge.tables import Knowledge

KINDS: tuple[tuple[str, Kind], ...] = (
    ("Extension", "extension"),
    ("Login mechanism", "mechanism"),
    ("Command", "command"),
    ("Parameter of MAIL or RCPT", "parameter"),
    ("Largest message, in octets", "size"),
    ("TLS from the first octet", "tls"),
)
LEVELS: tuple[tuple[str, Level], ...] = (("Required", "required"), ("Optional", "optional"))
_BY_HAND = "Written down by hand."
_LONGEST = 60


class RequirementDialog(QDialog):
    """What is wrong is said, not lost."""

    chosen = Signal(Requirement)

    def __init__(self, knowledge: "Knowledge | None", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add a requirement")
        self.setAccessibleName("Add a requirement")
        self._knowledge = knowledge
        self._kind, self._name, self._level = QComboBox(), QComboBox(), QComboBox()
        for title, kind in KINDS:
            self._kind.addItem(title, kind)
        for title, level in LEVELS:
            self._level.addItem(title, level)
        self._entry = QLineEdit()
        self._entry.setAccessibleName("Name")
        self._name.setLineEdit(self._entry)
        self._name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._problem = WrappedLabel()
        self._problem.setProperty("role", "error")
        self._problem.setAccessibleName("Problem")
        self._problem.hide()
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, box in (("&Kind", self._kind), ("&Name", self._name), ("&Level", self._level)):
            box.setAccessibleName(label.replace("&", ""))
            form.addRow(label, box)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.button(kinds.Ok).setText("&Add")
        buttons.button(kinds.Ok).setAccessibleName("Add")
        buttons.button(kinds.Cancel).setAccessibleName("Cancel")
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._problem)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.setMinimumWidth(420)
        self._kind.currentIndexChanged.connect(self._show_names)
        self._show_names()

    def requirement(self) -> Requirement:
        """What the fields say. Raises ValueError with a sentence."""
        kind = cast("Kind", self._kind.currentData())
        level = cast("Level", self._level.currentData())
        name = self._name.currentText().strip().upper()
        if kind == "tls":
            name = "TLS"
        elif kind == "size":
            name = name.replace(",", "").replace(" ", "")
            if not (name.isascii() and name.isdecimal() and 0 < int(name) < 2**63):
                raise ValueError("Name: a number of octets, as 10485760.")
            name = str(int(name))
        elif not name or len(name) > _LONGEST or not name.isprintable() or " " in name:
            raise ValueError("Name: one word, as the server writes it, for example PIPELINING.")
        return Requirement(kind, name, level, _BY_HAND)

    def _finish(self) -> None:
        try:
            wanted = self.requirement()
        except ValueError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self.accept()
        self.chosen.emit(wanted)

    def _show_names(self) -> None:
        kind = self._kind.currentData()
        names = _names(kind, self._knowledge)
        self._name.clear()
        self._name.addItems(names)
        self._name.setCurrentText("")
        self._name.setEnabled(kind != "tls")
        completer = QCompleter(names, self._entry)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._name.setCompleter(completer)


def _names(kind: Kind, knowledge: "Knowledge | None") -> list[str]:
    """What is known of a kind; anything else may be written too."""
    if kind == "mechanism":
        return sorted(MECHANISMS)
    if knowledge is None or kind in {"size", "tls"}:
        return []
    if kind == "command":
        return sorted(knowledge.verbs)
    if kind == "extension":
        return sorted(knowledge.extensions)
    found = {
        text.partition("=")[0].split(" ")[0].upper()
        for each in knowledge.extensions.values()
        for text in (*each.mail_parameters, *each.rcpt_parameters)
    }
    return sorted(found | {"BODY=8BITMIME", "BODY=BINARYMIME"})
