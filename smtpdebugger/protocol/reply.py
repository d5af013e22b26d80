"""Replies: octets from an SMTP server into reply lines and replies (RFC 5321 section 4.2).

The parser is total: feeding it any octets in any pieces never raises, each octet ends up in
exactly one line, and how the octets were cut on the way never changes the result.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from smtpdebugger.protocol.defects import Defect
from smtpdebugger.protocol.sasl import MASK, MASK_OCTETS
from smtpdebugger.protocol.status import EnhancedStatus

MAX_LINE_OCTETS = 64 * 1024
"""A line without an end is cut here; RFC 5321 section 4.5.3.1.5 allows 512 octets."""

MAX_REPLY_OCTETS = 1024 * 1024
"""A reply that does not end is handed over when it has grown this long."""

MAX_REPLY_LINES = 20_000
"""Or has so many lines: short ones take far more memory than their octets."""

_MASK_LATIN_1 = MASK_OCTETS.decode("latin-1")

CHALLENGE = 334
"""The one code whose text may well be empty: a challenge of no octets (RFC 4954 section 4)."""

_LINE = re.compile(rb"([0-9]{3})(?![0-9])([ -]?)(.*)", re.DOTALL)


class Severity(Enum):
    """The theory of reply codes, by their first digit (RFC 5321 section 4.2.1)."""

    POSITIVE = "positive completion"
    INTERMEDIATE = "positive intermediate"
    TRANSIENT = "transient negative"
    PERMANENT = "permanent negative"
    UNKNOWN = "no valid reply code"


_SEVERITIES = {
    2: Severity.POSITIVE,
    3: Severity.INTERMEDIATE,
    4: Severity.TRANSIENT,
    5: Severity.PERMANENT,
}


class ReplyLine(NamedTuple):
    """One line as it came, line end included, and what could be read from it."""

    octets: bytes
    code: int | None
    separator: str
    text: bytes
    """What stands after the code and the separator, without the line end."""
    defects: tuple[Defect, ...] = ()

    @property
    def is_last(self) -> bool:
        """Whether this line ends its reply."""
        return self.separator != "-"


@dataclass(frozen=True)
class Reply:
    """One reply of one or more lines."""

    lines: tuple[ReplyLine, ...]
    defects: tuple[Defect, ...] = ()

    @property
    def code(self) -> int | None:
        """The reply code: that of the last line that has one, as clients read it."""
        # Not cached: before Python 3.12 a cached property takes a lock, which costs more.
        for line in reversed(self.lines):
            if line.code is not None:
                return line.code
        return None

    @property
    def severity(self) -> Severity:
        """What the first digit of the code says."""
        return _SEVERITIES.get((self.code or 0) // 100, Severity.UNKNOWN)

    @property
    def is_positive(self) -> bool:
        """Whether the code is 2yz or 3yz."""
        return 200 <= (self.code or 0) < 400

    @property
    def is_negative(self) -> bool:
        """Whether the code is 4yz or 5yz."""
        return 400 <= (self.code or 0) < 600

    @property
    def octets(self) -> bytes:
        """The reply exactly as it came."""
        return b"".join(line.octets for line in self.lines)

    @cached_property
    def text(self) -> str:
        """The reply text, lines joined by LF; undecodable octets as U+FFFD or Latin-1."""
        return "\n".join(decode(line.text) for line in self.lines)

    @cached_property
    def enhanced_status(self) -> EnhancedStatus | None:
        """The enhanced status code at the head of the text (RFC 2034 section 4), if any."""
        return EnhancedStatus.at_head_of(self.lines[0].text) if self.lines else None

    @property
    def plain_text(self) -> str:
        """The text without the enhanced status code each line may begin with."""
        status = self.enhanced_status
        if status is None:
            return self.text
        head = str(status)
        lines = self.text.split("\n")
        return "\n".join(line.removeprefix(head).lstrip(" ") for line in lines)


def decode(octets: bytes) -> str:
    """Octets as text for people: UTF-8 where it is valid, else Latin-1, so nothing is lost."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1").replace(_MASK_LATIN_1, MASK)


