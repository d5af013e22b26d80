"""Plain text: server text is hostile, and a tool tip would read markup in it."""

from html import escape

MAX_TIP = 2000
"""Characters; a longer tool tip covers the screen."""


def plain_tip(text: str) -> str:
    """A text as a tool tip that shows every character as it is, lines kept."""
    if not text:
        return ""
    cut = text if len(text) <= MAX_TIP else text[:MAX_TIP] + " …"
    return f'<p style="white-space:pre-wrap; margin:0">{escape(cut)}</p>'
