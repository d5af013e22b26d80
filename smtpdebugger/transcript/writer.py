"""The writer: one thread that appends a session to its file, so that no disk stops the wire.

What was put is written within a few hundredths of a second, and synced within a quarter of one.
While the disk refuses, events wait and are written as soon as it takes them again; who puts them
asks ``has_room`` first, so that those who wait take bounded memory.
"""

from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from smtpdebugger.session.blocks import octets_in
from smtpdebugger.session.events import WireEvent
from smtpdebugger.transcript.abridge import Abridger
from smtpdebugger.transcript.appending import AppendingFile, GoneError, reason_of
from smtpdebugger.transcript.lines import encode_event
from smtpdebugger.transcript.redact import Excess
from smtpdebugger.transcript.unfinished import mark_begun, mark_ended

BACKLOG_OCTETS = 16 * 1024 * 1024
"""What waits in memory at most while nothing can be written."""

BACKLOG_ITEMS = 100_000
"""And how many items."""

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
        on_room: Callable[[], None] = lambda: None,
        is_marked: bool = False,
    ) -> None:
        """``on_problem`` gets a sentence when writing begins to fail, ``on_recovery`` is called
        when it works again, ``on_room`` when there is room after there was none, or when the file
        is gone; all from the writer's thread as a rule. ``is_marked``: should this program be
        killed, the next start is to find the file (see ``unfinished``)."""
        self.problem = ""
        """The sentence that was told last, or empty."""
        self.is_gone = False
        """Whether somebody took the file away. What was written to it is lost: begin anew."""
        self._on_problem = on_problem
        self._on_recovery = on_recovery
        self._on_room = on_room
        self._is_failing = False
        self._is_marked = is_marked
        self._items: deque[WireEvent | Excess] = deque()
        # Each of the two is changed by one thread only.
        self._put_octets = self._taken_octets = 0
        self._lacked_room = False
        self._abridger = Abridger()
        self._file = AppendingFile(path, self._opened)
        self._file.waiting += header
        self._wake = Event()
        self._closing = Event()
        self._writing_since: float | None = None
        self._retry_at = 0.0
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
        self._put_octets += _length_of(item)
        self._items.append(item)
        if not self._wake.is_set():
            self._wake.set()

    @property
    def has_room(self) -> bool:
        """Whether one more item may be put; ``on_room`` is called when it may again."""
        since = self._writing_since
        if since is not None and monotonic() - since > STUCK_SECONDS:
            self._tell("the disk does not answer. Choose another folder")
        if self._has_room():
            return True
        self._lacked_room = True
        # Once more: the writer may have made room before it could see that any was wanted.
        return self._has_room()

    def _has_room(self) -> bool:
        octets = self._put_octets - self._taken_octets + len(self._file.waiting)
        return octets < BACKLOG_OCTETS and len(self._items) < BACKLOG_ITEMS

    def close(self, timeout: float) -> bool:
        """Write what is left; whether everything is in the file within ``timeout`` seconds."""
        self._closing.set()
        self._wake.set()
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._tell("the disk does not answer. Choose another folder")
            return False
        return not (self._file.waiting or self._items or self.is_gone)

    def abandon(self) -> None:
        """Write no more; the file is gone."""
        self._closing.set()
        self._wake.set()

    def _run(self) -> None:
        while not self._closing.is_set() and not self.is_gone:
            self._wake.wait(self._pause())
            # A moment for more to come: a burst is one write.
            self._closing.wait(GATHER_SECONDS)
            self._wake.clear()
            self._encode_items()
            self._write()
            self._tell_of_room()
        self._retry_at = 0.0
        if not self.is_gone:
            self._encode_items()
            self._encode(self._abridger.flush())
            self._write()
        self._attempt(self._file.close)
        if self._is_marked and not self.is_gone:
            mark_ended(self._file.path)

    def _pause(self) -> float | None:
        """How long to sleep if nothing comes, in seconds; None: as long as it takes."""
        if self._file.waiting:
            return max(GATHER_SECONDS, self._retry_at - monotonic())
        return None if self._file.is_synced else max(0.0, self._file.until_sync)

    def _encode_items(self) -> None:
        # What waits for a disk waits as it is: as lines it would take more.
        while self._items and self._has_written_enough():
            item = self._items.popleft()
            self._encode(self._abridger.feed(item))
            self._taken_octets += _length_of(item)

    def _has_written_enough(self) -> bool:
        if len(self._file.waiting) >= _ENOUGH:
            self._write()
        return len(self._file.waiting) < _ENOUGH

    def _encode(self, events: Iterable[WireEvent]) -> None:
        for event in events:
            self._file.waiting += encode_event(event)

    def _write(self) -> None:
        if monotonic() >= self._retry_at:
            self._attempt(self._file.write)

    def _opened(self, path: Path) -> None:
        if self._is_marked:
            mark_begun(path)

    def _attempt(self, work: Callable[[], None]) -> None:
        self._writing_since = monotonic()
        try:
            work()
        except GoneError as error:
            self._lose(str(error))
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

    def _tell_of_room(self) -> None:
        if self.is_gone or (self._lacked_room and self._has_room()):
            self._lacked_room = False
            self._on_room()

    def _lose(self, what: str) -> None:
        if not self.is_gone:
            # Now, and not when all is over: the file that comes next may get the same name.
            mark_ended(self._file.path)
            self.is_gone = True
            self.problem = (
                f"{self.path} {what} while the session was being recorded in it. "
                "The whole session is written anew."
            )
            self._on_problem(self.problem)

    def _tell(self, reason: str) -> None:
        if self._is_failing:
            return
        self._is_failing = True
        self.problem = (
            f"The session cannot be recorded: {reason}. "
            f"Until then it is kept in memory; it will be written to {self.path} when that works."
        )
        self._on_problem(self.problem)


def _length_of(item: WireEvent | Excess) -> int:
    return len(item.octets) if isinstance(item, Excess) else octets_in(item)
