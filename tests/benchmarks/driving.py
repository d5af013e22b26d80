"""A real window on a real event loop, driven by a benchmark."""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable

from smtpdebugger.cli.main import parse


def with_window(work: Callable[..., Awaitable[str]]) -> str:
    """Open the window, run ``work(driver of its page)`` beside it, close; what ``work`` says."""
    return with_tabs(lambda driver: work(driver.current))


def with_tabs(work: Callable[..., Awaitable[str]]) -> str:
    """The same with the driver of the window."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SMTPDEBUGGER_DATA"] = os.environ["SMTPDEBUGGER_CONFIG"] = folder
        return _run(parse([]), work)


def _run(options: argparse.Namespace, work: Callable[..., Awaitable[str]]) -> str:
    import qasync
    from PySide6.QtWidgets import QApplication

    from smtpdebugger import app
    from smtpdebugger.settings import Settings

    application = QApplication.instance() or QApplication([])
    window = app.open_window(application, options, Settings())

    async def live() -> str:
        from smtpdebugger.gui.window_driver import WindowDriver

        driver = WindowDriver(window, Settings())
        window.library.load()
        try:
            return await work(driver)
        finally:
            await driver.close()
            window.close()

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        return runner.run(live())
