"""Causes told for what the words of the reply are about."""

import pytest

from smtpdebugger.diagnosis.matters import as_told, matter_of
from tests.diagnosis.cases import AUTH, EHLO, case_of, diagnosis_of, knowledge

MAIL = EHLO + "C: MAIL FROM:<ann@sender.test>\n"
RCPT = MAIL + "S: 250 ok\nC: RCPT TO:<bob@example.test>\n"


@pytest.mark.parametrize(
    ("text", "cause", "title"),
    [
        (MAIL + "S: 550 5.7.1 SPF check failed\n", "policy", "does not prove its sender"),
        (MAIL + "S: 450 4.1.8 Sender domain not found\n", "policy", "domain does not exist"),
        (RCPT + "S: 554 5.7.1 Blocked using zen.example\n", "access-denied-client", "block list"),
        (RCPT + "S: 452 4.2.2 Mailbox full\n", "resource-temporary", "mailbox is full"),
        (RCPT + "S: 452 4.5.3 Too many recipients\n", "resource-temporary", "in one transaction"),
        (RCPT + "S: 450 4.2.1 receiving mail at a rate\n", "resource-temporary", "too much mail"),
        (MAIL + "S: 421 4.7.0 Deferred, user complaints\n", "too-many-errors", "reputation"),
        (MAIL + "S: 452 4.3.1 Insufficient system storage\n", "resource-temporary", "disk"),
        (MAIL + "S: 550 5.5.2 bare <LF> received\n", "syntax-args", "CR or LF alone"),
        (RCPT + "S: 504 5.5.2 Helo command rejected\n", "policy", "given with EHLO"),
        (RCPT + "S: 550 Sender verify failed\n", "policy", "could not be verified"),
        (RCPT + "S: 550 5.2.1 Mailbox disabled\n", "mailbox-unknown", "is disabled"),
        (MAIL + "S: 421 4.7.0 Rate limited\n", "too-many-errors", "too fast"),
        (
            AUTH + "C: AUTH PLAIN\nS: 534 Use an app password\n",
            "auth-failed",
            "application password",
        ),
    ],
)
def test_people_read_what_the_words_are_about(text: str, cause: str, title: str) -> None:
    leading = diagnosis_of(text).causes[0]

    assert leading.id == cause
    assert title in leading.title


def test_without_such_words_the_cause_is_told_as_it_is() -> None:
    cause = knowledge().causes["policy"]

    assert as_told(case_of(MAIL + "S: 550 no\n"), cause) is cause


def test_words_about_one_cause_say_nothing_of_another() -> None:
    cause = knowledge().causes["policy"]

    assert as_told(case_of(RCPT + "S: 452 Mailbox full\n"), cause) is cause


def test_a_matter_keeps_the_id_and_the_weight_of_its_cause() -> None:
    for cause in knowledge().causes.values():
        for matter in cause.matters.values():
            assert (matter.id, matter.family, matter.prior) == (cause.id, cause.family, cause.prior)
            assert matter.title != cause.title
            assert matter.fixes != cause.fixes


def test_every_matter_has_words() -> None:
    worded = {(rule.cause, rule.matter) for rule in knowledge().rules}

    for cause in knowledge().causes.values():
        for matter in cause.matters:
            assert (cause.id, matter) in worded


@pytest.mark.parametrize(
    ("reply", "cause", "matter"),
    [
        ("550 5.7.26 no", "policy", "sender-authentication"),
        ("552 5.2.2 no", "resource-temporary", "mailbox-full"),
        ("550 5.7.25 no", "access-denied-client", "reverse-dns"),
        ("550 5.7.26 no", "mailbox-unknown", ""),
        ("550 no", "policy", ""),
    ],
)
def test_the_enhanced_code_names_a_matter_where_the_words_do_not(
    reply: str, cause: str, matter: str
) -> None:
    case = case_of(EHLO + f"C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\nS: {reply}\n")

    assert matter_of(case, cause) == matter


def test_the_words_name_a_matter_before_the_code() -> None:
    case = case_of(EHLO + "C: DATA\nS: 550 5.7.26 this message is spam\n")

    assert matter_of(case, "policy") == "content"


def test_nobody_has_read_a_message_before_data() -> None:
    early = case_of(EHLO + "C: RCPT TO:<bob@example.test>\nS: 550 5.7.1 Spamtrap\n")
    late = case_of(EHLO + "C: DATA\nS: 550 5.7.1 Spamtrap\n")

    assert matter_of(early, "policy") == ""
    assert matter_of(late, "policy") == "content"
