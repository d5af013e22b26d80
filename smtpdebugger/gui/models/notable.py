"""What F8 goes to next: a refusal or a finding, whichever of the shown rows comes first."""

from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.models.shown_rows import ShownRows


def next_notable(rows: ShownRows, feed: FindingsFeed, position: int, step: int) -> int:
    """The next (step 1) or previous (-1) notable row after a position; -1 if there is none.

    ``position`` is -1 before the first row, and the number of rows behind the last.
    """
    refused = rows.next_refusal(position, step)
    found = _next_finding(rows, feed, position, step)
    places = [each for each in (refused, found) if each >= 0]
    if not places:
        return -1
    return min(places) if step > 0 else max(places)


def _next_finding(rows: ShownRows, feed: FindingsFeed, position: int, step: int) -> int:
    number = _exchange_near(rows, position, step)
    while number := feed.next_exchange(number, step):
        place = rows.position_of_exchange(number)
        if place >= 0 and (place > position if step > 0 else place < position):
            return place
    return -1


def _exchange_near(rows: ShownRows, position: int, step: int) -> int:
    """An exchange from which to look on: the row's own, or the nearest before it in the walk."""
    columns = rows.session.columns
    if position >= len(rows):
        return len(columns.verbs) + 1
    row = rows.session_row(position) if position >= 0 else -1
    while 0 <= row < len(columns.row_exchanges):
        if number := columns.row_exchanges[row]:
            # Its own reply may stand further on.
            return number - step
        row -= step
    return 0 if step > 0 else len(columns.verbs) + 1
