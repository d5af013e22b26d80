"""Needs: what a person's program needs of a server; one list for all sessions of a window."""

from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.turns import next_turn
from smtpdebugger.gui.models.watcher import SessionWatcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtpdebugger.diagnosis.compatibility import Compatibility, Sightings
    from smtpdebugger.diagnosis.requirements import Profile

SLICE_MILLISECONDS = 4
AT_ONCE = 32
"""Exchanges between two looks at the clock."""


class Needs(QObject):
    """The list, or None while nobody has begun one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.profile: Profile | None = None

    def put(self, profile: "Profile") -> None:
        """This is what is needed from now on."""
        self.profile = profile
        self.changed.emit()


class NeedsFeed(QObject):
    """Holds the needs against the session that is shown, in slices, as it goes on."""

    changed = Signal()
    """Another verdict may be known."""
    derived = Signal(object)
    """The Profile of the session that ``derive`` was asked for."""

    def __init__(
        self,
        watcher: SessionWatcher,
        explainer: Explainer,
        needs: Needs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._watcher, self._explainer, self._needs = watcher, explainer, needs
        self._seen: Sightings | None = None
        self._deriving: Iterator[Profile | None] | None = None
        self._timer = next_turn(self, self._step)
        watcher.replaced.connect(self._begin)
        watcher.changed.connect(self._go_on)
        explainer.ready.connect(self._begin)
        needs.changed.connect(self._go_on)
        self._begin()

    @property
    def verdicts(self) -> "Compatibility | None":
        """What the session has shown so far; None where nothing is known or needed."""
        if self._seen is None or self._needs.profile is None:
            return None
        return self._seen.check(self._needs.profile)

    @property
    def is_ready(self) -> bool:
        """Whether what is known is loaded."""
        return self._seen is not None

    def derive(self) -> None:
        """Read off the session what its client used; ``derived`` tells."""
        knowledge = self._explainer.knowledge
        if knowledge is not None:
            from smtpdebugger.diagnosis.requirements import derive_slices  # noqa: PLC0415

            session = self._watcher.session
            # Of a file its name: the list may go to others, the folder is nobody's business.
            title = PurePath(session.header.title).name
            self._deriving = derive_slices(session, knowledge, title, AT_ONCE)
            self._timer.start()

    def _begin(self) -> None:
        knowledge, self._seen, self._deriving = self._explainer.knowledge, None, None
        if knowledge is not None:
            from smtpdebugger.diagnosis.compatibility import Sightings  # noqa: PLC0415

            self._seen = Sightings(self._watcher.session, knowledge)
        self._go_on()

    def _go_on(self) -> None:
        if self._seen is not None and self._seen.is_behind:
            self._timer.start()
        self.changed.emit()

    def _step(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        while clock.elapsed() < SLICE_MILLISECONDS:
            if self._deriving is not None:
                self._derive_on(self._deriving)
            elif self._seen is not None and self._seen.is_behind:
                self._seen.advance(AT_ONCE)
            else:
                self.changed.emit()
                return
        self._timer.start()

    def _derive_on(self, deriving: "Iterator[Profile | None]") -> None:
        profile = next(deriving, None)
        if profile is not None:
            self._deriving = None
            self.derived.emit(profile)
