"""What there is to know of a message before it goes out: lengths, line ends, octets above 127.

The scan takes the message piece by piece, wherever it is cut, in constant memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

MAX_LINE = 998
"""Octets of a line of text, without its CRLF (RFC 5321 section 4.5.3.1.6)."""

_HEADER_OCTETS = 256 * 1024
"""How far the header section is looked for."""


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message, counted. Line numbers count from 1; 0 stands for nowhere."""

    octets: int = 0
    lines: int = 0
    longest: int = 0
    """Octets of the longest line, without its end."""
    longest_at: int = 0
    crlf: int = 0
    bare_cr: int = 0
    bare_cr_at: int = 0
    bare_lf: int = 0
    bare_lf_at: int = 0
    nul: int = 0
    nul_at: int = 0
    has_8bit: bool = False
    eight_bit_at: int = 0
    has_8bit_header: bool = False
    dots: int = 0
    """Lines that begin with a dot."""
    has_header: bool = False
    """Whether it begins with a header field (RFC 5322 section 2.2)."""
    ends_line: bool = True
    """Whether its last line has an end."""

    @property
    def is_lf_only(self) -> bool:
        """Whether every line ends in LF alone, as in a file of Unix."""
        return self.bare_lf > 0 and self.crlf == 0 and self.bare_cr == 0


class Remark(NamedTuple):
    """Something about a message that a server may not like."""

    what: str
    change: str
    reference: str


class MessageScan:
    """Counts a message as it is read."""

    def __init__(self) -> None:
        self.facts = MessageFacts()
        self._last = b""
        self._open = 0
        """Octets of the line that has begun."""
        self._head = bytearray()
        self._is_in_header = True

    def feed(self, octets: bytes) -> None:
        """The next piece."""
        if not octets:
            return
        held = self._last == b"\r"
        self._last = octets[-1:]
        # A CR at the border belongs to whatever comes next.
        text = (b"\r" if held else b"") + (octets[:-1] if self._last == b"\r" else octets)
        self.facts = replace(self.facts, octets=self.facts.octets + len(octets))
        self._count(text)

    def end(self) -> MessageFacts:
        """The message is over: all there is to know of it."""
        if self._last == b"\r":
            self._last = b""
            self._count(b"\r")
        self._read_header(b"", is_over=True)
        ended = self._open == 0
        if not ended:
            longest = max(self.facts.longest, self._open)
            at = self.facts.lines + 1 if longest > self.facts.longest else self.facts.longest_at
            self.facts = replace(
                self.facts, lines=self.facts.lines + 1, longest=longest, longest_at=at
            )
        self.facts = replace(self.facts, ends_line=ended)
        return self.facts

    def _count(self, text: bytes) -> None:
        facts = self.facts
        crlf, lf, cr = text.count(b"\r\n"), text.count(b"\n"), text.count(b"\r")
        nul, has_8bit = text.count(b"\0"), not text.isascii()
        dots = text.count(b"\n.") + (self._open == 0 and text.startswith(b"."))
        changes: dict[str, int | bool] = {"crlf": facts.crlf + crlf, "dots": facts.dots + dots}
        if cr > crlf:
            changes["bare_cr"] = facts.bare_cr + cr - crlf
            changes["bare_cr_at"] = facts.bare_cr_at or self._line_of(text, _bare_cr(text))
        if lf > crlf:
            changes["bare_lf"] = facts.bare_lf + lf - crlf
            changes["bare_lf_at"] = facts.bare_lf_at or self._line_of(text, _bare_lf(text))
        if nul:
            changes["nul"] = facts.nul + nul
            changes["nul_at"] = facts.nul_at or self._line_of(text, text.index(b"\0"))
        if has_8bit and not facts.has_8bit:
            place = next(index for index, octet in enumerate(text) if octet > 127)
            changes.update(has_8bit=True, eight_bit_at=self._line_of(text, place))
        self._measure_lines(text, lf, changes)
        self.facts = replace(facts, **changes)  # type: ignore[arg-type]
        if self._is_in_header:
            self._read_header(text)

    def _measure_lines(self, text: bytes, count: int, changes: dict[str, int | bool]) -> None:
        first, *rest = text.split(b"\n")
        lengths = [self._open + len(first.removesuffix(b"\r"))]
        if not rest:
            self._open += len(first)
            return
        lengths += [len(line) - line.endswith(b"\r") for line in rest[:-1]]
        longest = max(lengths)
        if longest > self.facts.longest:
            changes["longest"] = longest
            changes["longest_at"] = self.facts.lines + 1 + lengths.index(longest)
        changes["lines"] = self.facts.lines + count
        self._open = len(rest[-1])

    def _line_of(self, text: bytes, place: int) -> int:
        return self.facts.lines + 1 + text.count(b"\n", 0, place)

    def _read_header(self, text: bytes, *, is_over: bool = False) -> None:
        if not self._is_in_header:
            return
        self._head += text
        header, separator = bytes(self._head).replace(b"\r\n", b"\n"), b"\n\n"
        if separator not in header and not is_over and len(header) < _HEADER_OCTETS:
            return
        self._is_in_header = False
        section = header.partition(separator)[0]
        name, colon, _ = section.partition(b"\n")[0].partition(b":")
        named = bool(colon) and name.strip().isascii() and b" " not in name.strip()
        self.facts = replace(
            self.facts, has_header=named, has_8bit_header=named and not section.isascii()
        )
        self._head.clear()


def _bare_cr(text: bytes) -> int:
    place = text.find(b"\r")
    while text[place + 1 : place + 2] == b"\n":
        place = text.find(b"\r", place + 1)
    return place


def _bare_lf(text: bytes) -> int:
    place = text.find(b"\n")
    while place > 0 and text[place - 1 : place] == b"\r":
        place = text.find(b"\n", place + 1)
    return place


def remarks_on(facts: MessageFacts) -> Iterator[Remark]:
    """What servers may not like about the message, whatever they offer."""
    if facts.bare_lf:
        yield Remark(
            f"{facts.bare_lf} lines end with LF alone, the first is line {facts.bare_lf_at}",
            "Send line ends as CRLF",
            "RFC 5321 2.3.8",
        )
    if facts.bare_cr:
        yield Remark(
            f"{facts.bare_cr} CR stand alone, the first in line {facts.bare_cr_at}",
            "Send line ends as CRLF, or encode the body",
            "RFC 5321 2.3.8",
        )
    if facts.nul:
        yield Remark(
            f"{facts.nul} NUL octets, the first in line {facts.nul_at}",
            "Encode the body as Base64, or send it by BDAT with BODY=BINARYMIME",
            "RFC 5322 2.2",
        )
    if facts.longest > MAX_LINE:
        yield Remark(
            f"line {facts.longest_at} has {facts.longest} octets, and {MAX_LINE} are allowed",
            "Encode the body as quoted-printable or Base64",
            "RFC 5321 4.5.3.1.6",
        )
    if not facts.has_header and facts.octets:
        yield Remark(
            "the message does not begin with a header field",
            "Begin with From:, Date: and an empty line before the body",
            "RFC 5322 3.6",
        )
