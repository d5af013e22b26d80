"""A diagnosis in plain words."""

import pytest

from smtpdebugger.diagnosis.model import Alternative, Evidence, Fixes
from smtpdebugger.gui.panels.diagnosis_text import (
    brief_lines,
    cause_title,
    code_text,
    consequence_lines,
    description,
    evidence_sentence,
    evidence_text,
    fixes_of,
    is_refusal,
    meaning_lines,
    percent,
    plain_text,
    reference_text,
    shown,
    subject_text,
)
from tests.gui.panels.sample import accepted, refused


@pytest.mark.parametrize(
    ("probability", "text"), [(0.0, "0 %"), (0.001, "< 1 %"), (0.876, "88 %"), (1.0, "100 %")]
)
def test_nothing_that_was_considered_is_impossible(probability: float, text: str) -> None:
    assert percent(probability) == text


def test_what_was_answered() -> None:
    diagnosis = refused()
    assert code_text(diagnosis) == "502 5.5.1"
    assert subject_text(diagnosis) == "to VRFY alice"
    assert subject_text(refused(command="", closed=True)) == "unasked, then closed the connection"
    assert code_text(refused(code=None, enhanced=None)) == "no code"


def test_what_refuses() -> None:
    assert is_refusal(refused())
    assert is_refusal(refused(code=None))
    assert not is_refusal(accepted())


def test_the_brief_says_how_final_it_is_and_the_rest_comes_later() -> None:
    assert brief_lines(refused()) == (
        "Command not implemented (permanent negative: repeating it cannot help).",
    )
    assert meaning_lines(refused()) == (
        "The server will not carry it out.",
        "502 is a syntax reply.",
        "5.5.1, Invalid command: It is not available.",
        "Use another command.",
    )
    assert brief_lines(accepted()) == ("Done: The command was carried out.",)
    assert meaning_lines(accepted()) == ()


def test_a_screen_reader_hears_summary_and_leading_cause() -> None:
    assert description(refused()) == (
        "502 5.5.1 to VRFY alice. Postfix has VRFY switched off. "
        "Security restrictions — The administrator switched it off, 88 %."
    )


def test_the_whole_can_be_copied() -> None:
    text = plain_text(refused())
    for part in (
        "The server's words: VRFY command is disabled",
        " 88 %  Security restrictions",
        "       + EHLO does not list VRFY (exchange 2)",
        "       - HELP names VRFY",
        "MAIL FROM:<> · RCPT TO:<alice@{domain}> · RSET",
        "  Could deliver mail.",
        "Administrator:\n  disable_vrfy_command = no",
    ):
        assert part in text


def test_evidence_names_its_exchange_once() -> None:
    named = Evidence("EHLO (exchange 2) does not list VRFY", 2)
    assert evidence_text(named) == "EHLO (exchange 2) does not list VRFY"
    assert evidence_sentence(named) == "EHLO does not list VRFY"
    assert evidence_text(Evidence("It worked before", 4)) == "It worked before (exchange 4)"
    assert evidence_sentence(Evidence("502 in exchange 3 is usual", 3)) == "502 is usual"
    assert evidence_sentence(Evidence("As a whole")) == evidence_text(Evidence("As a whole"))


def test_what_an_alternative_means() -> None:
    alternative = Alternative("send", ("RSET",), achieves="A.", loses="B.", missing=("domain",))
    assert consequence_lines(alternative) == ("A.", "But: B.", "You fill in: domain.")
    assert reference_text("RFC 5321 3.5, 3.3") == "RFC 5321 §3.5, 3.3"


def test_a_cause_is_not_named_twice() -> None:
    cause = refused().causes[1]
    assert cause_title(cause) == "Left open"


def test_only_who_can_do_something_is_addressed() -> None:
    assert fixes_of(Fixes(developer=("x",))) == (("Developer", ("x",)),)


def test_control_characters_are_shown() -> None:
    assert shown("a\x1b[31m") == "a‹ESC›[31m"
