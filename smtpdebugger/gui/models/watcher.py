"""SessionWatcher: tells widgets that the session they show has grown, in batches.

A session calls its subscribers after every event; ten thousand replies must not mean ten thousand
repaints.
"""

from PySide6.QtCore import QObject, QTimer, Signal

from smtpdebugger.session.session import Session

BATCH_MILLISECONDS = 8


class SessionWatcher(QObject):
    """Follows one session at a time."""

    replaced = Signal()
    """Another session is shown from now on."""
    changed = Signal()
    """The session has grown; at most once per batch."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self._unsubscribe = self._session.subscribe(self._grown)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BATCH_MILLISECONDS)
        self._timer.timeout.connect(self.changed)

    @property
    def session(self) -> Session:
        """The session shown; an empty one before the first."""
        return self._session

    def show(self, session: Session) -> None:
        """Follow another session."""
        self._unsubscribe()
        self._timer.stop()
        self._session = session
        self._unsubscribe = session.subscribe(self._grown)
        self.replaced.emit()

    def close(self) -> None:
        """Stop following; the last batch is told first."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        if self._timer.isActive():
            self._timer.stop()
            self.changed.emit()

    def _grown(self, _session: Session) -> None:
        if not self._timer.isActive():
            self._timer.start()
