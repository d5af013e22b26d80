"""Every verb the person has, in one table: menus and keys come from it."""

from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


class Entry(NamedTuple):
    """One action: where it stands, what it is called, its keys, and what it calls.

    That is a method or a signal of the window, or of a part of the page that is shown.
    """

    menu: str
    text: str
    key: str
    method: str


SESSION_MENU = "&Session"
VIEW_MENU = "&View"

ENTRIES: tuple[Entry, ...] = (
    Entry(SESSION_MENU, "&New connection in a tab", "Ctrl+T", "tab_wanted"),
    Entry(SESSION_MENU, "&Connect to…", "Ctrl+L", "page.focus_host"),
    Entry(SESSION_MENU, "&Reconnect", "Ctrl+R", "page.reconnect"),
    Entry(SESSION_MENU, "&Disconnect", "Ctrl+D", "page.disconnect_now"),
    Entry(SESSION_MENU, "-", "", ""),
    Entry(SESSION_MENU, "Connection o&ptions…", "Ctrl+Shift+O", "page.options_wanted"),
    Entry(SESSION_MENU, "&Find the port…", "Ctrl+Shift+P", "page.ports_wanted"),
    Entry(SESSION_MENU, "C&ertificates…", "Ctrl+Shift+E", "page.certificates_wanted"),
    Entry(SESSION_MENU, "-", "", ""),
    Entry(SESSION_MENU, "&Open…", "Ctrl+O", "ask_for_files"),
    Entry(SESSION_MENU, "&Save a copy…", "Ctrl+S", "ask_where_to_save"),
    Entry(SESSION_MENU, "-", "", ""),
    Entry(SESSION_MENU, "Sett&ings…", "Ctrl+,", "settings_wanted"),
    Entry(SESSION_MENU, "C&lose the tab", "Ctrl+W", "close_tab"),
    Entry(SESSION_MENU, "&Quit", "Ctrl+Q", "close"),
    Entry("S&peak", "&Log in…", "Ctrl+Shift+L", "page.login_wanted"),
    Entry("S&peak", "&Message…", "Ctrl+M", "page.message_wanted"),
    Entry("S&peak", "&Octets…", "Ctrl+Shift+M", "page.octets_wanted"),
    Entry("S&peak", "-", "", ""),
    Entry("S&peak", "Say the selected row &again", "Ctrl+Shift+A", "page.say_again"),
    Entry("S&peak", "&Repeat the session up to here", "Ctrl+Shift+R", "page.repeat_session"),
    Entry(VIEW_MENU, "&Filter", "Ctrl+F", "page.focus_filter"),
    Entry(VIEW_MENU, "Ne&xt match", "F3", "page.transcript.next_match"),
    Entry(VIEW_MENU, "Previous match", "Shift+F3", "page.transcript.previous_match"),
    Entry(VIEW_MENU, "&Unfold all rows", "", "page.transcript.table.unfold_all"),
    Entry(VIEW_MENU, "Fold all rows", "", "page.transcript.table.fold_all"),
    Entry(VIEW_MENU, "Co&lour rules…", "", "page.colours_wanted"),
    Entry(VIEW_MENU, "Co&mposer", "Ctrl+K", "page.focus_composer"),
    Entry(VIEW_MENU, "F&indings", "Ctrl+I", "page.focus_findings"),
    Entry(VIEW_MENU, "Re&quirements", "Ctrl+Shift+I", "page.focus_requirements"),
    Entry(VIEW_MENU, "&Next refusal or finding", "F8", "page.next_refusal"),
    Entry(VIEW_MENU, "&Previous refusal or finding", "Shift+F8", "page.previous_refusal"),
    Entry(VIEW_MENU, "Mar&k the exchange", "Ctrl+B", "page.mark_row"),
    Entry(VIEW_MENU, "&Remark on the exchange…", "Ctrl+Shift+B", "page.remark_row"),
    Entry(VIEW_MENU, "-", "", ""),
    Entry(VIEW_MENU, "Next &tab", "Ctrl+Tab; Ctrl+PgDown", "next_tab"),
    Entry(VIEW_MENU, "Pre&vious tab", "Ctrl+Shift+Tab; Ctrl+PgUp", "previous_tab"),
    Entry(VIEW_MENU, "Move the tab &on", "Ctrl+Shift+PgDown", "move_tab_forward"),
    Entry(VIEW_MENU, "Move the tab &back", "Ctrl+Shift+PgUp", "move_tab_back"),
    Entry("&Diagnosis", "&Verify by harmless steps", "F9", "page.diagnosis.verify"),
    Entry(
        "&Diagnosis",
        "&Copy the report for the administrator",
        "Ctrl+Shift+C",
        "page.reporter.copy",
    ),
    Entry("&Diagnosis", "Copy the report as &Markdown", "", "page.reporter.copy_markdown"),
    Entry("&Help", "&Manual", "F1", "show_manual"),
    Entry("&Help", "&About smtpdebugger", "", "show_about"),
)

THEMES = (("&System colours", "system"), ("&Light", "light"), ("&Dark", "dark"))


def add_actions(window: QMainWindow) -> dict[str, QAction]:
    """Fill the window's menu bar from the table; the actions by what they call."""
    actions: dict[str, QAction] = {}
    menus: dict[str, QMenu] = {}
    for entry in ENTRIES:
        if entry.menu not in menus:
            menus[entry.menu] = window.menuBar().addMenu(entry.menu)
            menus[entry.menu].setObjectName(entry.menu)
        menu = menus[entry.menu]
        if entry.text == "-":
            menu.addSeparator()
            continue
        action = QAction(entry.text, window)
        if entry.key:
            action.setShortcuts(QKeySequence.listFromString(entry.key))
        action.triggered.connect(_calling(window, entry.method))
        menu.addAction(action)
        actions[entry.method] = action
    return actions


def add_theme_actions(
    window: QMainWindow, current: str, choose: Callable[[str], None]
) -> Callable[[str], None]:
    """Add the choice of colours to the view menu; what is given back shows another one there."""
    menu = window.findChild(QMenu, VIEW_MENU)
    if menu is None:
        raise LookupError("the view menu is made by add_actions")
    menu.addSeparator()
    group = QActionGroup(window)
    made: dict[str, QAction] = {}
    for text, name in THEMES:
        action = QAction(text, window)
        action.setCheckable(True)
        action.setChecked(name == current)
        action.triggered.connect(lambda _checked=False, name=name: choose(name))
        group.addAction(action)
        menu.addAction(action)
        made[name] = action
    return lambda name: made[name].setChecked(True)


def add_recent_menu(window: QMainWindow, before: QAction, fill: Callable[[QMenu], None]) -> None:
    """Put the menu of recent files above an action of the session menu."""
    menu = window.findChild(QMenu, SESSION_MENU)
    if menu is None:
        raise LookupError("the session menu is made by add_actions")
    recent = QMenu("Open recen&t", menu)
    recent.aboutToShow.connect(lambda: fill(recent))
    menu.insertMenu(before, recent)


def _calling(window: QMainWindow, name: str) -> Callable[..., None]:
    find = attrgetter(name)

    # triggered() carries "checked", which nobody here wants.
    def call(*_: object) -> None:
        # Looked up each time: another page may be shown now.
        found = find(window)
        found.emit() if isinstance(found, SignalInstance) else found()

    return call
