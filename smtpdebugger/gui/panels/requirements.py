"""The requirements panel: what a program needs, held against the session as it goes on."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.diagnosis.requirements import Level, Profile, Requirement
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.needs import Needs, NeedsFeed
from smtpdebugger.gui.models.needs_model import Column, NeedsModel
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.panels.requirement_dialog import RequirementDialog
from smtpdebugger.gui.widgets.read_only import ReadOnlyText
from smtpdebugger.gui.widgets.table import ListTable
from smtpdebugger.gui.widgets.text import WrappedLabel

NOTHING = (
    "What does your program need of a server? Add it, take it from this session, or open a list. "
    "Every server you connect to is then held against it."
)


class RequirementsPanel(QFrame):
    """The list is the window's; the verdicts are those of the session that is shown here."""

    exchange_requested = Signal(int)
    open_wanted = Signal()
    save_wanted = Signal()

    def __init__(
        self,
        watcher: SessionWatcher,
        explainer: Explainer,
        needs: Needs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._explainer, self._needs = explainer, needs
        self.feed = NeedsFeed(watcher, explainer, needs, self)
        self.model = NeedsModel(needs, self.feed, self)
        self.table = RequirementsTable(self.model, self)
        self._headline = WrappedLabel(NOTHING, "small")
        self._headline.setAccessibleName("Verdict")
        self.details = ReadOnlyText(may_scroll=True)
        self.details.setAccessibleName("Requirement")
        self._remove = _button("Remove", "Remove the requirement", self.remove)
        self._level = _button("Optional", "Make it optional", self.turn_level)
        self._add_button = _button("Add…", "Add a requirement", self.ask_for_one)
        self.setFocusProxy(self._add_button)
        self._place()
        self.table.selectionModel().selectionChanged.connect(self.refresh)
        self.table.chosen.connect(self._show_exchange)
        self.table.removed.connect(self.remove)
        self.table.turned.connect(self.turn_level)
        self.feed.changed.connect(self.refresh)
        self.feed.derived.connect(needs.put)
        self.refresh()

    @property
    def selected(self) -> Requirement | None:
        """The requirement that is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.wanted(rows[0].row()) if rows else None

    def refresh(self) -> None:
        """Show the verdicts as they are."""
        profile, found = self._needs.profile, self.feed.verdicts
        has_any = profile is not None and bool(profile.requirements)
        text = NOTHING if not has_any else found.summary if found else "Still being read…"
        title = f"{profile.title}: " if profile is not None and profile.title and has_any else ""
        self._headline.setText(title + text)
        self.table.setAccessibleDescription(title + text)
        self.table.setVisible(has_any)
        self.setFocusProxy(self.table if has_any else self._add_button)
        wanted = self.selected
        for button in (self._remove, self._level):
            button.setEnabled(wanted is not None)
        other = _other_level(wanted) if wanted is not None else "optional"
        self._level.setText(other.capitalize())
        self._level.setAccessibleName(f"Make it {other}")
        self._tell(wanted)

    def ask_for_one(self) -> None:
        """Ask for one more requirement."""
        dialog = RequirementDialog(self._explainer.knowledge, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._add)
        dialog.open()

    def remove(self) -> None:
        """Take the selected one off the list."""
        profile, wanted = self._needs.profile, self.selected
        if profile is not None and wanted is not None:
            self._needs.put(profile.without(wanted))

    def turn_level(self) -> None:
        """What was required is optional, and the other way round."""
        profile, wanted = self._needs.profile, self.selected
        if profile is not None and wanted is not None:
            other = _other_level(wanted)
            self._needs.put(profile.with_level(wanted.kind, wanted.name, other))

    def _add(self, wanted: Requirement) -> None:
        self._needs.put((self._needs.profile or Profile()).adding(wanted))

    def _tell(self, wanted: Requirement | None) -> None:
        self.details.setVisible(wanted is not None)
        if wanted is None:
            return
        row = self.table.selectionModel().selectedRows()[0].row()
        checked = self.model.checked(row)
        lead = checked.why if checked is not None else ""
        instead = (
            f"Instead: {checked.fallback}"
            if checked is not None and (checked.verdict != "met" and checked.fallback)
            else ""
        )
        self.details.show_paragraphs(lead, tuple(filter(None, (instead, wanted.reason))))

    def _show_exchange(self, row: int) -> None:
        checked = self.model.checked(row)
        if checked is not None and checked.exchange:
            self.exchange_requested.emit(checked.exchange)

    def _place(self) -> None:
        more = QToolButton()
        more.setText("List")
        more.setAccessibleName("List of requirements")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        menu.addAction("&Take it from this session").triggered.connect(self.feed.derive)
        menu.addAction("&Open…").triggered.connect(self.open_wanted)
        menu.addAction("&Save as…").triggered.connect(self.save_wanted)
        menu.addAction("&Clear").triggered.connect(lambda: self._needs.put(Profile()))
        more.setMenu(menu)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._add_button)
        row.addWidget(self._remove)
        row.addWidget(self._level)
        row.addStretch(1)
        row.addWidget(more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self._headline)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.details)
        layout.addStretch(0)
        layout.addLayout(row)


class RequirementsTable(ListTable):
    """Enter and a click show the exchange, Space turns the level, Delete removes."""

    removed = Signal()
    turned = Signal()

    def __init__(self, model: NeedsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, "Requirements", Column.NAME, parent)
        self.measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What other lists have not: Space and Delete."""
        match event.key():
            case Qt.Key.Key_Delete:
                self.removed.emit()
            case Qt.Key.Key_Space:
                self.turned.emit()
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is told of the selected row takes room from the table, and must not hide the row."""
        super().resizeEvent(event)
        if rows := self.selectionModel().selectedRows():
            self.scrollTo(rows[0])

    def measure(self) -> None:
        """The columns at both sides as wide as what stands in them."""
        super().measure()
        self.setColumnWidth(Column.VERDICT, 26)
        self.setColumnWidth(Column.LEVEL, self.fontMetrics().horizontalAdvance("required") + 16)


def _other_level(wanted: Requirement) -> Level:
    return "optional" if wanted.level == "required" else "required"


def _button(text: str, name: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.clicked.connect(lambda: act())
    return button
