"""Applying a theme: tokens become a palette and a style sheet for the whole program."""

import sys
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
    current_theme,
    read_tokens,
    theme_folder,
)

_FOLLOWS_SYSTEM = "themeFollowsSystem"
_HAS_FOLLOWER = "themeHasFollower"
_IS_FUSION = "styleIsFusion"
_FUSION = "Fusion"
"""The only style that draws the same, and follows a palette, on every desktop."""

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


def make_application() -> QApplication:
    """The program's QApplication, in our style from the start.

    To ask for a style, or to set one, later on makes PySide load every name that styles have: 5 ms
    before the first paint.
    """
    app = QApplication([*sys.argv[:1], "-style", _FUSION])
    app.setProperty(_IS_FUSION, True)
    return app


def apply_theme(app: QApplication, theme: str) -> None:
    """Show ``light``, ``dark``, or what the ``system`` prefers, from now on everywhere.

    Raises ValueError for another name.
    """
    name = _resolved(app, theme)
    _follow_system(app, theme == "system")
    _show(app, name)


def prepare_theme(app: QApplication, theme: str) -> None:
    """Choose a theme's tokens, style and palette for widgets that are still to be built.

    ``apply_theme`` follows when they stand: under a style sheet, each step that puts a widget into
    its place works out the looks of all its children anew. Raises ValueError for another name.
    """
    _set_ground(app, _resolved(app, theme))


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
    names = colours._asdict()
    line = round(text_pixels() * 1.25)
    return template.substitute(
        names,
        folder=theme_folder(theme).as_posix(),
        mono=", ".join(f'"{family}"' for family in WIRE_FAMILIES),
        small=small_pixels(),
        line=line,
        pill=line // 2 + 2,
    )


def _resolved(app: QApplication, theme: str) -> str:
    if theme == "system":
        return system_theme(app)
    if theme not in THEMES:
        raise ValueError(f"there is no theme {theme!r}")
    return theme


def _show(app: QApplication, theme: str) -> None:
    is_another = theme != current_theme()
    _set_ground(app, theme)
    app.setStyleSheet(style_sheet(theme))
    if is_another:
        retint(app)


def _set_ground(app: QApplication, theme: str) -> None:
    choose_theme(theme)
    if not app.property(_IS_FUSION):
        app.setStyle(_FUSION)
        app.setProperty(_IS_FUSION, True)
    app.setPalette(palette(read_tokens(theme)))


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
    # Not findChild: among the application's children is its style, with all its names.
    if follows and not app.property(_HAS_FOLLOWER):
        _SystemFollower(app)
        app.setProperty(_HAS_FOLLOWER, True)
