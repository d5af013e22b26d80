"""SessionWatcher: tells widgets that the session they show has grown, in batches.

A session calls its subscribers after every event; ten thousand replies must not mean ten thousand
repaints.
"""

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from smtpdebugger.session.session import Session

BATCH_MILLISECONDS = 8
HELD_MILLISECONDS = 100
"""While a large file is being read."""
SHARE = 4
"""Between two batches so many times as long passes as the first took to be shown."""


class SessionWatcher(QObject):
    """Follows one session at a time."""

    replaced = Signal()
    """Another session is shown from now on."""
    grown = Signal()
    """The session has more rows; at most once per batch."""
    changed = Signal()
    """What follows from the session may be something else now; at most once per batch, and not
    while a large file is being read: then once, at its end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self._is_held = False
        self._unsubscribe = self._session.subscribe(self._grown)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BATCH_MILLISECONDS)
        self._timer.timeout.connect(self._tell)

    @property
    def session(self) -> Session:
        """The session shown; an empty one before the first."""
        return self._session

    def show(self, session: Session) -> None:
        """Follow another session."""
        self._unsubscribe()
        self._timer.stop()
        self._is_held = False
        self._session = session
        self._unsubscribe = session.subscribe(self._grown)
        self.replaced.emit()

    def hold(self, is_held: bool) -> None:
        """A large file is being read, or is not any more."""
        was_held, self._is_held = self._is_held, is_held
        if was_held and not is_held:
            self.changed.emit()

    def close(self) -> None:
        """Stop following; the last batch is told first."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        if self._timer.isActive():
            self._timer.stop()
            self.grown.emit()
            self.changed.emit()

    def _tell(self) -> None:
        began = perf_counter()
        self.grown.emit()
        if not self._is_held:
            self.changed.emit()
        # A large session that is read while it is shown must not be shown and never read.
        took = round((perf_counter() - began) * 1000)
        least = HELD_MILLISECONDS if self._is_held else BATCH_MILLISECONDS
        self._timer.setInterval(max(least, SHARE * took))

    def _grown(self, _session: Session) -> None:
        if not self._timer.isActive():
            self._timer.start()
