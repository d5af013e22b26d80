"""The one watchdog of a connection: tells when what is awaited does not come in time.

A timer per command would be simpler, but under Qt a cancelled timer lives on until it would have
fired, five minutes here. This one keeps a deadline, and wakes at most twice a second to look.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

_TICK = 0.5


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that must happen within ``seconds``."""

    key: object
    """Equal keys are the same expectation: its time goes on running."""
    seconds: float
    what: str
    """The sentence for when it did not happen."""
    advice: str = ""
    waiting: str = ""
    """What is awaited, as in “for the greeting”."""


class Watchdog:
    """Calls ``bark`` once with an expectation that was not met in time."""

    def __init__(self, bark: Callable[[Expectation], None]) -> None:
        self._bark = bark
        self._loop = asyncio.get_running_loop()
        self._expectation: Expectation | None = None
        self._deadline = 0.0
        self._wakes_at: float | None = None
        self._has_barked = False
        self._is_stopped = False

    def expect(self, expectation: Expectation | None) -> None:
        """What is awaited now; None while nothing is."""
        now = self._expectation
        if expectation is None or now is None or expectation.key != now.key:
            self._expectation = expectation
            self._has_barked = False
            if expectation is not None:
                self._deadline = self._loop.time() + expectation.seconds
        self._wind_up()

    @property
    def expectation(self) -> Expectation | None:
        """What is awaited now, also when its time is over."""
        return self._expectation

    @property
    def elapsed(self) -> float:
        """For how many seconds it has been awaited."""
        if self._expectation is None:
            return 0.0
        return self._loop.time() - self._deadline + self._expectation.seconds

    def stop(self) -> None:
        """Nothing is awaited any more, ever."""
        self._is_stopped = True
        self._expectation = None

    def _wind_up(self) -> None:
        if self._expectation is None or self._has_barked or self._is_stopped:
            return
        now = self._loop.time()
        wake = min(max(self._deadline, now), now + _TICK)
        if self._wakes_at is not None and self._wakes_at <= wake + _TICK / 10:
            return
        self._wakes_at = wake
        self._loop.call_later(max(0.001, wake - now), self._look, wake)

    def _look(self, wake: float) -> None:
        if self._wakes_at == wake:
            self._wakes_at = None
        expectation = self._expectation
        if expectation is None or self._has_barked or self._is_stopped:
            return
        # Timers under Qt may fire a little early; then this winds up once more.
        if self._loop.time() < self._deadline:
            self._wind_up()
            return
        self._has_barked = True
        self._bark(expectation)
