"""Terms of a filter: each picks rows out of one block, reading columns wherever that is enough."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from smtpdebugger.protocol.command import Chunk, MailData
from smtpdebugger.protocol.framing import HEAD_OCTETS
from smtpdebugger.protocol.reply import decode
from smtpdebugger.session.columns import (
    COMMAND,
    KIND_BITS,
    NONE,
    REMARK,
    REPLY,
)
from smtpdebugger.session.log import LostEventsError
from smtpdebugger.session.progress import LAST_CHUNK
from smtpdebugger.session.replay import Replay
from smtpdebugger.session.rows import RowKind
from smtpdebugger.session.session import Session

FindingsOf = Callable[[int], Collection[str]]
"""The severities and rules of all findings of an exchange."""


class Place(NamedTuple):
    """Where rows are looked for."""

    session: Session
    block: int
    findings: FindingsOf


class Term(Protocol):
    """One condition."""

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Those of the rows, all of one block and in order, that meet it."""


class Both(NamedTuple):
    """All of several conditions; the quick ones first."""

    terms: tuple[Term, ...]

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows that meet all."""
        for term in self.terms:
            if not rows:
                break
            rows = term.select(place, rows)
        return rows


class Either(NamedTuple):
    """At least one of several conditions."""

    terms: tuple[Term, ...]

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows that meet any."""
        found: set[int] = set()
        for term in self.terms:
            rest = [row for row in rows if row not in found]
            found.update(term.select(place, rest))
        return sorted(found)


class Not(NamedTuple):
    """The opposite of a condition."""

    term: Term

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows that do not meet it."""
        out = set(self.term.select(place, rows))
        return [row for row in rows if row not in out]


class Code(NamedTuple):
    """The reply code is one of some; NO_CODE stands for a reply without one."""

    codes: frozenset[int]

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Replies with such a code."""
        columns, wanted = place.session.columns, self.codes
        marks, numbers, codes = columns.marks, columns.row_exchanges, columns.codes
        return [
            row
            for row in rows
            if marks[row] & KIND_BITS == REPLY and codes[numbers[row] - 1] in wanted
        ]


class Verb(NamedTuple):
    """The command is one of a verb, or the reply is to one."""

    verb: str

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Commands of that verb and their replies."""
        columns = place.session.columns
        steps = (self.verb, LAST_CHUNK) if self.verb == "BDAT" else (self.verb,)
        ids = {vid for step in steps if (vid := columns.known_id(step)) is not None}
        if not ids:
            return []
        marks, numbers, verbs = columns.marks, columns.row_exchanges, columns.verbs
        return [
            row
            for row in rows
            if (number := numbers[row])
            and verbs[number - 1] in ids
            and marks[row] & KIND_BITS != REMARK
        ]


class Kind(NamedTuple):
    """The row is of certain kinds and has certain bits of its mark set, or not set."""

    kinds: frozenset[int]
    bits: int = 0
    is_set: bool = True

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows of these kinds."""
        marks, kinds, bits, is_set = place.session.columns.marks, self.kinds, self.bits, self.is_set
        return [
            row
            for row in rows
            if marks[row] & KIND_BITS in kinds and (not bits or bool(marks[row] & bits) == is_set)
        ]


class Wait(NamedTuple):
    """The reply took longer, or less, than so many microseconds."""

    least: int
    is_longer: bool = True

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Replies that took so long."""
        columns = place.session.columns
        marks, numbers, wait_of = columns.marks, columns.row_exchanges, columns.wait_of
        return [
            row
            for row in rows
            if marks[row] & KIND_BITS == REPLY
            and (wait := wait_of(numbers[row])) is not None
            and (wait > self.least if self.is_longer else wait < self.least)
        ]


class Time(NamedTuple):
    """The row is later, or earlier, than so many microseconds after the beginning."""

    at: int
    is_after: bool

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows of that time."""
        times, at = place.session.columns.times, self.at
        if self.is_after:
            return [row for row in rows if times[row] > at]
        return [row for row in rows if times[row] < at]


