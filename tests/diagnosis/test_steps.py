"""Verification steps: chosen by what they would tell, and never a harm."""

from pathlib import Path

import pytest

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.probes import JUDGES
from smtpdebugger.diagnosis.steps import room_for_errors, steps_of, worth_of
from smtpdebugger.knowledge.vocabulary import NEVER_PROBED
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import (
    AUTH,
    DIALOGUES,
    EHLO,
    EXIM,
    POSTFIX,
    case_of,
    diagnosis_of,
    knowledge,
)

PORT = "# port 25\n"
HELO = "S: 220 mx\nC: HELO me.example\nS: 250 mx\n"


def ids(text: str) -> list[str]:
    return [each.id for each in diagnosis_of(text).verification]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (EHLO + "C: AUTH PLAIN\nS: 502 5.5.1 no\n", "tls-and-look"),
        (EHLO + "C: VRFY a\nS: 502 5.5.1 no\n", "unknown-word"),
        (EHLO + "C: MAIL FROM:<a@b.example> SIZE=5 FOO=1\nS: 501 no\n", "without-parameters"),
        (EHLO + "C: MAIL FROM:<a@b.example>\nS: 530 no\n", "tls-and-mail"),
        ("S: 220 mx\nC: EHLO me.example\nS: 500 no\n", "helo"),
        ("S: 220 mx LMTP\nC: EHLO me.example\nS: 500 no\n", "lhlo"),
        ("S: 220 mx\nC: HELO me.example\nS: 250 mx\nC: STARTTLS\nS: 502 no\n", "ehlo-again"),
        (EHLO + "C: NOOP \x01\nS: 500 no\n", "plain-form"),
        (EHLO + "C: EXPN\nS: 502 no\n", "plain-form"),
        (PORT + HELO + "C: MAIL FROM:<a@b.example> SIZE=9\nS: 501 no\n", "fresh-and-mail"),
        (PORT + EHLO + "C: NOOP\nS: 421 too many errors\n# closed server\n", "fresh"),
        (PORT + EHLO + "C: AUTH LOGIN\nS: 502 AUTH not enabled\n", "submission"),
    ],
)  # fmt: skip
def test_a_step_stands_where_it_tells_most(text: str, step: str) -> None:
    if step == "fresh":
        text = text.replace("C: NOOP", "C: STARTTLS")
    assert step in ids(text)


def test_what_has_one_outcome_only_is_worth_nothing() -> None:
    row = knowledge().steps["noop"]
    assert worth_of(knowledge(), {"relay-denied": 0.5, "mailbox-unknown": 0.5})[row.id] == 0
    assert worth_of(knowledge(), {"data-desync": 0.5, "mailbox-unknown": 0.5})[row.id] > 0.5


def test_a_step_names_the_causes_it_can_move() -> None:
    step = diagnosis_of(EHLO + "C: AUTH PLAIN\nS: 502 5.5.1 no\n").verification[0]
    assert step.separates[:2] == ("auth-requires-tls", "auth-not-enabled")


def test_a_step_that_was_taken_is_not_proposed_again() -> None:
    case = case_of(EHLO + "C: AUTH PLAIN\nS: 502 5.5.1 no\n")
    causes = diagnose(case.session, case.exchange, case.knowledge).causes
    assert "tls-and-look" not in [each.id for each in steps_of(case, causes, ["tls-and-look"])]


def test_a_positive_reply_needs_no_verification() -> None:
    assert diagnosis_of(EHLO).verification == ()


def test_exim_is_not_asked_a_fourth_time() -> None:
    unknown = "C: FOO\nS: 500 unrecognized command\n"
    assert room_for_errors(case_of(EXIM + unknown)) == 2
    assert room_for_errors(case_of(EXIM + unknown * 3)) == 0
    for refusals in (1, 2, 3):
        text = EXIM + unknown * (refusals - 1) + "C: EXPN a\nS: 500 unrecognized command\n"
        steps = [each for each in diagnosis_of(text).verification if each.action == "send"]
        assert refusals + sum(each.errors for each in steps) <= 3


def test_patient_servers_leave_more_room() -> None:
    assert room_for_errors(case_of(POSTFIX + "C: FOO\nS: 500 5.5.2 Error\n")) > 10


FILES = sorted(DIALOGUES.rglob("*.smtp"))


@pytest.mark.parametrize("file", FILES, ids=[f"{each.parent.name}-{each.stem}" for each in FILES])
def test_no_step_does_harm(file: Path) -> None:
    session = read_dialogue(file.read_text())
    for exchange in session.exchanges:
        for step in diagnose(session, exchange, knowledge()).verification:
            verbs = [line.split(" ")[0].upper() for line in step.commands]
            assert not set(verbs) & set(NEVER_PROBED), step
            assert "•" not in "".join(step.commands)
            assert "MAIL" not in verbs or verbs[-1] == "RSET"


def test_the_tables_of_the_steps_are_whole() -> None:
    steps = knowledge().steps
    assert set(steps) == set(JUDGES)
    for step, outcome in ((s, o) for s in steps.values() for o in s.outcomes):
        assert knowledge().evidence[outcome].weights, step.id
        assert step.tells.startswith("Whether")


@pytest.mark.parametrize("offers", [EHLO, AUTH])
@pytest.mark.parametrize("code", [500, 502, 504, 530, 535, 538])
def test_no_second_guess_at_a_password(offers: str, code: int) -> None:
    text = offers + f"C: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: {code} 5.7.0 no\n"
    for step in diagnosis_of(PORT + text).verification:
        assert not any(line.startswith("AUTH") for line in step.commands)


CHASQUID = """\
S: 220 mx.example.test ESMTP chasquid
C: EHLO client.example.test
S: 250-mx.example.test - Your hour of destiny has come.
S: 250-8BITMIME
S: 250-PIPELINING
S: 250-SMTPUTF8
S: 250-ENHANCEDSTATUSCODES
S: 250-SIZE 52428800
S: 250 HELP
"""


def test_a_server_that_counts_every_refusal_is_asked_for_less() -> None:
    refused = "C: MAIL FROM:<a@example.test>\nS: 550 5.7.9 Log in before sending mail\n"

    assert room_for_errors(case_of(CHASQUID + refused)) == 1
    assert room_for_errors(case_of(CHASQUID + 2 * refused)) == 0
    assert room_for_errors(case_of(EHLO + refused)) == 3


def test_in_lmtp_the_steps_say_lhlo() -> None:
    text = EHLO.replace("ESMTP", "LMTP").replace("EHLO", "LHLO")
    case = case_of(PORT + text + "C: VRFY a\nS: 502 no\n")
    steps = diagnose(case.session, case.exchange, knowledge()).verification

    told = [line for step in steps for line in step.commands]
    assert "LHLO client.example.test" in told
    assert not any(line.startswith("EHLO") for line in told)


def test_a_refused_message_is_not_asked_about_as_a_verb() -> None:
    text = EHLO + (
        "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\nS: 250 ok\nC: DATA\nS: 354 go\n"
        "C: Subject: x\nC: \nC: x\nC: .\nS: 554 no\n"
    )
    found = diagnosis_of(text)

    assert not {step.commands for step in found.verification} & {("HELP",), ("XNOP",)}
    assert not any("in its order" in each.achieves for each in found.alternatives)


def test_another_port_is_asked_in_smtp_where_lmtp_is_spoken_here() -> None:
    text = PORT + EHLO.replace("C: EHLO", "C: LHLO") + "C: AUTH LOGIN\nS: 502 AUTH not enabled\n"
    steps = {each.id: each.commands for each in diagnosis_of(text).verification}
    assert steps["submission"][0].startswith("EHLO ")


def test_a_verb_that_all_servers_know_is_not_held_against_nonsense() -> None:
    refused = ids(EHLO + "C: MAIL FROM:<ann@example.test>\nS: 550 5.7.1 no\n")

    assert "unknown-word" not in refused
    assert "help" not in refused


@pytest.mark.parametrize("line", ["*", "", "\x01\x02"])
def test_what_is_no_word_is_not_held_against_one(line: str) -> None:
    assert not {"unknown-word", "help"} & set(ids(EHLO + f"C: {line}\nS: 500 what?\n"))


@pytest.mark.parametrize("line", ["STARTTLS", "ETRN example.test"])
def test_what_ehlo_offers_is_not_asked_twice(line: str) -> None:
    assert "ehlo-again" not in ids(PORT + EHLO + f"C: {line}\nS: 502 no\n")
    assert "ehlo-again" in ids(PORT + HELO + f"C: {line}\nS: 502 no\n")


def test_a_line_that_is_not_in_form_is_not_sent_again_as_it_is() -> None:
    assert not {"again", "fresh-and-repeat"} & set(ids(PORT + EHLO + "C: EXPN\nS: 502 no\n"))
