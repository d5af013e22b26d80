"""The driver of the window: a driver for each page, files into tabs, the settings of all.

It is loaded after the first paint, because the wire and the file formats come with it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from smtpdebugger import tasks
from smtpdebugger.gui.actions import add_recent_menu
from smtpdebugger.gui.needing import Needing
from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.preferences import Preferences
from smtpdebugger.gui.recent_files import DropTarget, RecentFiles
from smtpdebugger.gui.slow_opening import begin_reading
from smtpdebugger.gui.tab import Tab
from smtpdebugger.gui.window import MainWindow
from smtpdebugger.settings import Settings, settings_file
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import Reading
from smtpdebugger.transcript.recorder import default_folder
from smtpdebugger.transcript.retention import held, tidy, told
from smtpdebugger.transcript.unfinished import claim_unfinished

if TYPE_CHECKING:
    from smtpdebugger.gui.settings_dialog import SettingsDialog


class WindowDriver(QObject):
    """Carries out what a window asks for; what a page asks for is its own driver's."""

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self.window = window
        self.preferences = Preferences(settings, self)
        self._drivers: dict[SessionPage, PageDriver] = {}
        self._endings: list[asyncio.Task[None]] = []
        for page in window.pages:
            self._adopt(page)
        self._recent = RecentFiles(settings_file().with_name("recent.json"))
        self._drops = DropTarget(window, self.open_files)
        add_recent_menu(
            window,
            window.actions_by_name["ask_where_to_save"],
            lambda menu: self._recent.fill(menu, self.open),
        )
        self.preferences.problem.connect(lambda sentence: window.page.notice.tell(sentence))
        self.preferences.changed.connect(self._show_settings)
        self._show_settings()
        window.tab_wanted.connect(self.new_tab)
        window.tab_closed.connect(self._end)
        window.tabs.waiting_shown.connect(self._open_waiting)
        window.files_chosen.connect(self.open_files)
        window.settings_wanted.connect(self._open_settings)
        window.early.replay()

    @property
    def current(self) -> PageDriver:
        """The driver of the page that is shown."""
        return self._drivers[self.window.page]

    @property
    def drivers(self) -> tuple[PageDriver, ...]:
        """Those of all pages."""
        return tuple(self._drivers.values())

    @property
    def has_failed(self) -> bool:
        """Whether something that was asked for could not be opened or reached."""
        return any(each.has_failed for each in self.drivers)

    def new_tab(self) -> PageDriver:
        """Show an empty page for another connection."""
        driver = self._adopt(self.window.add_page())
        driver.page.focus_host()
        return driver

    def open(self, path: Path) -> None:
        """Show a saved session or a trace, or a sentence about why it cannot be shown."""
        self.open_files([path])

    def open_files(self, paths: Sequence[Path]) -> None:
        """Show the first of some files; the others are opened when their tabs are."""
        first, *others = dict.fromkeys(paths)
        self._open(first)
        place = self.window.tabs.currentIndex() + 1
        for path in others:
            if self._tab_of(path):
                continue
            if path.is_file():
                self.window.tabs.add(Tab(path), place)
                place += 1
            else:
                self._open(path)

    def _open(self, path: Path) -> None:
        shown = self._tab_of(path)
        if shown is not None:
            self.window.tabs.setCurrentWidget(shown)
            return
        try:
            reading = begin_reading(path)
        except TranscriptError as error:
            self.current.fail(str(error))
            return
        here = self.window.page.is_fresh
        self._show(path, reading, self.current if here else self._adopt(self.window.add_page()))

    def _open_waiting(self, tab: Tab) -> None:
        """A waiting file's tab is shown for the first time: a page takes its place."""
        place, path = self.window.tabs.indexOf(tab), tab.path
        if path is None:
            return
        try:
            reading = begin_reading(path)
        except TranscriptError as error:
            self._drop(tab)
            self.current.fail(str(error))
            return
        self._show(path, reading, self._adopt(self.window.add_page(place)))
        self._drop(tab)

    def _drop(self, tab: Tab) -> None:
        self.window.tabs.remove(tab)
        tab.deleteLater()

    def _show(self, path: Path, reading: Reading, driver: PageDriver) -> None:
        self._recent.note(path)
        driver.show_file(path, reading)

    def _tab_of(self, path: Path) -> Tab | None:
        """The tab in which a file is open, or being recorded, or waits."""
        for driver in self.drivers:
            if driver.shows(path):
                return driver.page
        waiting = (each for each in self.window.tabs.all if each.is_waiting)
        same = (each for each in waiting if each.path and each.path.absolute() == path.absolute())
        return next(same, None)

    def _adopt(self, page: SessionPage) -> PageDriver:
        driver = PageDriver(page, self.preferences, self.new_tab)
        Needing(page, self.window.needs)
        self._drivers[page] = driver
        return driver

    def _end(self, tab: Tab) -> None:
        """A tab was closed: its connection ends behind it."""
        if isinstance(tab, SessionPage):
            going_on = [each for each in self._endings if not each.done()]
            self._endings = [*going_on, tasks.spawn(self._end_page(tab), "close a tab")]
        else:
            tab.deleteLater()

    async def _end_page(self, page: SessionPage) -> None:
        await self._drivers.pop(page).close()
        page.deleteLater()

    def _open_settings(self) -> None:
        from smtpdebugger.gui.settings_dialog import SettingsDialog  # noqa: PLC0415 - when opened

        dialog = SettingsDialog(self.preferences.settings, default_folder(), self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda settings: self.preferences.change(**asdict(settings)))
        # One look at a folder at a time, and none for a dialog that is gone.
        looks: list[asyncio.Task[None]] = []

        def look(text: str) -> None:
            for each in looks:
                each.cancel()
            looks[:] = [tasks.spawn(self._look_into(text, dialog), "look into a folder")]

        dialog.folder_shown.connect(look)
        dialog.finished.connect(lambda: [each.cancel() for each in looks])
        look(self.preferences.settings.folder)
        dialog.open()

    async def _look_into(self, text: str, dialog: "SettingsDialog") -> None:
        count, octets = await asyncio.to_thread(held, Path(text) if text else default_folder())
        dialog.show_held(
            text, f"It holds {count} recording{'s' * (count != 1)}, {octets / 1e6:.1f} MB."
        )

    def _show_settings(self) -> None:
        self.window.folder = str(self.preferences.folder)

    async def settle(self, seconds: float) -> None:
        """Wait until all that was asked for is done, answered, explained and painted.

        Raises TimeoutError after ``seconds`` for one of the pages.
        """
        for driver in self.drivers:
            await driver.settle(seconds)

    async def look_after_recordings(self) -> None:
        """Tell of recordings that ended abruptly; delete those that were not to be kept longer."""
        settings, folder = self.preferences.settings, self.preferences.folder
        unfinished = await asyncio.to_thread(claim_unfinished, folder)
        if unfinished:
            last = unfinished[-1]
            others = f" {len(unfinished) - 1} more like it are beside it." * (len(unfinished) > 1)
            self.window.page.notice.tell(
                "smtpdebugger or the computer stopped while a session was being recorded. What "
                f"came before is in {last}.{others}",
                "Open it",
                lambda: self.open(last),
            )
        deleted = await asyncio.to_thread(
            tidy, folder, settings.keep_days, settings.keep_megabytes, spare=unfinished
        )
        if deleted and not unfinished:
            self.window.page.notice.tell(told(deleted))

    async def close(self) -> None:
        """End all connections and recordings."""
        await asyncio.gather(*(each.close() for each in self.drivers), self.ended())

    async def ended(self) -> None:
        """Wait for the connections of closed tabs to end."""
        await asyncio.gather(*self._endings)
