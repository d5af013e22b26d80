"""Completion of command lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.gui.composer.completion import Names, beginning, candidates, names_of
from tests.gui.stage import GREETED, MAIL, RCPT, READY, knowledge, session_of


def completed(lines: tuple[str, ...], line: str) -> list[str]:
    session = session_of(*lines)
    return candidates(session.situation, line, knowledge(), names_of(session))


@pytest.mark.parametrize(
    ("lines", "line", "first"),
    [
        (GREETED, "eh", "EHLO "),
        (GREETED, "EHLO ", "EHLO [192.0.2.1]"),
        (READY, "EHLO ", "EHLO client.example.test"),
        (READY, "M", "MAIL FROM:<"),
        (READY, "MAIL ", "MAIL FROM:<>"),
        (READY, "MAIL FROM:<", "MAIL FROM:<>"),
        (MAIL, "MAIL FROM:<", "MAIL FROM:<alice@example.test>"),
        (MAIL, "R", "RCPT TO:<"),
        (RCPT, "RCPT TO:<b", "RCPT TO:<bob@example.test>"),
        (RCPT, "VRFY ", "VRFY bob@example.test"),
        (RCPT, "D", "DATA"),
        (READY, "AUTH ", "AUTH PLAIN"),
        (READY, "AUTH L", "AUTH LOGIN"),
        (READY, "MAIL FROM:<> S", "MAIL FROM:<> SIZE="),
        (READY, "MAIL FROM:<> BODY=8", "MAIL FROM:<> BODY=8BITMIME"),
        (READY, "MAIL FROM:<> RET=H", "MAIL FROM:<> RET=HDRS"),
    ],
)
def test_what_a_line_could_become(lines: tuple[str, ...], line: str, first: str) -> None:
    assert completed(lines, line)[0] == first


def test_only_offered_parameters_that_are_not_there_yet() -> None:
    found = completed(READY, "MAIL FROM:<> SIZE=10 ")
    assert "MAIL FROM:<> SIZE=10 BODY=8BITMIME" in found
    assert not any("BINARYMIME" in each or each.count("SIZE") > 1 for each in found)


def test_an_empty_line_could_become_anything() -> None:
    assert completed(READY, "") == []
    assert completed(READY, "FROB") == []


def test_how_lines_begin() -> None:
    assert beginning("RCPT") == "RCPT TO:<"
    assert beginning("DATA") == "DATA"
    assert beginning("VRFY") == "VRFY "


def test_names_come_from_the_session() -> None:
    names = names_of(session_of(*RCPT))
    assert names == Names("client.example.test", ("alice@example.test",), ("bob@example.test",))
    assert names_of(session_of()).client == "[192.0.2.1]"


@given(st.text(max_size=40), st.sampled_from([(), GREETED, READY, RCPT]))
def test_every_candidate_goes_on_from_the_line(line: str, lines: tuple[str, ...]) -> None:
    for each in completed(lines, line):
        assert each.upper().startswith(line.upper())
        assert each != line
