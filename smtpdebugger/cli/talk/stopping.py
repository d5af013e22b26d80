"""Stopping early: Ctrl+C, SIGTERM, a terminal that is gone, output that nobody reads.

The first time asks politely, so that QUIT can be sent and the file completed; the second time
ends the process at once.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class Stopper:
    """Ends all waiting for more to do: because of a signal, or because the connection ended."""

    def __init__(self) -> None:
        """Needs a running loop."""
        self.before_exit: Callable[[], None] = lambda: None
        """Called before the process ends at once."""
        self.exit_code: int | None = None
        """None while nobody asked to stop."""
        self._loop = asyncio.get_running_loop()
        self._woken: asyncio.Future[None] = self._loop.create_future()
        self._asked: asyncio.Future[None] = self._loop.create_future()

    def ask(self, exit_code: int) -> None:
        """Stop soon, with this exit code; the first one counts."""
        if self.exit_code is None:
            self.exit_code = exit_code
        self._heed()

    def _heed(self) -> None:
        if not self._asked.done():
            self._asked.set_result(None)
        self.wake()

    def wake(self) -> None:
        """End all waiting: there is nothing more to do."""
        if not self._woken.done():
            self._woken.set_result(None)

    @property
    def is_woken(self) -> bool:
        """Whether all waiting is over."""
        return self._woken.done()

    async def woken(self) -> None:
        """Wait until there is nothing more to do."""
        await asyncio.shield(self._woken)

    async def outlasts(self, work: asyncio.Task[Any], seconds: float | None = None) -> bool:
        """Wait until ``work`` is done; False if there is nothing more to do, or time is up."""
        await asyncio.wait(
            {work, self._woken}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        return work.done()

    async def outlasts_asking(self, work: asyncio.Task[Any]) -> bool:
        """As ``outlasts``, for work that goes on without a connection: until somebody asks."""
        await asyncio.wait({work, self._asked}, return_when=asyncio.FIRST_COMPLETED)
        return work.done()

    async def pause(self, seconds: float) -> None:
        """Wait for some seconds, unless there is nothing more to do."""
        await asyncio.wait({self._woken}, timeout=seconds)

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Let signals ask to stop, those that are not ignored on purpose (nohup, ``&``)."""
        heeded = [each for each in SIGNALS if signal.getsignal(each) != signal.SIG_IGN]
        earlier = {each: signal.signal(each, self._on_signal) for each in heeded}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self.exit_code is not None:
            self.before_exit()
            os._exit(128 + number)
        # Not by the loop's own way with signals, which waits while output blocks.
        self.exit_code = 128 + number
        self._loop.call_soon_threadsafe(self._heed)