class ReplyParser:
    """Reads a server's octets into replies."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._lines: list[ReplyLine] = []
        self._octets_in_reply = 0
        self._inside_long_line = False

    @property
    def is_at_rest(self) -> bool:
        """Whether every octet so far belongs to a whole reply."""
        return not (self._buffer or self._lines or self._inside_long_line)

    def clone(self) -> "ReplyParser":
        """One that goes on from here on its own."""
        other = ReplyParser()
        other._buffer += self._buffer
        other._lines += self._lines
        other._octets_in_reply = self._octets_in_reply
        other._inside_long_line = self._inside_long_line
        return other

    @property
    def pending(self) -> bytes:
        """Octets that came and do not make a whole reply yet."""
        return b"".join(line.octets for line in self._lines) + bytes(self._buffer)

    @property
    def pending_length(self) -> int:
        """How many octets are pending."""
        return self._octets_in_reply + len(self._buffer)

    def feed(self, octets: bytes) -> list[Reply]:
        """Take octets as they came; give the replies that they completed. Never raises."""
        self._buffer += octets
        replies: list[Reply] = []
        start = 0
        while (stop := self._end_of_line(start)) is not None:
            self._take(bytes(self._buffer[start:stop]), replies)
            start = stop
        del self._buffer[:start]
        return replies

    def close(self) -> list[Reply]:
        """The connection ended: what is left, as a reply with a defect."""
        replies: list[Reply] = []
        if self._buffer:
            rest = bytes(self._buffer)
            self._buffer.clear()
            line = self._read_line(rest)
            defect = Defect("no-line-end", len(rest), len(rest))
            self._add(_with_defect(line, defect), replies)
        if self._lines:
            self._finish(replies, "unfinished")
        return replies

    def _end_of_line(self, start: int) -> int | None:
        limit = start + MAX_LINE_OCTETS
        found = self._buffer.find(b"\n", start, limit)
        if found >= 0:
            return found + 1
        return limit if len(self._buffer) >= limit else None

    def _take(self, octets: bytes, replies: list[Reply]) -> None:
        self._add(self._read_line(octets), replies)

    def _read_line(self, octets: bytes) -> ReplyLine:
        is_cut = not octets.endswith(b"\n") and len(octets) >= MAX_LINE_OCTETS
        line = read_piece(octets) if self._inside_long_line else read_line(octets)
        if is_cut or self._inside_long_line:
            line = _with_defect(line, Defect("line-too-long", 0, len(octets)))
        self._inside_long_line = is_cut
        return line

    def _add(self, line: ReplyLine, replies: list[Reply]) -> None:
        self._lines.append(line)
        self._octets_in_reply += len(line.octets)
        if not self._inside_long_line and self._ends_reply(line):
            self._finish(replies)
        elif self._octets_in_reply >= MAX_REPLY_OCTETS or len(self._lines) >= MAX_REPLY_LINES:
            self._finish(replies, "reply-too-long")

    def _ends_reply(self, line: ReplyLine) -> bool:
        if line.code is None:
            # A line without a code inside a multiline reply belongs to it; else it stands alone.
            opener = next((each for each in self._lines if each.code is not None), None)
            return opener is None or opener.is_last
        return line.is_last

    def _finish(self, replies: list[Reply], defect: str | None = None) -> None:
        lines = tuple(self._lines)
        self._lines.clear()
        self._octets_in_reply = 0
        defects = [each for line in lines for each in line.defects]
        if len({line.code for line in lines if line.code is not None}) > 1:
            defects.append(Defect("code-mismatch", 0, 3))
        if defect is not None:
            defects.append(Defect(defect, 0, 0))
        replies.append(Reply(lines, tuple(defects)))


def read_line(octets: bytes) -> ReplyLine:
    """One reply line, line end included if it has one. Never raises."""
    content, defects = split_line_end(octets)
    match = _LINE.match(content)
    if match is None:
        return ReplyLine(octets, None, "", content, (*defects, Defect("no-code", 0, len(content))))
    code, separator, text = int(match[1]), match[2].decode("ascii"), match[3]
    if not 200 <= code <= 599:
        defects.append(Defect("code-out-of-range", 0, 3))
    if not separator and text:
        defects.append(Defect("no-separator", 3, 4))
    if not text and code != CHALLENGE:
        defects.append(Defect("no-text", 3, len(content)))
    return ReplyLine(octets, code, separator, text, tuple(defects))


def read_piece(octets: bytes) -> ReplyLine:
    """A further piece of a line that was too long: text only."""
    content, defects = split_line_end(octets)
    return ReplyLine(octets, None, "", content, tuple(defects))


def split_line_end(octets: bytes) -> tuple[bytes, list[Defect]]:
    """A line's content without its end, and what is wrong with its octets (RFC 5321 2.3.8)."""
    defects: list[Defect] = []
    if octets.endswith(b"\r\n"):
        content = octets[:-2]
    elif octets.endswith(b"\n"):
        content = octets[:-1]
        defects.append(Defect("bare-lf", len(content), len(octets)))
    else:
        content = octets
    if (bare := content.find(b"\r")) >= 0:
        defects.append(Defect("bare-cr", bare, bare + 1))
    if (nul := content.find(b"\0")) >= 0:
        defects.append(Defect("nul", nul, nul + 1))
    if not content.isascii():
        # A mask is ours, not the peer's.
        shown = content.replace(MASK_OCTETS, b"*" * len(MASK_OCTETS))
        first = next((index for index, octet in enumerate(shown) if octet > 127), None)
        if first is not None:
            defects.append(Defect("8bit", first, len(content)))
    return content, defects


def _with_defect(line: ReplyLine, defect: Defect) -> ReplyLine:
    return ReplyLine(line.octets, line.code, line.separator, line.text, (*line.defects, defect))
