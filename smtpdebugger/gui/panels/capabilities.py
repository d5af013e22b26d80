"""Capabilities panel: what the server offers now, and what that means."""

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.models.capability_model import CapabilityModel, Column
from smtpdebugger.gui.models.capability_rows import capability_rows, headline
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.views.capability_delegate import MARK_WIDTH, PAD, CapabilityDelegate
from smtpdebugger.gui.widgets.table import show_whole_rows
from smtpdebugger.gui.widgets.text import ElidedLabel, WrappedLabel
from smtpdebugger.gui.widgets.viewport import find_viewport

_NO_CHANGE = QItemSelectionModel.SelectionFlag.NoUpdate
_NARROW = 44
"""In a table of fewer average characters, the reference gives way to the words."""
_LONGEST_KEYWORD = "MT-PRIORITY"
"""The longest usual keyword that has parameters; one without may be longer."""


class CapabilitiesPanel(QFrame):
    """Follows the watcher's session."""

    def __init__(
        self, watcher: SessionWatcher, explainer: Explainer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._watcher = watcher
        self._explainer = explainer
        self._model = CapabilityModel(self)
        self.table = CapabilityTable(self._model, self)
        self._headline = ElidedLabel("", "small")
        self._explanation = WrappedLabel("", "small")
        self._explanation.setAccessibleName("Capability explanation")
        self._place()
        self.table.selectionModel().selectionChanged.connect(self._explain)
        self._model.modelReset.connect(self._explain)
        self._model.dataChanged.connect(self._explain)
        watcher.replaced.connect(self.refresh)
        watcher.changed.connect(self.refresh)
        explainer.ready.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the session as it stands."""
        session = self._watcher.session
        self._model.show_rows(capability_rows(session, self._explainer.knowledge))
        text = headline(session.situation)
        if text != self._headline.text():
            self._headline.setText(text)
            self.table.setAccessibleDescription(text)

    def _explain(self) -> None:
        row = self._model.row(self.table.currentIndex())
        is_selected = self.table.selectionModel().hasSelection()
        text = ""
        if row is not None and is_selected:
            text = " ".join(filter(None, (row.explanation, row.reference and f"({row.reference})")))
        self._explanation.setText(text)
        self._explanation.setAccessibleDescription(text)
        self._explanation.setVisible(bool(text))

    def _place(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self._headline)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._explanation)
        self._explanation.hide()


class CapabilityTable(QTableView):
    """Named ``Capabilities`` for screen readers; Esc lets go of the selection."""

    def __init__(self, model: CapabilityModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewport = find_viewport(self)
        self.setModel(model)
        self._delegate = CapabilityDelegate(model, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Capabilities")
        show_whole_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setSectionResizeMode(Column.WORDS, QHeaderView.ResizeMode.Stretch)
        model.modelReset.connect(self._keep_current)
        self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc lets go of the selection; everything else is Qt's."""
        if event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow table has no room for references; explanation and tool tip name them too."""
        characters = self.viewport().width() // self._delegate.plain_metrics.averageCharWidth()
        self.setColumnHidden(Column.REFERENCE, characters < _NARROW)
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another font or theme: measure anew."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()

    def _keep_current(self) -> None:
        """A screen reader needs a current index at all times."""
        if self.model().rowCount() > 0:
            self.selectionModel().setCurrentIndex(self.model().index(0, 0), _NO_CHANGE)

    def _measure(self) -> None:
        self._delegate.refresh_fonts()
        height = self._delegate.plain_metrics.height() + 7
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        keyword = self._delegate.keyword_metrics.horizontalAdvance(_LONGEST_KEYWORD)
        self.setColumnWidth(Column.KEYWORD, keyword + MARK_WIDTH + 2 * PAD)
        reference = self._delegate.plain_metrics.horizontalAdvance("RFC 0000")
        self.setColumnWidth(Column.REFERENCE, reference + 2 * PAD)
