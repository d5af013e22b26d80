"""Colours, fonts and icons, light and dark.

Widgets choose a look with ``setProperty("role", …)``; resources/theme/style.qss has the rules:
frames ``card``, ``notice`` and ``news``; labels ``title``, ``section``, ``muted``, ``small``,
``ok``, ``warning``, ``error``, ``wire``; buttons ``primary``, ``chip``, ``pill``, ``flat``,
``link``; text fields ``wire``, ``composer``, ``quiet``, ``details``.
What is painted asks ``tokens()``.
"""

from smtpdebugger.gui.theme.apply import apply_theme, make_application, prepare_theme
from smtpdebugger.gui.theme.fonts import text_font, wire_font
from smtpdebugger.gui.theme.icons import icon, pixmap, set_icon
from smtpdebugger.gui.theme.plain import plain_tip
from smtpdebugger.gui.theme.tokens import Tokens, current_theme, tokens

__all__ = [
    "Tokens",
    "apply_theme",
    "current_theme",
    "icon",
    "make_application",
    "pixmap",
    "plain_tip",
    "prepare_theme",
    "set_icon",
    "text_font",
    "tokens",
    "wire_font",
]
