"""A window and its driver on a real event loop, for tests; practice servers are the peers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import qasync
from PySide6.QtWidgets import QApplication

from smtpdebugger import tasks
from smtpdebugger.gui.driver import Driver
from smtpdebugger.gui.window import MainWindow
from smtpdebugger.settings import Settings

SETTLE_SECONDS = 20

Result = TypeVar("Result")


def drive(
    application: QApplication,
    work: Callable[[Driver], Awaitable[Result]],
    settings: Settings | None = None,
) -> Result:
    """Open a window, run ``work`` on its driver, close it; nothing may be left running."""
    # Else the last window's closing stops the loop under the running coroutine.
    application.setQuitOnLastWindowClosed(False)
    window = MainWindow()
    window.resize(1280, 800)
    window.show()
    failures: list[object] = []

    async def live() -> Result:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: failures.append(context))
        driver = Driver(window, settings or Settings())
        window.early.replay()
        window.explainer.load()
        try:
            return await work(driver)
        finally:
            await driver.close()
            window.close()
            await asyncio.sleep(0.05)

    try:
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
            result = runner.run(live())
    finally:
        window.deleteLater()
    assert not failures
    assert not tasks.running()
    return result
