"""Pasted text."""

import pytest

from smtpdebugger.gui.composer.pasted import lines_of


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("NOOP\r\nQUIT\r\n", ["NOOP", "QUIT"]),
        ("NOOP\n\n\nQUIT", ["NOOP", "QUIT"]),
        ("NOOP", ["NOOP"]),
        ("", []),
        ("S: 220 hi\nC: EHLO me\nS: 250 ok\nC: QUIT", ["EHLO me", "QUIT"]),
        ("  0.012000 -> EHLO me\n  0.013000 <- 250 ok\n 12.000000 ~> QUIT", ["EHLO me", "QUIT"]),
        ("C: EHLO me\nnot a transcript", ["C: EHLO me", "not a transcript"]),
    ],
)
def test_the_lines_a_client_would_send(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines
