"""The composition root: builds the parts, joins them, runs them until the window closes.

The order matters: the window is painted before asyncio, the wire and the knowledge are loaded.
"""

import argparse
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from smtpdebugger.settings import Settings

if TYPE_CHECKING:
    import asyncio

    from PySide6.QtWidgets import QApplication

    from smtpdebugger.gui.window import MainWindow
    from smtpdebugger.gui.window_driver import WindowDriver

FAILED = 3
SETTLE_SECONDS = 30.0
PICTURE = "smtpdebugger.png"
DISPLAY_SECONDS = 5.0


def run(options: argparse.Namespace) -> int:
    """Open the window, or save its picture, as asked; the number is the exit code."""
    problem = _choose_display(options)
    if problem:
        return _fail(problem)
    try:
        from smtpdebugger.gui.theme import make_application
    except ImportError as error:
        return _fail(
            f"Qt cannot be loaded: {error}\nA system library is missing. On Debian and Ubuntu, "
            "`sh packaging/bootstrap.sh run` names the packages to install."
        )
    application = make_application()
    application.setApplicationName("smtpdebugger")
    application.setDesktopFileName("smtpdebugger")
    application.setQuitOnLastWindowClosed(False)
    problem = _self_check()
    if problem:
        return _fail(problem)
    settings, settings_problem = Settings.load()
    window = open_window(application, options, settings)
    if settings_problem:
        window.page.notice.tell(settings_problem)
    return _run_loop(application, window, options, settings)


def _choose_display(options: argparse.Namespace) -> str:
    """Without a display a picture can still be made; a sentence where there is no way on."""
    missing = _missing_display() if sys.platform == "linux" else ""
    if not missing:
        return ""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if options.screenshot:
        return ""
    if not (options.practice or options.connect or options.files):
        return (
            f"{missing}, so no window can be opened. Without one, use\n"
            "  smtpdebugger explain FILE                          explain a session or a trace\n"
            "  smtpdebugger --practice --screenshot picture.png   save a picture of the window"
        )
    options.screenshot = PICTURE
    sys.stderr.write(f"{missing}, so no window can be opened; its picture is saved as {PICTURE}.\n")
    return ""


def _missing_display() -> str:
    """What keeps a window from being opened, as the beginning of a sentence; empty: nothing."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if os.environ.get("WAYLAND_DISPLAY") or (platform and not platform.startswith("xcb")):
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "There is no display"
    # Qt would end the process with advice about a library.
    return "" if _answers(display) else f"The display {display} does not answer"


def _answers(display: str) -> bool:
    """Whether an X server listens behind ``[HOST]:NUMBER[.SCREEN]``."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return False
    path = f"/tmp/.X11-unix/X{number}"
    if host not in {"", "unix"}:
        return _listens((host, 6000 + int(number)))
    return Path(path).exists() or _listens(f"\0{path}")


def _listens(address: str | tuple[str, int]) -> bool:
    # Not needed for the usual display, and it takes longer to load than to ask.
    import socket

    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(DISPLAY_SECONDS)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True


def _self_check() -> str:
    import PySide6
    from PySide6.QtCore import QTimer

    from smtpdebugger import selfcheck

    return selfcheck.check(QTimer().stop, PySide6.__version__) or ""


def open_window(
    application: "QApplication", options: argparse.Namespace, settings: Settings
) -> "MainWindow":
    """Build the window and paint it once; nothing of the wire is loaded yet."""
    # What is made until then is here to stay: looking through it for garbage is in vain, now and
    # at every collection that comes.
    gc.disable()
    try:
        return _open_window(application, options, settings)
    finally:
        gc.freeze()
        _collect_here(application)


def _collect_here(application: "QApplication") -> None:
    from smtpdebugger.gui.collecting import Collector

    Collector(application)


def _open_window(
    application: "QApplication", options: argparse.Namespace, settings: Settings
) -> "MainWindow":
    from smtpdebugger.gui.theme import apply_theme, prepare_theme
    from smtpdebugger.gui.window import MainWindow

    theme = options.theme or settings.theme
    prepare_theme(application, theme)
    window = MainWindow(theme)
    apply_theme(application, theme)
    window.resize(*options.size)
    window.show()
    application.processEvents()
    return window


def _run_loop(
    application: "QApplication",
    window: "MainWindow",
    options: argparse.Namespace,
    settings: Settings,
) -> int:
    import asyncio

    import qasync

    with (
        _waking_for_signals(),
        asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner,
    ):
        return runner.run(_live(application, window, options, settings))


async def _live(
    application: "QApplication",
    window: "MainWindow",
    options: argparse.Namespace,
    settings: Settings,
) -> int:
    import asyncio

    from smtpdebugger import tasks
    from smtpdebugger.gui.theme import apply_theme

    closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    window.closing.connect(lambda: _resolve(closed))
    # In a thread: importing the wire takes longer than a frame, and the window is on the screen.
    make_driver = await asyncio.to_thread(_import_driver)
    driver = make_driver(window, settings)
    window.library.load()
    window.theme_chosen.connect(lambda theme: driver.preferences.change(theme=theme))
    driver.preferences.theme_changed.connect(window.check_theme)
    driver.preferences.theme_changed.connect(lambda theme: apply_theme(application, theme))
    try:
        if options.screenshot:
            return await _take_picture(driver, options)
        tasks.spawn(driver.look_after_recordings(), "recordings")
        tasks.spawn(_carry_out(driver, options), "arguments")
        await closed
    finally:
        await driver.close()
    return 0


def _resolve(closed: "asyncio.Future[None]") -> None:
    if not closed.done():
        closed.set_result(None)


def _import_driver() -> "type[WindowDriver]":
    from smtpdebugger.gui.window_driver import WindowDriver

    return WindowDriver


async def _carry_out(driver: "WindowDriver", options: argparse.Namespace) -> None:
    """Do what the arguments ask for, as a person at the window would."""
    if options.files:
        driver.open_files([Path(file) for file in options.files])
    if options.practice:
        driver.current.practise(options.practice, options.security)
    elif options.connect:
        driver.current.connect_to(options.connect, options.security)
    await driver.settle(SETTLE_SECONDS)
    for line in options.send:
        driver.current.live.send_line(line)
        await driver.settle(SETTLE_SECONDS)


async def _take_picture(driver: "WindowDriver", options: argparse.Namespace) -> int:
    answered = True
    try:
        await _carry_out(driver, options)
    except TimeoutError:
        answered = False
        sys.stderr.write(
            f"Not everything was answered within {SETTLE_SECONDS:.0f} seconds; "
            "the picture shows what was.\n"
        )
    if not driver.window.grab().save(options.screenshot, "PNG"):
        return _fail(
            f"The picture could not be written to {options.screenshot}. "
            "Is the folder there, and may you write into it?"
        )
    sys.stderr.write(f"The picture of the window was saved as {options.screenshot}.\n")
    return FAILED if driver.has_failed or not answered else 0


@contextmanager
def _waking_for_signals() -> Iterator[None]:
    """Let Ctrl+C end the program at once: Python sees a signal only when Qt wakes up for it."""
    import signal
    import socket

    from PySide6.QtCore import QSocketNotifier

    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: reader.recv(64))
    earlier = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(earlier)
        notifier.setEnabled(False)
        reader.close()
        writer.close()


def _fail(sentence: str) -> int:
    sys.stderr.write(f"smtpdebugger: {sentence}\n")
    return FAILED
