"""The watchdog: barks once, in time, and keeps few timers."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from smtpdebugger.transport.watchdog import Expectation, Watchdog
from tests.transport.support import run


def expectation(key: object, seconds: float) -> Expectation:
    return Expectation(key, seconds, f"{key}")


def test_it_barks_once_and_not_early() -> None:
    barks: list[float] = []

    async def work() -> None:
        began = time.perf_counter()
        dog = Watchdog(lambda _: barks.append(time.perf_counter() - began))
        dog.expect(expectation("a", 0.1))
        await asyncio.sleep(0.05)
        # The same expectation again does not buy time.
        dog.expect(expectation("a", 0.1))
        await asyncio.sleep(0.3)
        dog.expect(expectation("a", 0.1))
        await asyncio.sleep(0.2)

    run(work)
    assert len(barks) == 1
    assert 0.099 < barks[0] < 0.3


def test_what_came_in_time_is_not_barked_at() -> None:
    barks: list[Expectation] = []

    async def work() -> None:
        dog = Watchdog(barks.append)
        dog.expect(expectation("long", 30))
        dog.expect(expectation("a", 0.08))
        await asyncio.sleep(0.04)
        dog.expect(expectation("b", 0.08))
        await asyncio.sleep(0.05)
        assert barks == []
        await asyncio.sleep(0.2)
        dog.expect(None)
        dog.expect(expectation("c", 0.03))
        dog.stop()
        await asyncio.sleep(0.1)

    run(work)
    assert [each.key for each in barks] == ["b"]


def test_a_thousand_commands_need_few_timers() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        calls: list[Any] = []
        later = loop.call_later
        loop.call_later = lambda *a, **k: calls.append(a) or later(*a, **k)  # type: ignore
        dog = Watchdog(lambda _: None)
        for number in range(1000):
            dog.expect(expectation(number, 300))
            dog.expect(None)
        dog.stop()
        assert len(calls) <= 2

    run(work)
