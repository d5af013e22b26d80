"""Capabilities panel: what the server offers now, and what that means."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smtpdebugger.gui.models.capability_model import CapabilityModel, Column
from smtpdebugger.gui.models.capability_rows import capability_rows, headline
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.views.capability_delegate import MARK_WIDTH, PAD, CapabilityDelegate
from smtpdebugger.gui.widgets.table import ListTable
from smtpdebugger.gui.widgets.text import ElidedLabel, WrappedLabel

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


class CapabilityTable(ListTable):
    """Named ``Capabilities`` for screen readers."""

    def __init__(self, model: CapabilityModel, parent: QWidget | None = None) -> None:
        super().__init__(model, "Capabilities", Column.WORDS, parent)
        self._delegate = CapabilityDelegate(model, self)
        self.setItemDelegate(self._delegate)
        self.measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow table has no room for references; explanation and tool tip name them too."""
        characters = self.viewport().width() // self._delegate.plain_metrics.averageCharWidth()
        self.setColumnHidden(Column.REFERENCE, characters < _NARROW)
        super().resizeEvent(event)

    def measure(self) -> None:
        """The delegate has fonts of its own."""
        self._delegate.refresh_fonts()
        self.set_row_height(self._delegate.plain_metrics)
        keyword = self._delegate.keyword_metrics.horizontalAdvance(_LONGEST_KEYWORD)
        self.setColumnWidth(Column.KEYWORD, keyword + MARK_WIDTH + 2 * PAD)
        reference = self._delegate.plain_metrics.horizontalAdvance("RFC 0000")
        self.setColumnWidth(Column.REFERENCE, reference + 2 * PAD)
