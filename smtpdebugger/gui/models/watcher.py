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
SHARE = 9
"""Between two batches so many times as long passes as the first took to be shown: nine tenths of
a busy session's time are the wire's."""
LONGEST_MILLISECONDS = 250
"""And never longer: what is shown must look alive."""


class SessionWatcher(QObject):
    """Follows one session at a time."""

    replaced = Signal()
    """Another session is shown from now on."""
    grown = Signal()
    """The session has more rows; at most once per batch."""
    changed = Signal()
    """What follows from the session may be something else now; at most once per batch, and not
    while a large file is being read: then once, at its end."""
    stirred = Signal()
    """The session has grown while nobody looks at it; now and then."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self._is_resting = self._is_behind = False
        self._is_held = False
        self._unsubscribe = self._session.subscribe(self._grown)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tell)
        self._spent = 0.0
        """Seconds that showing the last batch has taken so far."""
        self._told = 0.0
        """When that batch was told."""

    @property
    def session(self) -> Session:
        """The session shown; an empty one before the first."""
        return self._session

    @property
    def is_held(self) -> bool:
        """Whether a large file is being read."""
        return self._is_held

    def show(self, session: Session, *, is_held: bool = False) -> None:
        """Follow another session; ``is_held`` as in ``hold``."""
        self._unsubscribe()
        self._timer.stop()
        self._is_held = is_held
        self._session = session
        self._unsubscribe = session.subscribe(self._grown)
        self.replaced.emit()

    def hold(self, is_held: bool) -> None:
        """A large file is being read, or is not any more."""
        was_held, self._is_held = self._is_held, is_held
        if was_held and not is_held:
            self.changed.emit()

    def rest(self, is_resting: bool) -> None:
        """Nobody looks at what is shown, or somebody does again; then all that came is told."""
        self._is_resting = is_resting
        if self._is_behind and not is_resting:
            self._is_behind = False
            self._timer.stop()
            self._tell()

    def close(self) -> None:
        """Stop following; the last batch is told first."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        if self._timer.isActive():
            self._timer.stop()
            self.grown.emit()
            self.changed.emit()

    def spent(self, seconds: float) -> None:
        """Painting took so long; it comes after the telling, and puts the next one off."""
        self._spent += seconds
        if self._timer.isActive():
            self._timer.start(self._pause())

    def _tell(self) -> None:
        if self._is_resting:
            self.stirred.emit()
            return
        began = perf_counter()
        self.grown.emit()
        if not self._is_held:
            self.changed.emit()
        self._told = perf_counter()
        self._spent = self._told - began

    def _grown(self, _session: Session) -> None:
        self._is_behind = self._is_resting
        if not self._timer.isActive():
            self._timer.start(self._pause())

    def _pause(self) -> int:
        """Milliseconds until the next batch; the first after a silence comes at once.

        A session that is busy while it is shown must not be shown and never read.
        """
        if self._is_resting:
            return LONGEST_MILLISECONDS
        least = HELD_MILLISECONDS if self._is_held else BATCH_MILLISECONDS
        wanted = min(SHARE * self._spent * 1000, LONGEST_MILLISECONDS)
        passed = (perf_counter() - self._told) * 1000
        return max(least, round(wanted - passed))
