"""Tab: what a window has to know of anything that stands in one of its tabs."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from smtpdebugger.gui.models.standing import Standing

FRESH = "New connection"


class Tab(QWidget):
    """By itself it stands for a file that is opened when its tab is shown for the first time."""

    restood = Signal()
    """Its title or its standing may be another."""
    stirred = Signal()
    """Something came while it rested."""

    def __init__(self, path: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = path.name if path else FRESH
        """The server or the file."""
        self.path = path
        """The file that is shown; None for a connection."""

    is_waiting = True
    """Whether the file is still to be opened."""

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was shown or begun here yet."""
        return self.title == FRESH

    @property
    def is_live(self) -> bool:
        """Whether there is a connection, or one is being made."""
        return False

    @property
    def cut_off(self) -> str:
        """What would be cut off half-way if it were closed now, as a clause; empty: nothing."""
        return ""

    @property
    def standing(self) -> Standing:
        """How its session stands, in a sign and in words."""
        return Standing(False, "")

    def rest(self, is_resting: bool) -> None:
        """Another tab is shown, or this one."""
