"""Noting: a person's marks and remarks, into the session and into the file it was opened from.

Those on a live session are recorded with it.
"""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog

from smtpdebugger.gui.page import SessionPage
from smtpdebugger.session.events import Mark, Remark
from smtpdebugger.transcript.annotating import append_note
from smtpdebugger.transcript.errors import TranscriptError


class Noting(QObject):
    """Carries out what a window asks to be noted."""

    def __init__(self, page: SessionPage) -> None:
        super().__init__(page)
        self._page = page
        page.mark_wanted.connect(self.mark)
        page.remark_wanted.connect(self.ask_for_remark)

    def mark(self, exchange: int) -> None:
        """Mark an exchange, or take its mark away."""
        if self._is_one(exchange):
            is_marked = exchange in self._page.watcher.session.marked
            self._put(Mark(self._now(), exchange, not is_marked))

    def ask_for_remark(self, exchange: int) -> None:
        """Ask what is to be remarked on an exchange."""
        if not self._is_one(exchange):
            return
        dialog = QInputDialog(self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Remark")
        dialog.setLabelText(f"Remark on exchange {exchange}, kept with the session:")
        dialog.textValueSelected.connect(lambda text: self.remark(exchange, text))
        dialog.open()

    def remark(self, exchange: int, text: str) -> None:
        """Keep a remark on an exchange."""
        if text.strip():
            self._put(Remark(self._now(), text.strip(), exchange))

    def _is_one(self, exchange: int) -> bool:
        if 1 <= exchange <= len(self._page.watcher.session.exchanges):
            return True
        self._page.notice.tell("Select a command or a reply first.")
        return False

    def _now(self) -> int:
        times = self._page.watcher.session.columns.times
        return times[-1] if times else 0

    def _put(self, note: Mark | Remark) -> None:
        try:
            if self._page.path is not None:
                append_note(self._page.path, note)
        except TranscriptError as error:
            self._page.notice.tell(str(error))
            return
        self._page.watcher.session.record(note)
        self._page.transcript.table.viewport().update()
