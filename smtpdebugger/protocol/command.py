"""Commands: what the client sends, unit by unit (RFC 5321 section 4.1).

A client unit is a command line, mail data after 354, a chunk after BDAT, or a SASL response
after 334. Malformed input is a unit too, with defects.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from smtpdebugger.protocol.defects import Defect
from smtpdebugger.protocol.reply import decode, split_line_end
from smtpdebugger.protocol.sasl import Secret, masked, secrets_of_command, secrets_of_response

_ESMTP_PARAMETER = re.compile(r"^([A-Za-z0-9][A-Za-z0-9-]*)(?:=(\S*))?$")
_PATH = re.compile(r'<(?:"(?:[^"\\]|\\.)*"|[^">])*>')
_OF_STREAM = frozenset({"no-line-end", "line-too-long"})
_BDAT = re.compile(rb"(?i)^BDAT[ \t]+([0-9]{1,18})([ \t]+LAST)?[ \t]*\r?\n?$")


class Command(NamedTuple):
    """A command line as it was sent, line end included."""

    octets: bytes
    verb: str
    """In capitals; empty for an empty line."""
    argument: str
    defects: tuple[Defect, ...] = ()
    secrets: tuple[Secret, ...] = ()

    @property
    def text(self) -> str:
        """The line without its end, secrets unmasked."""
        return decode(self.octets.rstrip(b"\r\n"))

    @property
    def path(self) -> str | None:
        """What stands between the first ``<`` and its ``>`` of MAIL or RCPT, or None."""
        _, bracket, rest = self.argument.partition("<")
        path, end, _ = rest.partition(">")
        return path if bracket and end else None

    @property
    def parameters(self) -> dict[str, str | None]:
        """The ESMTP parameters of MAIL or RCPT, keywords in capitals (RFC 5321 4.1.2)."""
        if self.verb not in {"MAIL", "RCPT"}:
            return {}
        stop = end_of_path(self.argument)
        if stop == len(self.argument):
            return {}
        words = self.argument[stop:].split() if stop else []
        matches = (_ESMTP_PARAMETER.match(word) for word in words)
        return {match[1].upper(): match[2] for match in matches if match}


def end_of_path(line: str) -> int:
    """Where the first path of a MAIL or RCPT line ends, 0 without one: parameters may hold angle
    brackets too, as AUTH=<> does (RFC 4954 section 5), and so may a quoted local-part."""
    start = line.find("<")
    # Looked for from the first bracket on only: a line may hold thousands of them.
    match = _PATH.match(line, start) if start >= 0 else None
    return match.end() if match else line.find(">") + 1


class SaslResponse(NamedTuple):
    """A line sent in answer to a 334 (RFC 4954 section 4)."""

    octets: bytes
    secrets: tuple[Secret, ...] = ()
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True)
class MailData:
    """A message as it was sent after 354, dots stuffed, with the lone dot that ends it."""

    length: int
    """Octets, including the end of mail data indication."""
    lines: int
    """How many lines; the last one may be unfinished."""
    head: bytes
    """The first octets, for showing; the whole is in the session's events."""
    is_continued: bool = False
    """Octets sent on after a reply had come early; they have no reply of their own."""
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """The octets that follow a BDAT command (RFC 3030 section 2)."""

    length: int
    head: bytes
    is_complete: bool
    defects: tuple[Defect, ...] = ()
    lines: int = field(default=0, compare=False)
    """How many lines; the last one may be unfinished."""


ClientUnit = Command | SaslResponse | MailData | Chunk


def read_command(octets: bytes) -> Command:
    """One command line. Never raises."""
    content, defects = split_line_end(octets)
    # Split and raised as octets: only ASCII blanks part words, only ASCII letters have cases.
    words = content.split(None, 1)
    verb = decode(words[0].upper()) if words else ""
    argument = decode(words[1].rstrip()) if len(words) > 1 else ""
    return Command(octets, verb, argument, tuple(defects), secrets_of_command(octets))


def read_response(octets: bytes) -> SaslResponse:
    """One SASL response line. Never raises."""
    _, defects = split_line_end(octets)
    return SaslResponse(octets, secrets_of_response(octets), tuple(defects))


def without_secrets(
    unit: Command | SaslResponse, spans: tuple[Secret, ...]
) -> Command | SaslResponse:
    """The unit as it reads with masks in place of ``spans``; defects inside them are gone too."""
    octets = masked(unit.octets, spans)
    is_command = isinstance(unit, Command)
    fresh = read_command(octets) if is_command else read_response(octets)
    kept = tuple(each for each in unit.defects if each.name in _OF_STREAM)
    return fresh._replace(defects=(*fresh.defects, *kept))


def chunk_size(command: Command) -> int:
    """How many octets of a chunk follow this command; 0 for all but a well-formed BDAT."""
    match = _BDAT.match(command.octets)
    return int(match[1]) if match else 0
