"""What the chips offer."""

import pytest

from smtpdebugger.gui.composer.completion import Names
from smtpdebugger.gui.composer.suggestions import suggestions
from tests.gui.stage import GREETED, MAIL, RCPT, READY, knowledge, session_of


def labels(lines: tuple[str, ...], refused: tuple[str, ...] = ()) -> list[str]:
    situation = session_of(*lines).situation
    return [each.label for each in suggestions(situation, knowledge(), Names(), refused)]


def test_only_what_is_legal_and_offered() -> None:
    assert labels(()) == []
    assert labels(GREETED)[:2] == ["EHLO", "HELO"]
    assert labels(READY)[:3] == ["AUTH PLAIN", "AUTH LOGIN", "MAIL FROM:<…>"]
    assert "STARTTLS" not in labels(READY)
    assert "BDAT" not in labels(RCPT)
    assert labels(MAIL)[0] == "RCPT TO:<…>"
    assert labels(RCPT)[0] == "DATA"


def test_what_was_refused_for_good_is_left_out() -> None:
    assert "VRFY" in labels(READY)
    assert "VRFY" not in labels(READY, ("VRFY",))


@pytest.mark.parametrize("lines", [GREETED, READY, MAIL, RCPT])
def test_every_line_is_permitted_and_the_cursor_is_in_it(lines: tuple[str, ...]) -> None:
    situation = session_of(*lines).situation
    for each in suggestions(situation, knowledge(), Names()):
        assert situation.permits(each.line.split()[0])
        assert 0 <= each.cursor <= len(each.line)


def test_an_address_is_typed_between_the_brackets() -> None:
    situation = session_of(*READY).situation
    mail = next(s for s in suggestions(situation, knowledge(), Names()) if "MAIL" in s.label)
    assert (mail.line, mail.line[mail.cursor :]) == ("MAIL FROM:<>", ">")
