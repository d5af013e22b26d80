"""Traces that show the server's side alone."""

import pytest

from smtpdebugger.session.one_sided import is_one_sided
from smtpdebugger.transcript.dialogue import read_dialogue


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["S: 220 mx", "S: 250 mx", "S: 550 no"], True),
        (["S: 220 mx", "S: 500 what", "S: 500 what"], True),
        (["S: 220 mx", "S: 421 too slow"], False),
        (["S: 554 go away"], False),
        (["S: 220 mx", "C: EHLO me", "S: 250 mx", "S: 250 mx"], False),
    ],
)
def test_replies_alone_are_one_side(lines: list[str], expected: bool) -> None:
    session = read_dialogue("\n".join(lines))

    assert is_one_sided(session, range(1, len(session.exchanges) + 1)) is expected
