"""Plain text: server text is hostile, and a tool tip would read markup in it."""

MAX_TIP = 2000
"""Characters; a longer tool tip covers the screen."""


def plain_tip(text: str) -> str:
    """A text as a tool tip that shows every character as it is, lines kept."""
    if not text:
        return ""
    cut = text if len(text) <= MAX_TIP else text[:MAX_TIP] + " …"
    return f'<p style="white-space:pre-wrap; margin:0">{_escaped(cut)}</p>'


def _escaped(text: str) -> str:
    # As html.escape; that module brings two thousand entities, which the first paint waits for.
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text.replace("'", "&#x27;")
