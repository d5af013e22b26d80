"""Defects: grammar rules that what came over the wire did not keep.

A defect is something to show, never an exception: the peer's mistakes are what we exist to see.
"""

from typing import NamedTuple


class Defect(NamedTuple):
    """A broken grammar rule, anchored to octets ``start`` up to ``stop`` of its line or reply."""

    name: str
    start: int
    stop: int

    @property
    def sentence(self) -> str:
        """What was wrong, for people."""
        return SENTENCES.get(self.name, self.name.replace("-", " "))


SENTENCES = {
    "bare-lf": "a line ended with LF alone instead of CRLF (RFC 5321 2.3.8)",
    "bare-cr": "a CR stands alone inside a line (RFC 5321 2.3.8)",
    "nul": "a NUL octet stands in the line",
    "8bit": "octets above 127 stand in the line (RFC 5321 2.4)",
    "no-code": "a line begins with no three-digit reply code (RFC 5321 4.2)",
    "code-out-of-range": "the reply code is outside 200 to 599 (RFC 5321 4.2.1)",
    "no-separator": "neither a blank nor a hyphen follows the reply code (RFC 5321 4.2)",
    "no-text": "the reply line has a code and no text",
    "code-mismatch": "the lines of one reply carry different codes (RFC 5321 4.2.1)",
    "line-too-long": "the line is longer than this program keeps in one piece",
    "reply-too-long": "the reply is longer than this program keeps in one piece",
    "no-line-end": "the connection ended in the middle of the line",
    "unfinished": "the connection ended before the last line of the reply",
    "no-end-of-data": "a reply came before the lone dot that ends the mail data",
}
