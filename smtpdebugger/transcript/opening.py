"""Opens whatever a file holds, recognised by its content and never by its name."""

from pathlib import Path

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import DialogueError, read_dialogue
from smtpdebugger.transcript.file import TranscriptError, is_session_file, load_session

MOST_OCTETS = 64 * 1024 * 1024
"""A larger plain transcript is refused rather than read into memory."""

_HEAD_OCTETS = 4096


def open_session(path: Path) -> tuple[Session, tuple[str, ...]]:
    """The session in a file, and a sentence for each thing that was wrong with it.

    Raises TranscriptError with a sentence for a file that holds none.
    """
    head, octets = _read(path)
    if is_session_file(head):
        return load_session(path)
    return transcript_of(octets, str(path)), ()


def transcript_of(octets: bytes, name: str) -> Session:
    """The session in a plain transcript. Raises TranscriptError, with a sentence about ``name``."""
    if b"\0" in octets[:_HEAD_OCTETS]:
        raise TranscriptError(
            f"{name} is not text. Open a .smtpsession file or a transcript of C: and S: lines."
        )
    try:
        return read_dialogue(octets.decode("utf-8", "surrogateescape"), title=name)
    except DialogueError as error:
        raise TranscriptError(f"{name}: {error}") from error


def _read(path: Path) -> tuple[bytes, bytes]:
    """The head of a file, and all of it where it is no session file."""
    try:
        if path.is_dir():
            raise TranscriptError(f"{path} is a folder. Open a file in it.")
        if not path.is_file() and path.exists():
            raise TranscriptError(f"{path} is not a regular file. Open a saved session.")
        with path.open("rb") as file:
            head = file.read(_HEAD_OCTETS)
            rest = b"" if is_session_file(head) else file.read(MOST_OCTETS)
    except FileNotFoundError:
        raise TranscriptError(f"{path} does not exist. Check its name.") from None
    except OSError as error:
        raise TranscriptError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(rest) == MOST_OCTETS:
        raise TranscriptError(f"{path} is too large for a plain transcript.")
    return head, head + rest
