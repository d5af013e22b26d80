"""Opening a session file: a session computed anew from its lines.

A damaged or unfinished line is left out and told of; only a file that is no session file at all
is refused.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.lines import (
    FORMAT,
    KNOWN,
    VERSION,
    HeaderLine,
    TitledLine,
    decode_event,
    decode_header,
    encode_header,
)
from smtpdebugger.transcript.place import SUFFIX

MAX_HEADER_OCTETS = 1024 * 1024
MAX_PROBLEMS = 5

_OUR_BEGINNING = encode_header(Header()).split(b",", 1)[0]

_FOREIGN = {
    b"\x1f\x8b\x08\0": "a gzip archive. Unpack it first",
    b"\x1f\x8b\x08\x08": "a gzip archive. Unpack it first",
    b"PK\x03\x04": "a zip archive. Unpack it first",
    b"\xd4\xc3\xb2\xa1": "a packet capture, which this version does not read",
    b"\xa1\xb2\xc3\xd4": "a packet capture, which this version does not read",
    b"\x0a\x0d\x0d\x0a": "a packet capture, which this version does not read",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
}


def is_session_file(head: bytes) -> bool:
    """Whether a file that begins with these octets says it is a session file."""
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096]
    return first.startswith(b"{") and b'"smtpsession"' in first.split(b"\n", 1)[0]


def load_session(path: Path) -> tuple[Session, tuple[str, ...]]:
    """The session in a file, and what was wrong with the file, in sentences.

    Raises TranscriptError for what is no session file or cannot be read.
    """
    try:
        with path.open("rb") as file:
            problems = _Problems(path)
            magic = bytes(file.peek(4)[:4])
            header = _read_header(path, magic, file.readline(MAX_HEADER_OCTETS), problems)
            session = Session(_header_of(header))
            for number, line in enumerate(file, 2):
                _take(session, line, number, problems)
    except OSError as error:
        raise TranscriptError(_unreadable(path, error)) from error
    return session, tuple(problems.sentences())


def _take(session: Session, line: bytes, number: int, problems: "_Problems") -> None:
    if line.isspace():
        return
    try:
        event = decode_event(line)
    except (msgspec.MsgspecError, ValueError):
        if not _is_unknown(line):
            problems.damaged(number, is_unfinished=not line.endswith(b"\n"))
        return
    if isinstance(event, TitledLine):
        session.header = replace(session.header, title=event.title)
    else:
        session.record(event)


class _Problems:
    """Collects what was wrong; long lists are cut short."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._damaged: list[int] = []
        self._is_unfinished = False

    def damaged(self, number: int, *, is_unfinished: bool) -> None:
        """Line ``number`` could not be read."""
        if is_unfinished:
            self._is_unfinished = True
        else:
            self._damaged.append(number)

    def sentences(self) -> Iterator[str]:
        """All problems."""
        for number in self._damaged[:MAX_PROBLEMS]:
            yield f"Line {number} of {self._path.name} is damaged and was left out."
        if more := len(self._damaged[MAX_PROBLEMS:]):
            yield f"{more} more damaged lines of {self._path.name} were left out."
        if self._is_unfinished:
            yield (
                f"The last line of {self._path.name} is unfinished and was left out: "
                "recording ended abruptly, or still goes on."
            )


def _read_header(path: Path, magic: bytes, line: bytes, problems: _Problems) -> HeaderLine:
    if not line and path.suffix != SUFFIX:
        raise TranscriptError(f"{path} is empty. Choose a session file (*{SUFFIX}).")
    header: HeaderLine | None
    line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        header = decode_header(line)
    except (msgspec.MsgspecError, ValueError):
        header = _loose_header(line)
    if header is None and _is_torn(path, line):
        problems.damaged(1, is_unfinished=True)
        return HeaderLine(FORMAT, VERSION)
    if header is None or header.format != FORMAT:
        raise TranscriptError(
            f"{path} is not a session file: it {_looks_like(magic, line)}. "
            "Choose a file that smtpdebugger recorded (*.smtpsession)."
        )
    if header.version > VERSION:
        raise TranscriptError(
            f"{path} was written by a newer smtpdebugger (format version {header.version}; "
            f"this one reads {VERSION}). Update smtpdebugger to open it."
        )
    if header.version < 1:
        raise TranscriptError(
            f"{path} has format version {header.version}, which never was. The file is damaged."
        )
    return header


def _is_torn(path: Path, line: bytes) -> bool:
    """Whether this is the beginning of a header that was never written to its end."""
    is_ours = line.startswith(_OUR_BEGINNING) or (
        path.suffix == SUFFIX and _OUR_BEGINNING.startswith(line)
    )
    return is_ours and not line.endswith(b"\n")


def _loose_header(line: bytes) -> HeaderLine | None:
    """A header whose other keys a newer version may have changed."""
    try:
        return msgspec.convert(
            {key: value for key, value in _object(line).items() if key in {"format", "version"}},
            HeaderLine,
        )
    except msgspec.MsgspecError:
        return None


def _header_of(line: HeaderLine) -> Header:
    return Header(line.id, line.began, line.title, line.origin, line.application)


def _object(line: bytes) -> dict[str, object]:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_unknown(line: bytes) -> bool:
    """Whether this is an event of a type that a later version may know."""
    kind = _object(line).get("type")
    return isinstance(kind, str) and kind not in KNOWN


def _looks_like(magic: bytes, line: bytes) -> str:
    if magic in _FOREIGN:
        return f"is {_FOREIGN[magic]}"
    if b"\0" in line:
        return "holds binary data"
    text = line.decode("utf-8", "replace").strip()
    if text.startswith(("{", "[")):
        return "is JSON of another kind"
    if text.startswith(("S:", "C:")):
        return "is a plain transcript, which `smtpdebugger explain` reads"
    shown = text[:40] + "…" * (len(text) > 40)
    printable = "".join(each if each.isprintable() else "?" for each in shown)
    return f"begins with “{printable}”"


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"There is no file {path}. Check the name."
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder. Choose a session file in it."
    if isinstance(error, PermissionError):
        return f"{path} may not be read. Ask its owner, or copy it to where you may."
    return f"{path} cannot be read: {error.strerror or error}. Check the disk."
