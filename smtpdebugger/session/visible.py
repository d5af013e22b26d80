"""Untrusted octets as harmless text: control characters shown, nothing interpreted.

Terminal escapes, NULs and right-to-left overrides in a reply must neither act nor hide.
"""

import unicodedata

MAX_CHARACTERS = 4000
"""What one row shows at most; the octets themselves stay in the events."""

_ALLOWED = frozenset("\n\t")


def visible(text: str, limit: int = MAX_CHARACTERS) -> str:
    """``text`` with every character that is not printable replaced by a visible one."""
    cut = text[:limit]
    if not (cut.isascii() and cut.isprintable()):
        cut = "".join(map(_visible_character, cut))
    if len(text) > limit:
        cut += f" … ({len(text) - limit} more characters)"
    return cut


def _visible_character(character: str) -> str:
    code = ord(character)
    if character in _ALLOWED:
        return character
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return f"⟨U+{code:04X}⟩"
    return character
