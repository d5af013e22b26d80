"""The header of a session file, and what a file is that has none."""

from pathlib import Path

import msgspec

from smtpdebugger.session.session import Header
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.line_types import FORMAT, KNOWN, VERSION, HeaderLine
from smtpdebugger.transcript.lines import decode_header, encode_header
from smtpdebugger.transcript.place import SUFFIX

MAX_HEADER_OCTETS = 1024 * 1024

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


def read_header(path: Path, line: bytes, magic: bytes) -> tuple[Header, bool]:
    """The header in a file's first line, and whether that line is unfinished.

    ``magic`` is how the file begins, the first line or more.
    Raises TranscriptError for what is no session file, or one of a version to come.
    """
    if not line and path.suffix != SUFFIX:
        raise TranscriptError(f"{path} is empty. Choose a session file (*{SUFFIX}).")
    header: HeaderLine | None
    line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        header = decode_header(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        header = _loose_header(line)
    if header is None and _is_torn(path, line):
        return Header(), True
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
    return Header(header.id, header.began, header.title, header.origin, header.application), False


def _is_torn(path: Path, line: bytes) -> bool:
    """Whether this is the beginning of a header that was never written to its end."""
    is_ours = line.startswith(_OUR_BEGINNING) or (
        path.suffix == SUFFIX and _OUR_BEGINNING.startswith(line)
    )
    return is_ours and not line.endswith(b"\n") and len(line) < MAX_HEADER_OCTETS


def _loose_header(line: bytes) -> HeaderLine | None:
    """A header whose other keys a newer version may have changed."""
    try:
        return msgspec.convert(
            {key: value for key, value in _object(line).items() if key in {"format", "version"}},
            HeaderLine,
        )
    except msgspec.MsgspecError:
        return None


def _object(line: bytes) -> dict[str, object]:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def is_unknown(line: bytes) -> bool:
    """Whether this is an event of a type that a later version may know."""
    kind = _object(line).get("type")
    return isinstance(kind, str) and kind not in KNOWN


def _looks_like(magic: bytes, line: bytes) -> str:
    for beginning, name in _FOREIGN.items():
        if magic.startswith(beginning):
            return f"is {name}"
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


def unreadable(path: Path, error: OSError) -> str:
    """Why a file cannot be read, and what to do."""
    if isinstance(error, FileNotFoundError):
        return f"There is no file {path}. Check the name."
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder. Choose a session file in it."
    if isinstance(error, PermissionError):
        return f"{path} may not be read. Ask its owner, or copy it to where you may."
    return f"{path} cannot be read: {error.strerror or error}. Check the disk."
