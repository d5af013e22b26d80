"""The writer: one thread that appends a session to its file, so that no disk stops the wire.

What was put is written within a few hundredths of a second, and synced within a quarter of one.
While the disk refuses, lines wait in bounded memory and are written as soon as it takes them again.
"""

from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from smtpdebugger.session.events import Failed, WireEvent
from smtpdebugger.transcript.abridge import Abridger
from smtpdebugger.transcript.appending import AppendingFile, reason_of
from smtpdebugger.transcript.lines import encode_event
from smtpdebugger.transcript.redact import Excess
from smtpdebugger.transcript.unfinished import mark_begun, mark_ended

BACKLOG_OCTETS = 16 * 1024 * 1024
"""What waits in memory at most while nothing can be written."""

BACKLOG_ITEMS = 100_000
"""How many items may wait while the disk answers nothing at all."""

GATHER_SECONDS = 0.02
RETRY_SECONDS = 1.0
STUCK_SECONDS = 5.0
_ENOUGH = 1024 * 1024


class Writer:
    """Appends events to a new file. ``start``, ``put`` and ``close`` are for one other thread."""

    def __init__(
        self,
        path: Path,
        header: bytes,
        on_problem: Callable[[str], None],
        on_recovery: Callable[[], None] = lambda: None,
        *,
        is_marked: bool = False,
    ) -> None:
        """``on_problem`` gets a sentence when writing begins to fail, ``on_recovery`` is called
        when it works again; both from the writer's thread as a rule. ``is_marked``: should this
        program be killed, the next start is to find the file (see ``unfinished``)."""
        self.lost = 0
        """Events that found no room in memory while the disk refused."""
        self.problem = ""
        """The sentence that was told last, or empty."""
        self._on_problem = on_problem
        self._on_recovery = on_recovery
        self._is_failing = False
        self._is_marked = is_marked
        self._has_mark = False
        self._items: deque[WireEvent | Excess] = deque()
        self._abridger = Abridger()
        self._file = AppendingFile(path)
        self._file.waiting += header
        self._wake = Event()
        self._closing = Event()
        self._writing_since: float | None = None
        self._retry_at = 0.0
        self._missing = 0
        self._missing_at = 0
        self._thread = Thread(target=self._run, name="writer", daemon=True)

    @property
    def path(self) -> Path:
        """Where it is written; with a number added where a file stood there already."""
        return self._file.path

    def start(self) -> None:
        """Begin: the file is made now."""
        self._wake.set()
        self._thread.start()

    def put(self, item: WireEvent | Excess) -> None:
        """Take one item to write. Never blocks, never raises."""
        since = self._writing_since
        if since is not None and monotonic() - since > STUCK_SECONDS:
            self._tell("the disk does not answer. Choose another folder")
            if len(self._items) >= BACKLOG_ITEMS:
                self.lost += 1
                return
        self._items.append(item)
        if not self._wake.is_set():
            self._wake.set()

    def close(self, timeout: float) -> bool:
        """Write what is left; whether everything is in the file within ``timeout`` seconds."""
        self._closing.set()
        self._wake.set()
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._tell("the disk does not answer. Choose another folder")
            return False
        return not self._file.waiting and not self.lost

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait(self._pause())
            # A moment for more to come: a burst is one write.
            self._closing.wait(GATHER_SECONDS)
            self._wake.clear()
            self._encode_items()
            self._write()
        self._retry_at = 0.0
        self._encode_items()
        self._encode(self._abridger.flush())
        self._note_missing()
        self._write()
        self._attempt(self._file.close)
        if self._has_mark:
            mark_ended(self._file.path)

    def _pause(self) -> float | None:
        """How long to sleep if nothing comes, in seconds; None: as long as it takes."""
        if self._file.waiting:
            return max(GATHER_SECONDS, self._retry_at - monotonic())
        return None if self._file.is_synced else max(0.0, self._file.until_sync)

    def _encode_items(self) -> None:
        while self._items:
            self._encode(self._abridger.feed(self._items.popleft()))

    def _encode(self, events: Iterable[WireEvent]) -> None:
        waiting = self._file.waiting
        for event in events:
            if len(waiting) >= _ENOUGH:
                self._write()
            if len(waiting) >= BACKLOG_OCTETS:
                self.lost += 1
                self._missing_at = self._missing_at if self._missing else event.at
                self._missing += 1
                continue
            self._note_missing()
            waiting += encode_event(event)

    def _note_missing(self) -> None:
        if not self._missing:
            return
        what = f"{self._missing} events are missing here."
        advice = "They came while the file could not be written and memory for them was full."
        self._file.waiting += encode_event(Failed(self._missing_at, "record", what, advice))
        self._missing = 0

    def _write(self) -> None:
        if monotonic() >= self._retry_at:
            self._attempt(self._write_file)

    def _write_file(self) -> None:
        try:
            self._file.write()
        finally:
            if self._is_marked and not self._has_mark and self._file.is_open:
                self._has_mark = True
                mark_begun(self._file.path)

    def _attempt(self, work: Callable[[], None]) -> None:
        self._writing_since = monotonic()
        try:
            work()
        except OSError as error:
            self._retry_at = monotonic() + RETRY_SECONDS
            self._tell(reason_of(error))
        else:
            self._recover()
        finally:
            self._writing_since = None

    def _recover(self) -> None:
        if self._is_failing and not self._file.waiting:
            self._is_failing = False
            self._on_recovery()

    def _tell(self, reason: str) -> None:
        if self._is_failing:
            return
        self._is_failing = True
        self.problem = (
            f"The session cannot be recorded: {reason}. "
            f"Until then it is kept in memory; it will be written to {self.path} when that works."
        )
        self._on_problem(self.problem)
