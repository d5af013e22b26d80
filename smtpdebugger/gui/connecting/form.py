"""A form: labelled controls under each other, each with its name for screen readers."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from smtpdebugger.gui.widgets.button import EnterButton

Control = TypeVar("Control", QLineEdit, QComboBox)


class Form(QWidget):
    """Controls are added from top to bottom; ``&`` in a label marks its key."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(12, 12, 12, 8)
        self._layout.setHorizontalSpacing(14)
        self._layout.setVerticalSpacing(7)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def section(self, text: str) -> None:
        """A heading over what follows."""
        label = QLabel(text)
        label.setProperty("role", "section")
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._layout.addRow(label)

    def line(self, label: str, placeholder: str = "", tip: str = "") -> QLineEdit:
        """A field for one line of text."""
        field = QLineEdit()
        field.setPlaceholderText(placeholder)
        return self._add(label, field, tip)

    def secret(self, label: str, tip: str = "") -> QLineEdit:
        """A field whose text is not shown."""
        field = self.line(label, tip=tip)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        return field

    def folder(self, label: str, placeholder: str = "") -> QLineEdit:
        """A field for a folder's path, with a button that asks for it."""
        return self._path(label, placeholder, QFileDialog.FileMode.Directory)

    def file(self, label: str, placeholder: str = "", *, saves: bool = False) -> QLineEdit:
        """A field for a file's path, with a button that asks for it."""
        mode = QFileDialog.FileMode.AnyFile if saves else QFileDialog.FileMode.ExistingFile
        return self._path(label, placeholder, mode)

    def _path(self, label: str, placeholder: str, mode: QFileDialog.FileMode) -> QLineEdit:
        field, name = QLineEdit(), label.replace("&", "")
        field.setPlaceholderText(placeholder)
        field.setAccessibleName(name)
        browse = EnterButton("Choose…")
        browse.setAccessibleName(f"Choose {name.lower()}")
        browse.setAutoDefault(False)
        browse.clicked.connect(lambda: self._ask_for_path(field, name, mode))
        both = QWidget()
        beside = QHBoxLayout(both)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(field, 1)
        beside.addWidget(browse)
        text = QLabel(label)
        text.setBuddy(field)
        self._layout.addRow(text, both)
        return field

    def choice(self, label: str, options: Sequence[tuple[str, object]], tip: str = "") -> QComboBox:
        """One of some values, each with its title."""
        box = QComboBox()
        for title, value in options:
            box.addItem(title, value)
        return self._add(label, box, tip)

    def check(self, text: str, tip: str = "") -> QCheckBox:
        """A box to tick."""
        box = QCheckBox(text)
        box.setAccessibleName(text.replace("&", ""))
        box.setToolTip(tip)
        self._layout.addRow("", box)
        return box

    def add(self, widget: QWidget) -> None:
        """Something of another kind, over the whole width."""
        self._layout.addRow(widget)

    def buttons(self, *texts: str) -> list[QPushButton]:
        """Buttons beside each other."""
        row = QWidget()
        beside = QHBoxLayout(row)
        beside.setContentsMargins(0, 0, 0, 0)
        made = []
        for text in texts:
            button = EnterButton(text)
            button.setAccessibleName(text.replace("&", ""))
            button.setAutoDefault(False)
            beside.addWidget(button)
            made.append(button)
        beside.addStretch(1)
        self._layout.addRow(row)
        return list(made)

    def _add(self, label: str, control: Control, tip: str) -> Control:
        control.setAccessibleName(label.replace("&", ""))
        control.setToolTip(tip)
        self._layout.addRow(label, control)
        return control

    def _ask_for_path(self, field: QLineEdit, name: str, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self, name, field.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.AnyFile:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(field.setText)
        dialog.open()


def choose(box: QComboBox, value: object) -> None:
    """Show the entry that stands for a value."""
    box.setCurrentIndex(max(0, box.findData(value)))
