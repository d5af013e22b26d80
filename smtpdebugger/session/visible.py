"""Untrusted octets as harmless text: control characters shown, nothing interpreted.

Terminal escapes, NULs and right-to-left overrides in a reply must neither act nor hide.
"""

import unicodedata

MAX_CHARACTERS = 4000
"""What one row shows at most; the octets themselves stay in the events."""

_ALLOWED = frozenset("\n\t")
# Names and not Unicode's control pictures, which many fonts lack.
_NAMES = (
    *("NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR"),
    *("SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB"),
    *("ESC", "FS", "GS", "RS", "US"),
)
CONTROLS = {**{code: f"‹{name}›" for code, name in enumerate(_NAMES)}, 0x7F: "‹DEL›"}
"""How each control character is shown."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def visible(text: str, limit: int = MAX_CHARACTERS) -> str:
    """``text`` with every character that is not printable replaced by a visible one."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(map(_visible_character, cut))
    if len(text) > limit:
        cut += f" … ({len(text) - limit} more characters)"
    return cut


def _visible_character(character: str) -> str:
    code = ord(character)
    if character in _ALLOWED:
        return character
    if code in CONTROLS:
        return CONTROLS[code]
    if character != " " and unicodedata.category(character) in _HIDDEN:
        return f"⟨U+{code:04X}⟩"
    return character
