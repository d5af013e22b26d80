"""Opens whatever holds a session, recognised by its content and never by its name."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import DialogueError, looks_like_dialogue, read_dialogue
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.foreign import kind_of, what_it_is
from smtpdebugger.transcript.place import SUFFIX

if TYPE_CHECKING:
    from smtpdebugger.transcript.file import FileReader

MOST_OCTETS = 256 * 1024 * 1024
"""A larger plain transcript is refused rather than read into memory."""

_HEAD_OCTETS = 4096
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How text begins that PowerShell wrote."""

Opened = tuple[Session, tuple[str, ...]]
"""A session, and a sentence for each thing that was wrong with what held it."""


class Reading(Protocol):
    """A session that is being read, slice by slice."""

    session: Session
    """As far as it was read."""
    is_done: bool

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong so far, in sentences."""

    @property
    def fraction(self) -> float:
        """How much was read, from 0 to 1."""

    def advance(self, seconds: float | None = None) -> bool:
        """Read on for so long, or to the end; whether it is reached. Raises TranscriptError."""


class _Whole:
    """What could only be read at once."""

    is_done = True
    fraction = 1.0

    def __init__(self, opened: Opened) -> None:
        self.session, self.problems = opened

    def advance(self, seconds: float | None = None) -> bool:
        return True


def begin_opening(path: Path) -> Reading:
    """Begin to read the session in a file. Raises TranscriptError with a sentence."""
    try:
        if path.is_dir():
            raise TranscriptError(f"{path} is a folder. Open a file in it.")
        if path.exists() and not path.is_file():
            raise TranscriptError(f"{path} is not a regular file. Open a saved session.")
        with path.open("rb") as file:
            head = file.read(_HEAD_OCTETS)
            _refuse_foreign(head, str(path))
            if _is_no_plain_text(head) or (not head and path.suffix == SUFFIX):
                return _load_or_read(path)
            # Not even read: it may be as large as the disk.
            is_small = os.fstat(file.fileno()).st_size <= MOST_OCTETS
            octets = head + file.read(MOST_OCTETS) if is_small else b""
    except FileNotFoundError:
        raise TranscriptError(f"{path} does not exist. Check its name.") from None
    except OSError as error:
        raise TranscriptError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not is_small or len(octets) > MOST_OCTETS:
        raise TranscriptError(
            f"{path} is too large for a plain transcript: at most {MOST_OCTETS >> 20} MiB. "
            "Cut out the session you want to see."
        )
    return _Whole(_transcript(octets, str(path)))


def open_session(path: Path) -> Opened:
    """The session in a file. Raises TranscriptError with a sentence for a file that holds none."""
    reading = begin_opening(path)
    reading.advance()
    return reading.session, reading.problems


def read_session(octets: bytes, name: str) -> Opened:
    """The session in octets that came without a file, such as standard input. Raises as above."""
    _refuse_foreign(octets[:_HEAD_OCTETS], name)
    if not _is_no_plain_text(octets[:_HEAD_OCTETS]):
        return _transcript(octets, name)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "session"
        file.write_bytes(octets)
        try:
            reader = _load_or_read(file)
            reader.advance()
        except TranscriptError as error:
            raise TranscriptError(str(error).replace(str(file), name)) from error
        return reader.session, reader.problems


def _is_no_plain_text(head: bytes) -> bool:
    if head.startswith(_UTF_16):
        return False
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") or b"\0" in head


def _refuse_foreign(head: bytes, name: str) -> None:
    if told := kind_of(head):
        raise TranscriptError(f"{name}: {told}")


def _load(path: Path) -> "FileReader":
    # Only this format needs the JSON library, and a plain transcript is to be read at once.
    from smtpdebugger.transcript.file import FileReader

    return FileReader(path)


def _load_or_read(path: Path) -> Reading:
    """A session file, or else what services and logs tell in JSON. Raises TranscriptError."""
    try:
        return _load(path)
    except TranscriptError as error:
        if path.stat().st_size > MOST_OCTETS:
            raise
        octets = path.read_bytes()
        text = "" if b"\0" in octets else _decoded(octets)
        found = _traced(text, str(path)) if text else None
        if found is not None:
            return _Whole(found)
        if told := what_it_is(text):
            raise TranscriptError(f"{path}: {told}") from error
        raise


def _traced(text: str, name: str) -> Opened | None:
    # Most files are dialogues; what other programs print is looked at only where it is needed.
    from smtpdebugger.transcript.traces import read_trace

    return read_trace(text, name)


def _transcript(octets: bytes, name: str) -> Opened:
    text = _decoded(octets)
    try:
        return read_dialogue(text, title=name), ()
    except DialogueError as error:
        found = _traced(text, name)
        if found is not None:
            return found
        raise TranscriptError(f"{name}: {what_it_is(text) or _unknown(text, error)}") from error


def _unknown(text: str, error: DialogueError) -> str:
    if looks_like_dialogue(text):
        return str(error)
    return (
        "No reply of a mail server stands in it. Paste the session, the bounce with all its parts,"
        " or the whole error message."
    )


def _decoded(octets: bytes) -> str:
    if octets.startswith(_UTF_16):
        return octets.decode("utf-16", "replace")
    return octets.decode("utf-8", "surrogateescape")
