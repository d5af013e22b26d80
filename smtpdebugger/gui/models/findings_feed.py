"""FindingsFeed: the findings of the session that is shown, found in slices as it grows."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.turns import next_turn
from smtpdebugger.gui.models.watcher import SessionWatcher

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.model import Finding
    from smtpdebugger.diagnosis.watchdog import Watchdog

SLICE_MILLISECONDS = 4
AT_ONCE = 128
"""Exchanges between two looks at the clock."""


class FindingsFeed(QObject):
    """Follows the watcher's session, once the knowledge is loaded."""

    replaced = Signal()
    """Another session: there are no findings yet."""
    grown = Signal()
    """There are more findings than before."""
    settled = Signal()
    """Every exchange was looked at that can be, and there are more findings than the last time."""

    def __init__(
        self, watcher: SessionWatcher, explainer: Explainer, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._watcher, self._explainer = watcher, explainer
        self._watchdog: Watchdog | None = None
        self._exchanges: list[int] = []
        self._told = 0
        self._timer = next_turn(self, self._step)
        watcher.replaced.connect(self._begin)
        watcher.changed.connect(self._go_on)
        explainer.ready.connect(self._begin)
        if explainer.knowledge is not None:
            self._begin()

    @property
    def findings(self) -> "Sequence[Finding]":
        """All findings so far, in the order of their exchanges."""
        return self._watchdog.findings if self._watchdog is not None else ()

    @property
    def left_out(self) -> int:
        """How many more there are than anybody would read."""
        return self._watchdog.left_out if self._watchdog is not None else 0

    @property
    def is_settled(self) -> bool:
        """Whether every exchange was looked at that can be."""
        return not self._timer.isActive()

    def of_exchange(self, number: int) -> "Sequence[Finding]":
        """The findings of one exchange."""
        start = bisect_left(self._exchanges, number)
        return self.findings[start : bisect_left(self._exchanges, number + 1)]

    def names_of(self, number: int) -> frozenset[str]:
        """The severities and rules of an exchange's findings, for the filter."""
        found = self.of_exchange(number)
        return frozenset(name for each in found for name in (each.severity, each.rule))

    def next_exchange(self, number: int, step: int) -> int:
        """The next (1) or the previous (-1) exchange with a finding; 0 where there is none."""
        if step > 0:
            at = bisect_left(self._exchanges, number + 1)
            return self._exchanges[at] if at < len(self._exchanges) else 0
        at = bisect_left(self._exchanges, number) - 1
        return self._exchanges[at] if at >= 0 else 0

    def _begin(self) -> None:
        knowledge = self._explainer.knowledge
        self._exchanges.clear()
        self._told = 0
        self._watchdog = None
        if knowledge is not None:
            # Not before: nothing can be found until the window is on the screen.
            from smtpdebugger.diagnosis.watchdog import Watchdog  # noqa: PLC0415

            self._watchdog = Watchdog(self._watcher.session, knowledge)
        self.replaced.emit()
        self._go_on()

    def _go_on(self) -> None:
        # While a large file is read, its rows come first; the watcher tells when it is at its end.
        is_due = self._watchdog is not None and self._watchdog.is_behind
        if is_due and not self._watcher.is_held:
            self._timer.start()

    def _step(self) -> None:
        watchdog = self._watchdog
        if watchdog is None:
            return
        clock = QElapsedTimer()
        clock.start()
        found = False
        while watchdog.is_behind and clock.elapsed() < SLICE_MILLISECONDS:
            new = watchdog.advance(AT_ONCE)
            self._exchanges.extend(each.exchange for each in new)
            found = found or bool(new)
        if watchdog.is_behind:
            self._timer.start()
        if found:
            self.grown.emit()
        if not watchdog.is_behind and len(self._exchanges) > self._told:
            self._told = len(self._exchanges)
            self.settled.emit()
