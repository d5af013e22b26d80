"""Row filter: which transcript rows a person wants to see.

Words separated by blanks; a row is shown when all of them fit. ``code:5xx`` (x is any digit, and
``code:5`` will do), ``verb:RCPT`` (the command and its reply), ``from:server`` or ``from:client``;
anything else is looked for in the row's text, in any case.
"""

import re
from collections.abc import Callable

from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.session import Session

RowTest = Callable[[Session, Row], bool]

HELP = "code:5xx  verb:RCPT  from:server  any text"
"""The syntax in one line, for the field's tool tip."""

_CODE = r"(?i)[0-9x]{1,3}"
_SIDES = {
    "server": frozenset({RowKind.REPLY}),
    "client": frozenset({RowKind.COMMAND}),
    "event": frozenset({RowKind.EVENT, RowKind.FAILURE, RowKind.REMARK}),
}


def read_filter(text: str) -> RowTest | None:
    """The test a filter text asks for, or None where it asks for nothing. Never raises."""
    tests = [_word_test(word) for word in text.split()]
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    return lambda session, row: all(test(session, row) for test in tests)


def _word_test(word: str) -> RowTest:
    key, colon, value = word.partition(":")
    if colon and value:
        match key.lower():
            case "code" if re.fullmatch(_CODE, value):
                return _code_test(value)
            case "verb":
                return _verb_test(value.upper())
            case "from" if value.lower() in _SIDES:
                kinds = _SIDES[value.lower()]
                return lambda _session, row: row.kind in kinds
    needle = word.casefold()
    return lambda _session, row: needle in row.head.casefold() or needle in row.text.casefold()


def _code_test(value: str) -> RowTest:
    pattern = re.compile(value.lower().replace("x", "[0-9]").ljust(3, "."))
    return lambda _session, row: row.kind is RowKind.REPLY and bool(pattern.match(row.head))


def _verb_test(verb: str) -> RowTest:
    return lambda session, row: (
        row.exchange > 0
        and row.kind is not RowKind.REMARK
        and session.exchange(row.exchange).verb == verb
    )
