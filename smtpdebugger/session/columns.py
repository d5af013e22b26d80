"""Columns: the rows and exchanges of a session as arrays, a few octets each.

Whatever looks through a whole session (list, filter, search, counts) reads these. Texts, units and
replies are not in here: they are made anew from the events of their block when somebody asks. So
nothing here is an object of its own for each event, and no garbage collection looks through it.
"""

from array import array
from bisect import bisect_left

from smtpdebugger.session.rows import RowKind

KINDS = (RowKind.EVENT, RowKind.FAILURE, RowKind.COMMAND, RowKind.REPLY, RowKind.REMARK)
"""What the lowest bits of a row's mark stand for."""

EVENT, FAILURE, COMMAND, REPLY, REMARK = range(5)
KIND_BITS = 7
TLS = 8
NEGATIVE = 16
DEFECTS = 32
PLAIN = 64
MATCHED = 128
"""Bits of a row's mark: encrypted; a refusal or failure; something is wrong in its octets; one
event that is one line of printable ASCII, or one whole message, and holds no secret; a plain
refusal whose enhanced status code, if it has one, is of the reply code's class."""

NO_CODE = -1
_MOST_LINES = 2**32 - 1
NONE = 0
"""In place of a row's number plus 1: there is no such row."""


class Columns:
    """Rows count from 0, exchanges from 1; exchange ``n`` stands at place ``n - 1``."""

    __slots__ = (
        "_ids",
        "by_verb",
        "codes",
        "latest_refusal",
        "line_counts",
        "long_rows",
        "marks",
        "numbers_of",
        "reply_rows",
        "row_exchanges",
        "sent_rows",
        "steps",
        "times",
        "verbs",
    )

    def __init__(self, steps: tuple[str, ...] = ()) -> None:
        """``steps`` get the verb ids from 0 on, in their order."""
        self.marks = array("B")
        """Of each row: kind and bits."""
        self.times = array("q")
        """Of each row: microseconds since the session began."""
        self.row_exchanges = array("I")
        """Of each row: the number of its exchange, or 0."""
        self.long_rows = array("I")
        """Rows that have more than one line in them, in order."""
        self.line_counts = array("I")
        """Of each of those: how many lines."""
        self.verbs = array("I")
        """Of each exchange: an index into ``steps``."""
        self.codes = array("h")
        """Of each exchange: the reply code; NO_CODE without a reply, or without a code in it."""
        self.sent_rows = array("I")
        """Of each exchange: the row of its command, plus 1; NONE without one."""
        self.reply_rows = array("I")
        """Of each exchange: the row of its reply, plus 1; NONE without one."""
        self.steps: list[str] = []
        """Verbs and other steps of the state table, by id."""
        self.latest_refusal = 0
        """The exchange whose reply was a refusal last; 0 without one."""
        self.by_verb: dict[str, array[int]] = {}
        """Numbers of the exchanges that carried a verb, in order."""
        self.numbers_of: list[array[int]] = []
        """The same, by id; BDAT and its last chunk share one."""
        self._ids: dict[str, int] = {}
        for step in steps:
            self._new_id(step)

    def id_of(self, step: str) -> int:
        """The id of a step; a new one where it has none."""
        found = self._ids.get(step)
        return self._new_id(step) if found is None else found

    def known_id(self, step: str) -> int | None:
        """The id of a step, or None where no exchange ever had one."""
        return self._ids.get(step)

    def _new_id(self, step: str) -> int:
        number = self._ids[step] = len(self.steps)
        self.steps.append(step)
        self.numbers_of.append(array("I"))
        return number

    def add_exchange(self, step: str, verb: str) -> int:
        """Begin an exchange; its number."""
        vid = self.id_of(step)
        numbers = self.by_verb.get(verb)
        if numbers is None:
            numbers = self.by_verb[verb] = self.numbers_of[vid]
        elif numbers is not self.numbers_of[vid]:
            self.numbers_of[vid] = numbers
        self.verbs.append(vid)
        self.codes.append(NO_CODE)
        self.sent_rows.append(NONE)
        self.reply_rows.append(NONE)
        number = len(self.verbs)
        numbers.append(number)
        return number

    def add_row(self, mark: int, at: int, exchange: int) -> int:
        """Add a row; its number plus 1."""
        self.marks.append(mark)
        self.times.append(at)
        self.row_exchanges.append(exchange)
        return len(self.marks)

    def add_lines(self, row: int, lines: int) -> None:
        """The latest row has so many lines; only more than one are noted."""
        if lines > 1:
            self.long_rows.append(row)
            self.line_counts.append(min(lines, _MOST_LINES))

    def lines_of(self, row: int) -> int:
        """How many lines a row has."""
        place = bisect_left(self.long_rows, row)
        is_long = place < len(self.long_rows) and self.long_rows[place] == row
        return self.line_counts[place] if is_long else 1

    def step_of(self, number: int) -> str:
        """The step of an exchange."""
        return self.steps[self.verbs[number - 1]]

    def wait_of(self, number: int) -> int | None:
        """Microseconds from an exchange's command to its reply, or None."""
        sent, replied = self.sent_rows[number - 1], self.reply_rows[number - 1]
        if sent == NONE or replied == NONE:
            return None
        return max(0, self.times[replied - 1] - self.times[sent - 1])
