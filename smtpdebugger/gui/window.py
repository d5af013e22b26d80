"""The main window: menus, and a tab for each session; it holds no state of a session."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow

from smtpdebugger import __version__
from smtpdebugger.gui.actions import add_actions, add_theme_actions
from smtpdebugger.gui.early import EarlyRequests
from smtpdebugger.gui.models.library import Library
from smtpdebugger.gui.models.needs import Needs
from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.tab import Tab
from smtpdebugger.gui.tabs import SessionTabs
from smtpdebugger.gui.widgets.tabs import pages_of
from smtpdebugger.session.visible import visible

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog, QMessageBox

    from smtpdebugger.gui.manual import ManualWindow

FILE_KINDS = "Sessions and traces (*.smtpsession *.txt *.log);;All files (*)"


class MainWindow(QMainWindow):
    """There is always a page; with a single one there is no bar of tabs."""

    tab_wanted = Signal()
    """For a new connection."""
    tab_closed = Signal(Tab)
    """It is not shown any more; who drives it ends it and deletes it."""
    files_chosen = Signal(list)
    theme_chosen = Signal(str)
    settings_wanted = Signal()
    closing = Signal()

    def __init__(self, theme: str = "system") -> None:
        super().__init__()
        self.setMinimumSize(QSize(760, 520))
        self.library = Library(self)
        self.needs = Needs(self)
        self.tabs = SessionTabs()
        self.setCentralWidget(self.tabs)
        self.tabs.switched.connect(self._show_title)
        self.tabs.close_wanted.connect(self.close_tabs)
        self.folder = ""
        """Where a file is looked for first."""
        self._manual: ManualWindow | None = None
        self._question: QMessageBox | None = None
        self._is_sure = False
        """Whether to quit although something would be cut off."""
        first = self.add_page()
        self._actions = add_actions(self)
        self.early = EarlyRequests(
            first.connection.connect_requested, first.connection.practice_requested,
            first.options_wanted, self.files_chosen, self.tab_wanted,
            self.settings_wanted,
        )  # fmt: skip
        self.check_theme = add_theme_actions(self, theme, self.theme_chosen.emit)
        """Show in the menu which theme is chosen."""

    @property
    def actions_by_name(self) -> dict[str, QAction]:
        """The actions of the menus, by what they call."""
        return self._actions

    @property
    def page(self) -> SessionPage:
        """The page that is shown."""
        shown = self.tabs.current
        if not isinstance(shown, SessionPage):
            raise TypeError("the file of this tab is not opened yet")
        return shown

    @property
    def pages(self) -> list[SessionPage]:
        """All pages, in the order of their tabs."""
        return [each for each in self.tabs.all if isinstance(each, SessionPage)]

    def add_page(self, place: int | None = None) -> SessionPage:
        """Add a page for another session behind the one that is shown, and show it."""
        page = SessionPage(self.library, self.needs, pages_of(self.tabs))
        self.tabs.add(page, place)
        return page

    # What the menus call

    def close_tab(self) -> None:
        """Close the tab that is shown."""
        self.close_tabs([self.page])

    def close_tabs(self, tabs: Sequence[Tab]) -> None:
        """Close tabs; a connection is not ended without a question."""
        live = [each.title for each in tabs if each.is_live]
        if live:
            question = f"End the connection to {visible(' and '.join(live))}?"
            self._ask(question, lambda: self._close(tabs))
        else:
            self._close(tabs)

    def next_tab(self) -> None:
        """Show the next tab."""
        self.tabs.step(1)

    def previous_tab(self) -> None:
        """Show the tab before."""
        self.tabs.step(-1)

    def move_tab_forward(self) -> None:
        """Put the tab one place further."""
        self.tabs.shift(1)

    def move_tab_back(self) -> None:
        """Put the tab one place back."""
        self.tabs.shift(-1)

    def ask_for_files(self) -> None:
        """Ask which files to open."""
        dialog = self._file_dialog("Open sessions or traces", FILE_KINDS)
        dialog.setFileMode(dialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.files_chosen.emit([*map(Path, names)]))
        dialog.open()

    def ask_where_to_save(self) -> None:
        """Ask where to save a copy of the session that is shown."""
        page = self.page
        dialog = self._file_dialog("Save a copy of this session", "Sessions (*.smtpsession)")
        dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("smtpsession")
        dialog.fileSelected.connect(lambda name: page.copy_wanted.emit(Path(name)))
        dialog.open()

    def show_manual(self) -> None:
        """Open the manual."""
        if self._manual is None:
            from smtpdebugger.gui.manual import ManualWindow  # noqa: PLC0415 - when first opened

            self._manual = ManualWindow()
        self._manual.show()
        self._manual.raise_()

    def show_about(self) -> None:
        """Say what this program is."""
        from PySide6.QtWidgets import QMessageBox  # noqa: PLC0415 - when first opened

        box = QMessageBox(self)
        box.setWindowTitle("About smtpdebugger")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            f"smtpdebugger {__version__}\n\nShows an SMTP session as it happens and explains "
            "every refusal.\nMIT License."
        )
        box.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window closes; the program ends its connections behind it.

        What came is recorded, so nobody is asked, but where something would be cut off half-way.
        """
        halves = [f"{visible(each.title)}: {each.cut_off}" for each in self.pages if each.cut_off]
        if halves and not self._is_sure:
            event.ignore()
            # Who closes again sees the question again, and not a second one.
            if self._question is None:
                told = ".\n".join(halves)
                self._question = self._ask(f"{told}.\n\nEnd it and quit?", self._quit)
                self._question.finished.connect(self._forget_question)
            return
        if self._manual is not None:
            self._manual.close()
        for page in self.pages:
            page.watcher.close()
        self.closing.emit()
        event.accept()

    def _ask(self, question: str, end: Callable[[], None]) -> "QMessageBox":
        from PySide6.QtWidgets import QMessageBox  # noqa: PLC0415 - when first opened

        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Close")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(question)
        box.setDefaultButton(box.addButton("&End and close", QMessageBox.ButtonRole.AcceptRole))
        box.addButton("&Keep it", QMessageBox.ButtonRole.RejectRole)
        box.accepted.connect(end)
        box.open()
        return box

    def _quit(self) -> None:
        self._is_sure = True
        self.close()

    def _forget_question(self) -> None:
        self._question = None

    def _close(self, tabs: Sequence[Tab]) -> None:
        for tab in tabs:
            if self.tabs.count() == 1:
                if tab.is_fresh:
                    return
                self.tab_wanted.emit()
            self.tabs.remove(tab)
            if isinstance(tab, SessionPage):
                tab.watcher.close()
            self.tab_closed.emit(tab)

    def _show_title(self) -> None:
        tab = self.tabs.current
        name = "" if tab.is_fresh else f"{visible(tab.title)} — "
        self.setWindowTitle(f"{name}smtpdebugger")

    def _file_dialog(self, title: str, kinds: str) -> "QFileDialog":
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - when first opened

        dialog = QFileDialog(self, title, self.folder, kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog
