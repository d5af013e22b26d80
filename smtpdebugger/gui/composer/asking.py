"""Asks before anything is sent that could deliver mail, unless this is a test server."""

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QWidget

from smtpdebugger.diagnosis.advice import Advice


class Asking(QCheckBox):
    """A tick box that turns the question off; it stays as long as the window does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("This is a test server: do not ask", parent)
        self.setAccessibleName("This is a test server")
        self.setToolTip("Unless it is ticked, what could deliver mail is sent at the second try.")
        self._asked: str | None = None

    def lets(self, what: str) -> bool:
        """Whether ``what`` may be sent now: it was asked about just before, or nothing is."""
        was_asked, self._asked = self._asked == what, what
        if was_asked or self.isChecked():
            self._asked = None
            return True
        return False

    @staticmethod
    def question(recipients: Sequence[str]) -> Advice:
        """What is asked."""
        people = ", ".join(recipients[:3]) or "its recipients"
        return Advice("warning", f"This can deliver mail to {people}: send it again to do so")