class Beside(NamedTuple):
    """The row stands after the first exchange of a verb, or before it."""

    verb: str
    is_after: bool

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows on that side. Without such an exchange all are before it, and none after."""
        columns = place.session.columns
        numbers = columns.by_verb.get(self.verb, ())
        if not numbers:
            return [] if self.is_after else rows
        first = numbers[0] - 1
        if self.is_after:
            border = columns.reply_rows[first] or columns.sent_rows[first]
            return [row for row in rows if row >= border]
        border = (columns.sent_rows[first] or columns.reply_rows[first]) - 1
        return [row for row in rows if row < border]


class Numbers(NamedTuple):
    """The exchange has one of these numbers."""

    first: int
    last: int

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows of these exchanges."""
        numbers = place.session.columns.row_exchanges
        return [row for row in rows if self.first <= numbers[row] <= self.last]


class Marked(NamedTuple):
    """A person has marked the exchange."""

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows of marked exchanges."""
        numbers, marked = place.session.columns.row_exchanges, place.session.marked
        return [row for row in rows if numbers[row] in marked] if marked else []


class Unanswered(NamedTuple):
    """A command that has no reply."""

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Commands without a reply, as it stands now."""
        columns = place.session.columns
        return [
            row
            for row in rows
            if columns.marks[row] & KIND_BITS == COMMAND
            and (number := columns.row_exchanges[row])
            and columns.sent_rows[number - 1] == row + 1
            and columns.reply_rows[number - 1] == NONE
        ]


class Finding(NamedTuple):
    """Something was found about the exchange: of a severity, or by a rule, or at all."""

    name: str

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Commands and replies of such exchanges."""
        columns = place.session.columns
        known: dict[int, bool] = {}
        found = []
        for row in rows:
            number = columns.row_exchanges[row]
            if not number or columns.marks[row] & KIND_BITS not in {COMMAND, REPLY}:
                continue
            if number not in known:
                names = place.findings(number)
                known[number] = bool(names) if self.name == "any" else self.name in names
            if known[number]:
                found.append(row)
        return found


_ESCAPES = (b"\\u", b"\\/")
_SIDES = frozenset({COMMAND, REPLY})


class Text(NamedTuple):
    """The row has a text in it, in any case of letters.

    Of mail data and chunks it is looked for in their beginning; masked secrets are not there.
    """

    needle: str
    """Casefolded."""

    def select(self, place: Place, rows: Sequence[int]) -> Sequence[int]:
        """Rows with that text."""
        if not self._may_be_in(place, rows):
            return []
        needle, first = self.needle, place.session.blocks.first_rows[place.block]
        texts = _plain_texts(place)
        if texts is not None:
            return [row for row in rows if needle in texts[row - first]]
        replay = place.session.blocks.replay(place.block)
        return [row for row in rows if needle in _row_text(replay, row - first).casefold()]

    def _may_be_in(self, place: Place, rows: Iterable[int]) -> bool:
        """Whether any of the rows could have the text; never False where one has it."""
        needle, marks = self.needle, place.session.columns.marks
        if not (needle.isascii() and needle.isprintable()) or '"' in needle or "\\" in needle:
            return True
        if any(marks[row] & KIND_BITS not in _SIDES for row in rows):
            # What they say is partly in words of ours.
            return True
        if not place.session.blocks.is_whole(place.block):
            return True
        try:
            haystack = place.session.log.haystack(place.block)
        except LostEventsError:
            return True
        if not haystack.isascii() or any(each in haystack for each in _ESCAPES):
            return True
        return needle.encode() in haystack.lower()


def _plain_texts(place: Place) -> list[str] | None:
    """The casefolded texts of a block whose every event is one plain row; None for another."""
    session, block = place.session, place.block
    if not session.blocks.is_plain(block):
        return None
    try:
        return [each[:HEAD_OCTETS].casefold() for each in session.log.texts(block)]
    except LostEventsError:
        return None


def _row_text(replay: Replay, place: int) -> str:
    """What is searched of a row."""
    row = replay.rows[place]
    if row.kind is RowKind.COMMAND and row.head in {"message", "chunk"}:
        part = replay.sent.get(row.exchange)
        unit = replay.chunks.get(row.exchange) if part is None or row.head == "chunk" else part.unit
        if isinstance(unit, MailData | Chunk):
            return decode(unit.head)
    return f"{row.head} {row.text}"
