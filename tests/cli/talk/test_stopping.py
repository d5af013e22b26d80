import asyncio
import os
import signal
import time

import pytest

from smtpdebugger.cli.talk.stopping import Stopper
from smtpdebugger.tasks import spawn
from tests.transport.support import run


def test_a_signal_asks_to_stop_and_waiting_ends() -> None:
    async def work() -> int | None:
        stopper = Stopper()
        with stopper.heeding_signals():
            os.kill(os.getpid(), signal.SIGTERM)
            await stopper.pause(20)
        return stopper.exit_code

    assert run(work) == 143
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_the_second_signal_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(Exception):
        pass

    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", end)
    restored: list[bool] = []

    async def work() -> None:
        stopper = Stopper()
        stopper.before_exit = lambda: restored.append(True)
        with stopper.heeding_signals():
            signal.raise_signal(signal.SIGINT)
            assert restored == []
            signal.raise_signal(signal.SIGINT)

    # Started in the background of a shell, the tests themselves would ignore it.
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(Ended, match="130"):
            run(work)
    finally:
        signal.signal(signal.SIGINT, earlier)
    assert restored == [True]


def test_an_ignored_signal_stays_ignored() -> None:
    async def work() -> int | None:
        stopper = Stopper()
        with stopper.heeding_signals():
            signal.raise_signal(signal.SIGHUP)
        return stopper.exit_code

    earlier = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert run(work) is None
    finally:
        signal.signal(signal.SIGHUP, earlier)


def test_the_first_reason_counts_and_an_end_is_no_reason() -> None:
    async def work() -> list[int | None]:
        stopper = Stopper()
        stopper.wake()
        found = [stopper.exit_code]
        assert stopper.is_woken
        stopper.ask(141)
        stopper.ask(3)
        await stopper.woken()
        return [*found, stopper.exit_code]

    assert run(work) == [None, 141]


def test_work_outlasts_or_does_not() -> None:
    async def work() -> None:
        stopper = Stopper()
        quick = spawn(asyncio.sleep(0), "quick")
        assert await stopper.outlasts(quick)
        slow = spawn(asyncio.sleep(20), "slow")
        began = time.perf_counter()
        assert not await stopper.outlasts(slow, 0.01)
        stopper.wake()
        assert not await stopper.outlasts(slow)
        assert time.perf_counter() - began < 15
        slow.cancel()

    run(work)
