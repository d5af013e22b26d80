"""Row words: what the rows of the transcript say, in cells, aloud and as copied text."""

from collections import OrderedDict
from enum import IntEnum

from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.session import Session
from smtpdebugger.session.unfolding import Line, lines_of

KEPT_ROWS = 16
"""Of so many rows the single lines are kept; a row of mail data may have thousands."""
_INDENT = " " * 14


class Column(IntEnum):
    """What stands where."""

    TIME = 0
    WAIT = 1
    DIRECTION = 2
    HEAD = 3
    TEXT = 4


class LineTexts:
    """The single lines of unfolded rows of one session."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, list[Line]] = OrderedDict()

    def of(self, session: Session, row: int, number: int) -> Line:
        """Line ``number``, counted from 1, of those below a row."""
        lines = self._kept.get(row)
        if lines is None:
            lines = self._kept[row] = lines_of(session, row)
            if len(self._kept) > KEPT_ROWS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(row)
        return lines[number - 1] if number <= len(lines) else Line("", "")


def unfolded(row: Row) -> Row:
    """A row whose further lines are shown below it: of a reply, its first line."""
    return row._replace(text=row.text.partition("\n")[0]) if row.kind is RowKind.REPLY else row


def row_sentence(row: Row, lines: int, is_open: bool, *, is_marked: bool) -> str:
    """A row aloud, with how many lines it has where those can be unfolded."""
    parts = [unfolded(row).sentence if is_open else row.sentence]
    if lines > 1:
        parts.append(f"({lines:,} lines, {'unfolded' if is_open else 'folded'})")
    if is_marked:
        parts.append("(marked)")
    return " ".join(parts)


def line_sentence(row: Row, line: Line, number: int, lines: int) -> str:
    """One line of an unfolded row aloud."""
    is_reply = row.kind is RowKind.REPLY
    who = "Server" if is_reply else "Client"
    return f"{who}, line {number + is_reply:,} of {lines:,}: {line.head}{line.text}"


def copied_line(line: Line) -> str:
    """One line of an unfolded row as copied text, below what its row says."""
    return f"{_INDENT}{line.head}{line.text}".rstrip()


def row_text(row: Row, column: int) -> str:
    """What a row shows in a column; lines of a multiline reply are parted by two blanks."""
    match column:
        case Column.TIME:
            return time_text(row.at)
        case Column.WAIT:
            return "" if row.wait is None else wait_text(row.wait)
        case Column.DIRECTION:
            return {"C:": "→", "S:": "←"}.get(row.direction, "•")
        case Column.HEAD:
            return row.head
        case _:
            return row.text.replace("\n", "  ")


def line_text(line: Line, column: int) -> str:
    """What a line of an unfolded row shows in a column."""
    match column:
        case Column.HEAD:
            return line.head
        case Column.TEXT:
            return line.text
        case _:
            return ""


def time_text(microseconds: int) -> str:
    """A time since the session began, in seconds, in at most eight characters for 115 days."""
    seconds = microseconds / 1e6
    for limit, decimals in ((999.9995, 3), (9999.995, 2), (99999.95, 1)):
        if seconds < limit:
            return f"+{seconds:.{decimals}f}"
    return f"+{seconds:.0f}"


def wait_text(microseconds: int) -> str:
    """A reply time with its unit."""
    if microseconds < 999_950:
        return f"{microseconds / 1000:.1f} ms"
    return f"{microseconds / 1e6:.1f} s"
