"""Annotating: a person's marks and remarks go into the session file they have open.

They are lines like any others, added at the end; nothing in the file is ever changed.
"""

import os
from pathlib import Path

from smtpdebugger.session.events import Mark, Remark
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.file import is_session_file
from smtpdebugger.transcript.lines import encode_event
from smtpdebugger.transcript.locking import try_lock

_HEAD_OCTETS = 4096


def append_note(path: Path, note: Mark | Remark) -> None:
    """Add a mark or a remark to a session file.

    Raises TranscriptError for a file that is none, cannot be written, or is being written by
    somebody else.
    """
    try:
        with path.open("rb") as file:
            if not is_session_file(file.read(_HEAD_OCTETS)):
                raise TranscriptError(
                    f"{path.name} is no session file, so nothing can be noted in it. "
                    "Save a copy as one first."
                )
            if not try_lock(file.fileno(), shared=True):
                raise TranscriptError(
                    f"{path.name} is being recorded in another tab or window. Note it there."
                )
            file.seek(-1, os.SEEK_END)
            border = b"" if file.read(1) == b"\n" else b"\n"
            line = border + encode_event(note)
            # In one piece and at the very end: another window may note something just now.
            with path.open("ab") as end:
                end.write(line)
                end.flush()
                os.fsync(end.fileno())
    except OSError as error:
        raise TranscriptError(
            f"Nothing can be noted in {path}: {error.strerror or error}."
        ) from error
