"""Tokens: the named colours of a theme, read from resources/theme.

A delegate asks for ``tokens().negative`` while it paints, so a change of theme needs no one to be
told.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QColor

from smtpdebugger import resources

THEMES = ("light", "dark")


class Tokens(NamedTuple):
    """One theme's colours by purpose, each as ``#rrggbb``."""

    window: str
    surface: str
    raised: str
    border: str
    control_border: str
    text: str
    muted: str
    muted_surface: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    selection_border: str
    command: str
    command_surface: str
    positive: str
    positive_surface: str
    negative: str
    negative_surface: str
    event: str
    event_surface: str
    warning: str
    warning_surface: str
    warning_border: str
    track: str

    def color(self, name: str) -> QColor:
        """One token as a colour for painting. Raises AttributeError for an unknown name."""
        return _color(getattr(self, name))


@dataclass(slots=True)
class _Current:
    theme: str = "light"


_current = _Current()


def tokens() -> Tokens:
    """The colours of the theme now shown; light before any was applied."""
    return read_tokens(_current.theme)


def current_theme() -> str:
    """``light`` or ``dark``, whichever is now shown."""
    return _current.theme


def choose_theme(theme: str) -> None:
    """Make ``tokens()`` answer for another theme. Raises ValueError for an unknown name."""
    if theme not in THEMES:
        raise ValueError(f"there is no theme {theme!r}")
    _current.theme = theme


def theme_folder(theme: str) -> Path:
    """The folder of the images that the style sheet of a theme names."""
    return resources.path("theme", theme)


@lru_cache(maxsize=len(THEMES))
def read_tokens(theme: str) -> Tokens:
    """The colours of a theme. Raises ValueError where the file lacks one or has one too many."""
    table = _read_table(resources.path("theme", f"{theme}.toml"))
    wanted = set(Tokens._fields)
    if wrong := sorted(wanted ^ table.keys()):
        raise ValueError(f"theme/{theme}.toml: missing or unknown: {', '.join(wrong)}")
    return Tokens(**table)


def _read_table(file: Path) -> dict[str, str]:
    """Lines of ``name = "#rrggbb"``, blank ones and comments: all the TOML that a theme needs.

    The first paint waits for it, and loading Python's own reader takes longer than the window.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


@lru_cache(maxsize=128)
def _color(value: str) -> QColor:
    return QColor(value)
