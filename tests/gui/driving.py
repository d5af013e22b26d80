"""A window and its driver on a real event loop, for tests; practice servers are the peers."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import qasync
from PySide6.QtWidgets import QApplication

from smtpdebugger import tasks
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.slow_opening import begin_reading
from smtpdebugger.gui.window import MainWindow
from smtpdebugger.gui.window_driver import WindowDriver
from smtpdebugger.settings import Settings

SETTLE_SECONDS = 20

Result = TypeVar("Result")


def drive(
    application: QApplication,
    work: Callable[[PageDriver], Awaitable[Result]],
    settings: Settings | None = None,
) -> Result:
    """Open a window, run ``work`` on the driver of its page, close it; nothing may be left."""
    return drive_window(application, lambda driver: work(driver.current), settings)


def drive_window(
    application: QApplication,
    work: Callable[[WindowDriver], Awaitable[Result]],
    settings: Settings | None = None,
) -> Result:
    """The same with the driver of the window and all its tabs."""
    # Else the last window's closing stops the loop under the running coroutine.
    application.setQuitOnLastWindowClosed(False)
    window = MainWindow()
    window.resize(1280, 800)
    window.show()
    failures: list[object] = []

    async def live() -> Result:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: failures.append(context))
        driver = WindowDriver(window, settings or Settings())
        window.library.load()
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


def trigger(driver: PageDriver, action: str) -> None:
    """Choose a menu entry of the page's window, by what it calls."""
    window = driver.page.window()
    assert isinstance(window, MainWindow)
    window.actions_by_name[action].trigger()


def open_file(driver: PageDriver, path: Path) -> None:
    """Show a file in the driver's page."""
    driver.show_file(path, begin_reading(path))
