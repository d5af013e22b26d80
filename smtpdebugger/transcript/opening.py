"""Opens whatever holds a session, recognised by its content and never by its name."""

from pathlib import Path
from tempfile import TemporaryDirectory

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import DialogueError, read_dialogue
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.place import SUFFIX

MOST_OCTETS = 256 * 1024 * 1024
"""A larger plain transcript is refused rather than read into memory."""

_HEAD_OCTETS = 4096

Opened = tuple[Session, tuple[str, ...]]
"""A session, and a sentence for each thing that was wrong with what held it."""


def open_session(path: Path) -> Opened:
    """The session in a file. Raises TranscriptError with a sentence for a file that holds none."""
    try:
        if path.is_dir():
            raise TranscriptError(f"{path} is a folder. Open a file in it.")
        if path.exists() and not path.is_file():
            raise TranscriptError(f"{path} is not a regular file. Open a saved session.")
        with path.open("rb") as file:
            head = file.read(_HEAD_OCTETS)
            if _is_no_plain_text(head) or (not head and path.suffix == SUFFIX):
                return _load(path)
            octets = head + file.read(MOST_OCTETS)
    except FileNotFoundError:
        raise TranscriptError(f"{path} does not exist. Check its name.") from None
    except OSError as error:
        raise TranscriptError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(octets) > MOST_OCTETS:
        raise TranscriptError(f"{path} is too large for a plain transcript.")
    return _transcript(octets, str(path))


def read_session(octets: bytes, name: str) -> Opened:
    """The session in octets that came without a file, such as standard input. Raises as above."""
    if not _is_no_plain_text(octets[:_HEAD_OCTETS]):
        return _transcript(octets, name)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "session"
        file.write_bytes(octets)
        try:
            return _load(file)
        except TranscriptError as error:
            raise TranscriptError(str(error).replace(str(file), name)) from error


def _is_no_plain_text(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") or b"\0" in head


def _load(path: Path) -> Opened:
    # Only this format needs the JSON library, and a plain transcript is to be read at once.
    from smtpdebugger.transcript.file import load_session  # noqa: PLC0415

    return load_session(path)


def _transcript(octets: bytes, name: str) -> Opened:
    try:
        return read_dialogue(octets.decode("utf-8", "surrogateescape"), title=name), ()
    except DialogueError as error:
        raise TranscriptError(f"{name}: {error}") from error
