"""The recorder: a session's file, written while the session runs."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from uuid import uuid4

from smtpdebugger import __version__
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.abridge import HEAD_OCTETS
from smtpdebugger.transcript.copying import PLAIN_COPY, Wishes, copied_lines
from smtpdebugger.transcript.file_log import FileLog
from smtpdebugger.transcript.lines import encode_header
from smtpdebugger.transcript.place import default_folder, file_name, first_free
from smtpdebugger.transcript.redact import Redactor
from smtpdebugger.transcript.whole import write_whole
from smtpdebugger.transcript.writer import Writer

__all__ = ["Recorder", "default_folder", "save_copy"]

CLOSE_SECONDS = 2.0
_WAIT_SECONDS = 0.02
_SLICE_EVENTS = 256
"""How many events are put at once, as many as hold up the window for two milliseconds."""

Post = Callable[[Callable[[], None]], object]
"""Brings a call to the thread of the window, as ``loop.call_soon_threadsafe`` does."""


class Recorder:
    """Writes a live session to a new file, secrets masked; whatever the disk does, it never raises.

    What had happened before comes first. ``close`` ends it. What the disk does not take yet is
    read from the session when it does, so only a session that ends can lose anything; where
    somebody takes the file away, the whole session goes into another one.
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
        self._keep = None if whole_messages else HEAD_OCTETS
        self._is_marked = is_marked
        self._header = encode_header(_complete(session.header))
        self._first_path = path
        self._is_open = True
        self._is_all_put = False
        self._taking = Lock()
        self._left = 0
        self._begin()
        self._end = session.subscribe(self._happened)
        self._happened(session)

    def _begin(self) -> None:
        self._redactor = Redactor(self._session, self._keep)
        self._writer = Writer(
            self._first_path,
            self._header,
            self._tell,
            self._tell_of_recovery,
            on_room=self._tell_of_room,
            is_marked=self._is_marked,
        )
        self._writer.start()

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
        until = monotonic() + timeout
        if self._is_open:
            with self._taking:
                self._is_open = False
            self._end()
            self._put_rest(until)
        is_written = self._writer.close(max(0.0, until - monotonic()))
        if self._writer.is_gone:
            self._begin()
            self._tell_of_recovery()
            self._put_rest(until)
            is_written = self._writer.close(max(0.0, until - monotonic()))
        return is_written and self._is_all_put

    def _put_rest(self, until: float) -> None:
        """Put all that is left; what finds no room until then is not recorded."""
        writer, redactor = self._writer, self._redactor
        while True:
            for item in redactor.take(everything=True, goes_on=lambda: writer.has_room):
                writer.put(item)
            self._is_all_put = redactor.is_done
            if redactor.is_done or writer.is_gone or monotonic() >= until:
                return
            sleep(_WAIT_SECONDS)

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _happened(self, _: Session) -> None:
        self._put_some()

    def _put_some(self) -> None:
        """Put what can be written, in slices where somebody can be asked to call again."""
        # Who closes may do that in another thread, and takes all that is left.
        if not self._taking.acquire(blocking=False):
            return
        try:
            if self._is_open:
                self._put_slice()
        finally:
            self._taking.release()

    def _put_slice(self) -> None:
        if self._writer.is_gone:
            self._writer.abandon()
            self._begin()
            self._tell_of_recovery()
        self._left = _SLICE_EVENTS
        for item in self._redactor.take(goes_on=self._goes_on):
            self._writer.put(item)
        if self._left < 0:
            self._bring(self._put_some)

    def _goes_on(self) -> bool:
        if self._post is not None:
            self._left -= 1
        return self._left >= 0 and self._writer.has_room

    def _tell_of_room(self) -> None:
        # Without anybody to call it in the session's thread, the next event does it.
        if self._post is not None:
            self._bring(self._put_some)

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
    write_whole(path, copy_pieces(session, wishes))


def copy_pieces(session: Session, wishes: Wishes = PLAIN_COPY) -> Iterator[bytes]:
    """A copy of a session piece by piece, for who has other things to do meanwhile.

    Raises OSError where the file it was opened from cannot be read any more.
    """
    yield _copied_header(session, wishes)
    yield from copied_lines(session, wishes)


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
