"""Pasted text as the command lines it holds."""

import re

_ROW = r"^\s*\d+\.\d+ (->|~>|<-|<~|--) ?(.*)$"
_SPOKEN = r"^(C|S):(?: (.*)|)$"


def lines_of(text: str) -> list[str]:
    """The lines a client would send: of a transcript only the client's, without its marks."""
    lines = [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    for pattern, client in ((_ROW, {"->", "~>"}), (_SPOKEN, {"C"})):
        matches = [re.match(pattern, line) for line in lines]
        if lines and all(matches):
            return [m[2] or "" for m in matches if m is not None and m[1] in client]
    return lines
