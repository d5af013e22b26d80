import asyncio

import pytest

from smtpdebugger import tasks


async def fail() -> None:
    raise ValueError("told")


def test_a_failure_reaches_the_loop_at_once() -> None:
    told = []

    async def live() -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: told.append(context)
        )
        task = tasks.spawn(fail(), "failing work")
        await asyncio.wait({task})
        await asyncio.sleep(0)

    asyncio.run(live())
    assert [str(each["exception"]) for each in told] == ["told"]
    assert "failing work" in told[0]["message"]
    assert not tasks.running()


def test_a_task_is_kept_while_it_runs_and_cancelling_it_is_no_failure() -> None:
    told = []

    async def live() -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: told.append(context)
        )
        task = tasks.spawn(asyncio.sleep(60), "waiting")
        assert task in tasks.running()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(live())
    assert not told
