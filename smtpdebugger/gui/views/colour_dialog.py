"""The dialog with the colour rules: a list in their order, and the one that is being changed."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.models.colour_rules import COLOURS, ColourRule, read_rules, written
from smtpdebugger.gui.theme import icon, plain_tip, tokens
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.session.filter_keys import HELP
from smtpdebugger.settings import Settings

LEAD = "The first rule whose filter lets a row through gives the row its colour."
_NEW = ColourRule(COLOURS["violet"], "verb:RCPT")


class ColourDialog(QDialog):
    """Shows rules and tells those that were chosen, as text for the settings."""

    chosen = Signal(str)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Colour rules")
        self.setAccessibleName("Colour rules")
        self.rules = read_rules(text)
        self.list = QListWidget()
        self.list.setAccessibleName("Rules")
        self.colour = QComboBox()
        self.colour.setAccessibleName("Colour")
        self.colour.addItems([name.capitalize() for name in COLOURS])
        self.filter = QLineEdit()
        self.filter.setAccessibleName("Filter of the rule")
        self.filter.setToolTip(plain_tip(HELP))
        self._problem = WrappedLabel("", "error")
        self._problem.setAccessibleName("Problem")
        self.add = self._button("&Add", "", self._add)
        self.remove = self._button("&Remove", "", self._remove)
        self.up = self._button("&Up", "Alt+Up", lambda: self._move(-1))
        self.down = self._button("&Down", "Alt+Down", lambda: self._move(1))
        self._box = self._buttons()
        self._place()
        self.list.currentRowChanged.connect(self._show_rule)
        self.colour.activated.connect(self._change)
        self.filter.textEdited.connect(self._change)
        self._fill(0)

    def sizeHint(self) -> QSize:
        """Wide enough for a filter, low enough for a small screen."""
        return QSize(560, 420)

    def _fill(self, current: int) -> None:
        """Show all rules anew."""
        self.list.blockSignals(True)
        self.list.clear()
        for rule in self.rules:
            item = QListWidgetItem()
            self.list.addItem(item)
            self._dress(item, rule)
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(current, len(self.rules) - 1))
        self._show_rule(self.list.currentRow())

    def _dress(self, item: QListWidgetItem, rule: ColourRule) -> None:
        item.setText(rule.filter_text or "(no filter)")
        item.setIcon(icon("dot", rule.colour.text))
        item.setSizeHint(QSize(0, self.list.fontMetrics().height() + 10))
        item.setForeground(tokens().color(rule.colour.text))
        item.setBackground(tokens().color(rule.colour.ground))
        words = f"{rule.colour.name}: {rule.filter_text}. {rule.problem}".strip()
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)

    def _show_rule(self, place: int) -> None:
        is_one = 0 <= place < len(self.rules)
        for each in (self.colour, self.filter, self.remove):
            each.setEnabled(is_one)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(is_one and place + 1 < len(self.rules))
        rule = self.rules[place] if is_one else None
        if rule is not None:
            self.colour.setCurrentIndex(list(COLOURS).index(rule.colour.name))
        if self.filter.text() != (text := rule.filter_text if rule else ""):
            self.filter.setText(text)
        self._tell()

    def _change(self, *_: object) -> None:
        place = self.list.currentRow()
        if not 0 <= place < len(self.rules):
            return
        colour = list(COLOURS.values())[self.colour.currentIndex()]
        self.rules[place] = ColourRule(colour, self.filter.text())
        self._dress(self.list.item(place), self.rules[place])
        self._tell()

    def _tell(self) -> None:
        """What is wrong with the rule that is shown, or else with another one."""
        place = self.list.currentRow()
        shown = self.rules[place].problem if 0 <= place < len(self.rules) else ""
        others = (f"{rule.filter_text}: {rule.problem}" for rule in self.rules if rule.problem)
        problem = shown or next(others, "")
        self._problem.setText(problem)
        self.filter.setProperty("role", "wrong" if shown else "")
        self.filter.setAccessibleDescription(shown)
        self.filter.style().unpolish(self.filter)
        self.filter.style().polish(self.filter)
        self._box.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)

    def _add(self) -> None:
        place = self.list.currentRow() + 1
        self.rules.insert(place, _NEW)
        self._fill(place)
        self.filter.setFocus()
        self.filter.selectAll()

    def _remove(self) -> None:
        place = self.list.currentRow()
        if 0 <= place < len(self.rules):
            del self.rules[place]
            self._fill(place)

    def _move(self, step: int) -> None:
        place = self.list.currentRow()
        if 0 <= place < len(self.rules) and 0 <= place + step < len(self.rules):
            self.rules.insert(place + step, self.rules.pop(place))
            self._fill(place + step)

    def _restore(self) -> None:
        self.rules = read_rules(Settings().colour_rules)
        self._fill(0)

    def _finish(self) -> None:
        self.accept()
        self.chosen.emit(written(self.rules))

    # Setting up

    def _button(self, text: str, key: str, act: object) -> QPushButton:
        button = QPushButton(text)
        name = text.replace("&", "")
        button.setAccessibleName(
            f"{name} rule" if name in {"Add", "Remove"} else f"Move {name.lower()}"
        )
        button.setAutoDefault(False)
        if key:
            button.setShortcut(QKeySequence(key))
            button.setToolTip(key)
        button.clicked.connect(act)
        return button

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.RestoreDefaults)
        for kind in (kinds.Ok, kinds.Cancel, kinds.RestoreDefaults):
            box.button(kind).setAccessibleName(box.button(kind).text().replace("&", ""))
        box.accepted.connect(self._finish)
        box.rejected.connect(self.reject)
        box.button(kinds.RestoreDefaults).clicked.connect(self._restore)
        return box

    def _place(self) -> None:
        side = QVBoxLayout()
        for each in (self.add, self.remove, self.up, self.down):
            side.addWidget(each)
        side.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addLayout(side)
        form = QFormLayout()
        form.addRow("&Filter", self.filter)
        form.addRow("&Colour", self.colour)
        layout = QVBoxLayout(self)
        layout.addWidget(WrappedLabel(LEAD, "small"))
        layout.addLayout(middle, 1)
        layout.addLayout(form)
        layout.addWidget(self._problem)
        layout.addWidget(self._box)
