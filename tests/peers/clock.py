"""An event loop whose clock jumps: waiting five minutes takes no time, and in order all the same.

While sockets have something to say, they say it; only when all is quiet the clock goes on to the
next timer. Nothing here is true of threads, so nothing that is timed may run in one.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

Result = TypeVar("Result")

_GRACE = 0.0005
"""Seconds that octets on the loopback may take; then all counts as quiet."""


class _Quiet(selectors.DefaultSelector):
    """Tells the loop how long it would have waited, instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        ready = super().select(None if timeout is None else min(timeout, _GRACE))
        if not ready and timeout is not None:
            self.skipped += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """``time()`` is what the tests have waited for, not what passed."""

    def __init__(self) -> None:
        self._quiet = _Quiet()
        super().__init__(self._quiet)

    def time(self) -> float:
        return self._quiet.skipped


def run(work: Callable[[], Awaitable[Result]]) -> Result:
    """Run a coroutine function on such a loop; what the loop had to report fails the test."""
    reports: list[dict[str, Any]] = []

    async def watched() -> Result:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reports.append(context))
        return await work()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        result = runner.run(watched())
    assert reports == []
    return result
