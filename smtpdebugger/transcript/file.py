"""Opening a session file: a session computed anew from its lines, a slice at a time.

A damaged or unfinished line is left out and told of; only a file that is no session file at all
is refused. What a line tells stays in the file (see ``file_log``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.file_log import FileLog
from smtpdebugger.transcript.header import MAX_HEADER_OCTETS, is_unknown, read_header, unreadable
from smtpdebugger.transcript.line_types import AnyLine, ReceivedLine, SentLine, TitledLine
from smtpdebugger.transcript.lines import converted, lines_in

PIECE_OCTETS = 24 * 1024
MAX_LINE_OCTETS = 16 * 1024 * 1024
"""A longer line is passed over: the recorder writes none that comes near it."""

MAX_PROBLEMS = 5


def is_session_file(head: bytes) -> bool:
    """Whether a file that begins with these octets says it is a session file."""
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096]
    return first.startswith(b"{") and b'"smtpsession"' in first.split(b"\n", 1)[0]


def load_session(path: Path) -> tuple[Session, tuple[str, ...]]:
    """The session in a file, and what was wrong with the file, in sentences.

    Raises TranscriptError for what is no session file or cannot be read.
    """
    reader = FileReader(path)
    reader.advance()
    return reader.session, reader.problems


class FileReader:
    """Reads a file slice by slice; its session can be shown from the first one on."""

    def __init__(self, path: Path) -> None:
        """Open it and read the header. Raises TranscriptError."""
        self._path = path
        self._problems = _Problems(path.name)
        self._number = 1
        self._is_skipping = False
        self.is_done = False
        """Whether the whole file was read."""
        try:
            self._log = FileLog(path)
            first = self._log.read_at(0, MAX_HEADER_OCTETS)
            self._size = self._log.size()
        except OSError as error:
            raise TranscriptError(unreadable(path, error)) from error
        line = first[: first.find(b"\n") + 1] or first
        self._offset = len(line)
        header, is_unfinished = read_header(path, line.removeprefix(b"\xef\xbb\xbf"), first[:16])
        if is_unfinished:
            self._problems.unfinished()
        else:
            self._log.header_line = line.removeprefix(b"\xef\xbb\xbf")
        self.session = Session(header, self._log)
        """The session, as far as it was read."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong so far, in sentences."""
        return tuple(self._problems.sentences())

    @property
    def fraction(self) -> float:
        """How much of the file was read, from 0 to 1."""
        return 1.0 if self.is_done or not self._size else min(1.0, self._offset / self._size)

    def advance(self, seconds: float | None = None) -> bool:
        """Read on for so long, or to the end; whether it is reached. Raises TranscriptError."""
        until = None if seconds is None else perf_counter() + seconds
        try:
            while not self.is_done:
                self._read_piece()
                if until is not None and perf_counter() >= until:
                    break
        except OSError as error:
            raise TranscriptError(unreadable(self._path, error)) from error
        return self.is_done

    def _read_piece(self) -> None:
        length = PIECE_OCTETS
        octets = self._log.read_at(self._offset, length)
        if self._is_skipping:
            self._skip(octets)
            return
        while (stop := octets.rfind(b"\n") + 1) == 0:
            if len(octets) < length:
                self._end_with(octets)
                return
            if length > MAX_LINE_OCTETS:
                self._begin_skipping(octets)
                return
            length *= 4
            octets = self._log.read_at(self._offset, length)
        self._take(octets[:stop])

    def _take(self, octets: bytes) -> None:
        self._log.add_lines(self._offset, octets)
        self._offset += len(octets)
        self.session.grown(self._index(lines_in(octets)), len(octets))

    def _index(self, lines: Sequence[AnyLine | bytes]) -> int:
        """Show lines to the indexer; how many events they made."""
        indexer, before = self.session.indexer, self._number
        take_sent, take_received = indexer.take_sent, indexer.take_received
        others = 0
        for line in lines:
            self._number += 1
            kind = type(line)
            if kind is ReceivedLine and line.text and not line.redacted:  # type: ignore[union-attr]
                take_received(line.us, line.text)  # type: ignore[union-attr]
            elif (
                kind is SentLine
                and line.text  # type: ignore[union-attr]
                and not (line.redacted or line.omitted or line.tail)  # type: ignore[union-attr]
            ):
                take_sent(line.us, line.text)  # type: ignore[union-attr]
            else:
                others += not self._take_other(line)
        return self._number - before - others

    def _take_other(self, line: AnyLine | bytes) -> bool:
        """A line that is no plain octets; whether it is an event."""
        event = converted(line)
        if event is None:
            octets = line if isinstance(line, bytes) else b""
            if not (isinstance(line, bytes) and (not line.strip() or is_unknown(octets))):
                self._problems.damaged(self._number)
            return False
        if isinstance(event, TitledLine):
            self.session.header = replace(self.session.header, title=event.title)
            return False
        self.session.indexer.take(event)
        return True

    def _end_with(self, octets: bytes) -> None:
        """The end of the file, with a line that was not ended."""
        if octets:
            lines = lines_in(octets)
            if octets.isspace() or converted(lines[0]) is not None or is_unknown(octets):
                self._take(octets)
            else:
                self._problems.unfinished()
        self._end_block()
        self._log.complete()
        self.is_done = True

    def _end_block(self) -> None:
        self.session.blocks.end_block()
        self._log.drop_open_lines()

    def _begin_skipping(self, octets: bytes) -> None:
        self._number += 1
        self._problems.too_long(self._number)
        self._end_block()
        self._is_skipping = True
        self._offset += len(octets)

    def _skip(self, octets: bytes) -> None:
        stop = octets.find(b"\n") + 1
        self._is_skipping = stop == 0 and bool(octets)
        self._offset += stop or len(octets)


class _Problems:
    """Collects what was wrong; long lists are cut short."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told: list[str] = []
        self._more = 0
        self._is_unfinished = False

    def damaged(self, number: int) -> None:
        """Line ``number`` could not be read."""
        self._tell(f"Line {number} of {self._name} is damaged and was left out.")

    def too_long(self, number: int) -> None:
        """Line ``number`` is longer than any that a recorder writes."""
        self._tell(
            f"Line {number} of {self._name} is longer than {MAX_LINE_OCTETS >> 20} MiB "
            "and was left out."
        )

    def unfinished(self) -> None:
        """The last line was not written to its end."""
        self._is_unfinished = True

    def _tell(self, sentence: str) -> None:
        if len(self._told) < MAX_PROBLEMS:
            self._told.append(sentence)
        else:
            self._more += 1

    def sentences(self) -> Iterator[str]:
        """All problems."""
        yield from self._told
        if self._more:
            yield f"{self._more} more damaged lines of {self._name} were left out."
        if self._is_unfinished:
            yield (
                f"The last line of {self._name} is unfinished and was left out: "
                "recording ended abruptly, or still goes on."
            )
