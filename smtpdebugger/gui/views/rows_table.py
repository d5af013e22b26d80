"""Rows table: what a delegate has to know of the table it paints for."""

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QTableView, QWidget

from smtpdebugger.gui.models.shown_rows import ShownRows
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.widgets.viewport import find_viewport


class RowsTable(QTableView):
    """A table over a transcript model that knows where whole rows stand."""

    def __init__(self, transcript: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.transcript = transcript
        self._viewport = find_viewport(self)
        self.hovered_pill = -1
        """The position of the annotation whose pill is under the mouse, or -1."""
        self.setModel(transcript)

    @property
    def rows(self) -> ShownRows:
        """What is shown now."""
        return self.transcript.rows

    def row_rect(self, position: int) -> QRect:
        """Where a whole row stands in the viewport."""
        top = self.rowViewportPosition(position)
        return QRect(0, top, self.viewport().width(), self.rowHeight(position))
