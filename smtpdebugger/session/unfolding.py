"""Unfolding: the single lines of a row that has more than one, for those who want to read them.

Of a multiline reply the row itself is the first line; of mail data and chunks it is a summary.
"""

from typing import NamedTuple

from smtpdebugger.protocol.reply import decode
from smtpdebugger.session.columns import KIND_BITS, REPLY
from smtpdebugger.session.session import Session
from smtpdebugger.session.visible import visible

MOST_LINES = 5000
"""So many lines of a row are shown one by one; one more line tells how many are left."""

LEFT_OUT = "(left out when this session was saved)"


class Line(NamedTuple):
    """One line of a row, as it is shown."""

    head: str
    """The reply code and what follows it, such as ``250-``; empty for mail data."""
    text: str


def lines_below(session: Session, row: int) -> int:
    """How many lines appear below a row when it is unfolded; 0 for a row that cannot be."""
    lines = session.columns.lines_of(row)
    if lines < 2:
        return 0
    below = lines - (session.columns.marks[row] & KIND_BITS == REPLY)
    return below if below <= MOST_LINES else MOST_LINES + 1


def lines_of(session: Session, row: int) -> list[Line]:
    """The lines below a row when it is unfolded, as many as ``lines_below`` tells."""
    wanted = lines_below(session, row)
    if wanted == 0:
        return []
    is_reply = session.columns.marks[row] & KIND_BITS == REPLY
    most = min(wanted, MOST_LINES)
    found = _of_reply(session, row, most) if is_reply else _of_payload(session, row, most)
    found += [Line("", LEFT_OUT)] * (most - len(found))
    if wanted > MOST_LINES:
        more = session.columns.lines_of(row) - is_reply - MOST_LINES
        found.append(Line("", f"… {more:,} more line{'s' * (more != 1)}"))
    return found


def _of_reply(session: Session, row: int, most: int) -> list[Line]:
    reply = session.exchange(session.columns.row_exchanges[row]).reply
    if reply is None:
        return []
    return [
        Line(
            "" if line.code is None else f"{line.code:03}{line.separator}",
            visible(decode(line.text)),
        )
        for line in reply.lines[1 : most + 1]
    ]


def _of_payload(session: Session, row: int, most: int) -> list[Line]:
    start, stop = session.blocks.payload(row)
    found: list[Line] = []
    rest, left = b"", stop - start
    for octets in session.blocks.sent_from(start):
        piece = octets[:left]
        left -= len(piece)
        *whole, rest = (rest + piece).split(b"\n")
        found += [Line("", _shown(line)) for line in whole[: most - len(found)]]
        if left <= 0 or len(found) >= most:
            break
    if rest and len(found) < most:
        found.append(Line("", visible(decode(rest))))
    return found


def _shown(line: bytes) -> str:
    """A line of mail data; only the usual end of a line, CR LF, is not shown."""
    if line.endswith(b"\r"):
        return visible(decode(line[:-1]))
    return visible(decode(line)) + "‹LF›"
