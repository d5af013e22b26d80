r"""Any octets as text that can be typed: \r \n \t \0 \xHH and \\, everything else as UTF-8."""

import re

ENDINGS = {"crlf": b"\r\n", "lf": b"\n", "cr": b"\r", "none": b""}
"""What may end a line, by the names people choose from."""

_SIMPLE = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
_NAMES = {octets[0]: f"\\{letter}" for letter, octets in _SIMPLE.items()}
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.)|\Z)", re.DOTALL)


def unescaped(text: str) -> bytes:
    """The octets that ``text`` stands for. Raises ValueError with a sentence."""
    octets = bytearray()
    done = 0
    for match in _ESCAPE.finditer(text):
        octets += _plain(text[done : match.start()])
        done = match.end()
        if match[1]:
            octets.append(int(match[1], 16))
        elif match[2] is None:
            # At the very end: nothing that it could change follows.
            octets += b"\\"
        elif match[2] in _SIMPLE:
            octets += _SIMPLE[match[2]]
        elif match[2] == "x":
            digits = text[match.end() : match.end() + 2]
            raise ValueError(rf"\x needs two hexadecimal digits, not “{digits}”")
        else:
            raise ValueError(rf"there is no escape \{match[2]}; a backslash itself is \\")
    return bytes(octets + _plain(text[done:]))


def escaped(octets: bytes) -> str:
    """Text from which ``unescaped`` makes these octets again; printable, and whole characters."""
    text = octets.decode("utf-8", "surrogateescape")
    return "".join(map(_escaped_character, text))


def _escaped_character(character: str) -> str:
    code = ord(character)
    if code in _NAMES:
        return _NAMES[code]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if character.isprintable():
        return character
    return "".join(f"\\x{octet:02x}" for octet in _plain(character))


def _plain(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
