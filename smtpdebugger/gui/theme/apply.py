"""Applying a theme: tokens become a palette and a style sheet for the whole program."""

from string import Template

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from smtpdebugger import resources
from smtpdebugger.gui.theme.fonts import WIRE_FAMILIES, small_pixels, text_pixels
from smtpdebugger.gui.theme.icons import retint
from smtpdebugger.gui.theme.tokens import (
    THEMES,
    Tokens,
    choose_theme,
    read_tokens,
    theme_folder,
)

_FOLLOWS_SYSTEM = "themeFollowsSystem"

_PALETTE = (
    (QPalette.ColorRole.Window, "window"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "raised"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.BrightText, "negative"),
    (QPalette.ColorRole.ToolTipBase, "surface"),
    (QPalette.ColorRole.ToolTipText, "text"),
    (QPalette.ColorRole.PlaceholderText, "muted"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "on_accent"),
    (QPalette.ColorRole.Link, "accent"),
    (QPalette.ColorRole.LinkVisited, "event"),
    (QPalette.ColorRole.Mid, "control_border"),
)
_DISABLED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)


def apply_theme(app: QApplication, theme: str) -> None:
    """Show ``light``, ``dark``, or what the ``system`` prefers, from now on everywhere.

    Raises ValueError for another name.
    """
    follows = theme == "system"
    if not follows and theme not in THEMES:
        raise ValueError(f"there is no theme {theme!r}")
    _follow_system(app, follows)
    _show(app, system_theme(app) if follows else theme)


def system_theme(app: QApplication) -> str:
    """What the desktop prefers; light where it says nothing."""
    scheme = app.styleHints().colorScheme()
    return "dark" if scheme is Qt.ColorScheme.Dark else "light"


def palette(colours: Tokens) -> QPalette:
    """A palette from tokens, for everything the style sheet does not name."""
    made = QPalette()
    for role, name in _PALETTE:
        made.setColor(role, colours.color(name))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, role, colours.color("disabled"))
    return made


def style_sheet(theme: str) -> str:
    """The style sheet of a theme. Raises KeyError where it names an unknown token."""
    colours = read_tokens(theme)
    template = Template(resources.path("theme", "style.qss").read_text(encoding="utf-8"))
    names = {name: getattr(colours, name) for name in Tokens.__dataclass_fields__}
    line = round(text_pixels() * 1.25)
    return template.substitute(
        names,
        folder=theme_folder(theme).as_posix(),
        mono=", ".join(f'"{family}"' for family in WIRE_FAMILIES),
        small=small_pixels(),
        line=line,
        pill=line // 2 + 2,
    )


def _show(app: QApplication, theme: str) -> None:
    choose_theme(theme)
    if app.style().objectName().lower() != "fusion":
        # The only style that draws the same, and follows a palette, on every desktop.
        app.setStyle("Fusion")
    app.setPalette(palette(read_tokens(theme)))
    app.setStyleSheet(style_sheet(theme))
    retint(app)


class _SystemFollower(QObject):
    """Applies the desktop's preference whenever it changes."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.styleHints().colorSchemeChanged.connect(self._changed)

    def _changed(self) -> None:
        if self._app.property(_FOLLOWS_SYSTEM):
            _show(self._app, system_theme(self._app))


def _follow_system(app: QApplication, follows: bool) -> None:
    app.setProperty(_FOLLOWS_SYSTEM, follows)
    if follows and app.findChild(_SystemFollower) is None:
        _SystemFollower(app)
