"""Replies that stand alone: what they tell of the command they answer."""

import pytest

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Diagnosis
from smtpdebugger.diagnosis.quoted import OF_COMMANDS, verb_named, words_of_any
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import knowledge


def told(line: str) -> Diagnosis:
    session = read_dialogue(f"S: {line}\n")
    return diagnose(session, session.exchange(1), knowledge())


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("VRFY command is disabled", "VRFY"),
        ("Command not implemented: EXPN", "EXPN"),
        ("unknown command 'TURN'", "TURN"),
        ("Sorry, we do not support XCLIENT", "XCLIENT"),
        ("AUTH command used when not advertised", "AUTH"),
        ("Must issue a STARTTLS command first", ""),
        ("command is not allowed before STARTTLS", ""),
        ("valid RCPT command must precede DATA", ""),
        ("mail not accepted", ""),
        ("MAIL NOT ACCEPTED FROM YOU", ""),
        ("XYZZY not implemented", ""),
    ],
)
def test_a_verb_that_is_refused_is_told_from_one_that_is_wanted(text: str, verb: str) -> None:
    assert verb_named(knowledge(), text) == verb


def test_a_clear_word_for_one_verb_goes_before_vague_ones() -> None:
    rule = words_of_any(knowledge(), "5.7.0 Authentication required", 530)

    assert rule is not None
    assert rule.cause == "auth-required"


@pytest.mark.parametrize("code", sorted(OF_COMMANDS))
def test_what_answers_commands_is_no_greeting(code: int) -> None:
    diagnosis = told(f"{code} Error")

    assert "access-denied-client" not in {each.id for each in diagnosis.causes}
    assert diagnosis.alternatives


def test_a_refusal_that_may_be_a_greeting_is_told_as_that() -> None:
    evidence = [each.sentence for each in told("554 No SMTP service here").causes[0].evidence]

    assert any("No command is shown that 554" in each for each in evidence)
    assert not any("stands before" in each for each in evidence)


def test_the_command_that_a_reply_names_is_the_one_explained() -> None:
    diagnosis = told("502 5.5.1 VRFY command is disabled")

    assert diagnosis.causes[0].id == "command-disabled-by-admin"
    assert "VRFY" in diagnosis.summary


def test_nothing_is_said_of_an_order_that_nobody_shows() -> None:
    for line in ("502 STARTTLS not supported", "502 EHLO not implemented, use HELO"):
        assert "need-ehlo-first" not in {each.id for each in told(line).causes}


def test_where_only_a_look_can_tell_a_look_is_proposed() -> None:
    (way,) = told("502 Command not implemented").alternatives

    assert way.what == "Connect to the server, send EHLO, then the command again"
