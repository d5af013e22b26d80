"""Every verb the person has, in one table: menus and keys come from it."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


class Entry(NamedTuple):
    """One action: where it stands, what it is called, its key, and the window's method."""

    menu: str
    text: str
    key: str
    method: str


SESSION_MENU = "&Session"
VIEW_MENU = "&View"

ENTRIES: tuple[Entry, ...] = (
    Entry("&Session", "&Connect to…", "Ctrl+L", "focus_host"),
    Entry("&Session", "&Reconnect", "Ctrl+R", "reconnect"),
    Entry("&Session", "&Disconnect", "Ctrl+D", "disconnect_now"),
    Entry("&Session", "-", "", ""),
    Entry("&Session", "Connection o&ptions…", "Ctrl+Shift+O", "show_options"),
    Entry("&Session", "&Find the port…", "Ctrl+Shift+P", "find_port"),
    Entry("&Session", "C&ertificates…", "Ctrl+Shift+E", "show_certificates"),
    Entry("&Session", "-", "", ""),
    Entry("&Session", "&Open…", "Ctrl+O", "ask_for_file"),
    Entry("&Session", "&Save a copy…", "Ctrl+S", "ask_where_to_save"),
    Entry("&Session", "-", "", ""),
    Entry("&Session", "&Quit", "Ctrl+Q", "close"),
    Entry("S&peak", "&Log in…", "Ctrl+Shift+L", "log_in"),
    Entry("S&peak", "&Message…", "Ctrl+M", "write_message"),
    Entry("S&peak", "&Octets…", "Ctrl+Shift+M", "write_octets"),
    Entry("S&peak", "-", "", ""),
    Entry("S&peak", "Say the selected row &again", "Ctrl+Shift+A", "say_again"),
    Entry("S&peak", "&Repeat the session up to here", "Ctrl+Shift+R", "repeat_session"),
    Entry(VIEW_MENU, "&Filter", "Ctrl+F", "focus_filter"),
    Entry(VIEW_MENU, "Co&mposer", "Ctrl+K", "focus_composer"),
    Entry(VIEW_MENU, "F&indings", "Ctrl+I", "focus_findings"),
    Entry(VIEW_MENU, "&Next refusal or finding", "F8", "next_refusal"),
    Entry(VIEW_MENU, "&Previous refusal or finding", "Shift+F8", "previous_refusal"),
    Entry(VIEW_MENU, "Mar&k the exchange", "Ctrl+B", "mark_row"),
    Entry(VIEW_MENU, "&Remark on the exchange…", "Ctrl+Shift+B", "remark_row"),
    Entry("&Diagnosis", "&Verify by harmless steps", "F9", "verify_diagnosis"),
    Entry("&Diagnosis", "&Copy the report for the administrator", "Ctrl+Shift+C", "copy_report"),
    Entry("&Diagnosis", "Copy the report as &Markdown", "", "copy_markdown"),
    Entry("&Help", "&Manual", "F1", "show_manual"),
    Entry("&Help", "&About smtpdebugger", "", "show_about"),
)

THEMES = (("&System colours", "system"), ("&Light", "light"), ("&Dark", "dark"))


def add_actions(window: QMainWindow) -> dict[str, QAction]:
    """Fill the window's menu bar from the table; the actions by the name of their method."""
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
            action.setShortcut(QKeySequence(entry.key))
        action.triggered.connect(_calling(getattr(window, entry.method)))
        menu.addAction(action)
        actions[entry.method] = action
    return actions


def add_theme_actions(window: QMainWindow, current: str, choose: Callable[[str], None]) -> None:
    """Add the choice of colours to the view menu."""
    menu = window.findChild(QMenu, VIEW_MENU)
    if menu is None:
        raise LookupError("the view menu is made by add_actions")
    menu.addSeparator()
    group = QActionGroup(window)
    for text, name in THEMES:
        action = QAction(text, window)
        action.setCheckable(True)
        action.setChecked(name == current)
        action.triggered.connect(lambda _checked=False, name=name: choose(name))
        group.addAction(action)
        menu.addAction(action)


def add_recent_menu(window: QMainWindow, before: QAction, fill: Callable[[QMenu], None]) -> None:
    """Put the menu of recent files above an action of the session menu."""
    menu = window.findChild(QMenu, SESSION_MENU)
    if menu is None:
        raise LookupError("the session menu is made by add_actions")
    recent = QMenu("Open recen&t", menu)
    recent.aboutToShow.connect(lambda: fill(recent))
    menu.insertMenu(before, recent)


def _calling(method: Callable[[], object]) -> Callable[..., None]:
    # triggered() carries "checked", which no method here wants.
    def call(*_: object) -> None:
        method()

    return call
