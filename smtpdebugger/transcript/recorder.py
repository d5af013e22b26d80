"""The recorder: a session's file, written while the session runs."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import uuid4

from smtpdebugger import __version__
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.abridge import HEAD_OCTETS
from smtpdebugger.transcript.copying import PLAIN_COPY, Wishes, copied_lines
from smtpdebugger.transcript.file_log import FileLog
from smtpdebugger.transcript.lines import encode_header
from smtpdebugger.transcript.place import default_folder, file_name, first_free
from smtpdebugger.transcript.redact import Redactor
from smtpdebugger.transcript.writer import Writer

__all__ = ["Recorder", "default_folder", "save_copy"]

CLOSE_SECONDS = 2.0

Post = Callable[[Callable[[], None]], object]
"""Brings a call to the thread of the window, as ``loop.call_soon_threadsafe`` does."""


class Recorder:
    """Writes a live session to a new file, secrets masked; whatever the disk does, it never raises.

    What had happened before comes first. ``close`` ends it.
    """

    def __init__(
        self,
        session: Session,
        path: Path,
        on_problem: Callable[[str], None] | None = None,
        post: Post | None = None,
        *,
        on_recovery: Callable[[], None] | None = None,
        whole_messages: bool = False,
        is_marked: bool = False,
    ) -> None:
        """``on_problem`` gets one sentence when writing begins to fail, and ``on_recovery`` is
        called when it works again: from another thread unless ``post`` is given.

        ``whole_messages``: also keep mail data above 1 MiB completely. ``is_marked``: should this
        program be killed, the next start is to find the file.
        """
        self._session = session
        self._on_problem = on_problem
        self._on_recovery = on_recovery
        self._post = post
        self._is_open = True
        self._redactor = Redactor(session, None if whole_messages else HEAD_OCTETS)
        header = encode_header(_complete(session.header))
        self._writer = Writer(path, header, self._tell, self._tell_of_recovery, is_marked=is_marked)
        self._writer.start()
        self._end = session.subscribe(self._happened)
        self._happened(session)

    @classmethod
    def in_folder(
        cls,
        session: Session,
        folder: Path,
        host: str,
        on_problem: Callable[[str], None] | None = None,
        post: Post | None = None,
        on_recovery: Callable[[], None] | None = None,
    ) -> "Recorder":
        """Record to ``<UTC time>-<host>.smtpsession`` in a folder, which is made if need be."""
        name = file_name(host, _began(session.header) or datetime.now(UTC))
        path = first_free(folder / name)
        return cls(session, path, on_problem, post, on_recovery=on_recovery, is_marked=True)

    @property
    def path(self) -> Path:
        """The file; a number is added to its name where another file stood there."""
        return self._writer.path

    @property
    def problem(self) -> str:
        """What went wrong, as a sentence, or empty."""
        return self._writer.problem

    def close(self, timeout: float = CLOSE_SECONDS) -> bool:
        """End recording; whether everything is in the file within ``timeout`` seconds.

        A line that was never ended is written too, masked where it may hold a secret.
        """
        if self._is_open:
            self._is_open = False
            self._end()
            for item in self._redactor.take(everything=True):
                self._writer.put(item)
        return self._writer.close(timeout)

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _happened(self, _: Session) -> None:
        for item in self._redactor.take():
            self._writer.put(item)

    def _tell(self, sentence: str) -> None:
        if (tell := self._on_problem) is not None:
            self._bring(lambda: tell(sentence))

    def _tell_of_recovery(self) -> None:
        if self._on_recovery is not None:
            self._bring(self._on_recovery)

    def _bring(self, call: Callable[[], None]) -> None:
        # The window may be gone, and the loop with it, when a slow disk gives up.
        with suppress(RuntimeError):
            if self._post is None:
                call()
            else:
                self._post(call)


def save_copy(session: Session, path: Path, wishes: Wishes = PLAIN_COPY) -> None:
    """Write a whole session at once, secrets masked; replaces ``path``. Raises OSError.

    The file stands complete or not at all.
    """
    with NamedTemporaryFile(
        "wb", dir=path.parent, prefix=f".{path.name}.", suffix=".new", delete=False
    ) as file:
        unfinished = Path(file.name)
        try:
            file.write(_copied_header(session, wishes))
            file.writelines(copied_lines(session, wishes))
            file.close()
            unfinished.replace(path)
        except BaseException:
            file.close()
            unfinished.unlink(missing_ok=True)
            raise


def _copied_header(session: Session, wishes: Wishes) -> bytes:
    header = _complete(session.header)
    if wishes.pseudonyms:
        # A title is a host as a rule, and an identity leads to the session it is a copy of.
        return encode_header(replace(header, title="", identity=str(uuid4())))
    log = session.log
    return encode_header(header, log.header_line if isinstance(log, FileLog) else b"")


def _complete(header: Header) -> Header:
    return replace(
        header,
        identity=header.identity or str(uuid4()),
        began=header.began or datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        application=header.application or f"smtpdebugger {__version__}",
    )


def _began(header: Header) -> datetime | None:
    try:
        return datetime.fromisoformat(header.began)
    except ValueError:
        return None
