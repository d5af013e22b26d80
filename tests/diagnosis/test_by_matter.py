"""What to do about matters; that each is offered where it belongs is tested in test_remedies."""

import pytest

from smtpdebugger.diagnosis.by_matter import BY_MATTER, NOT_THEIRS, by_matter
from smtpdebugger.diagnosis.model import Diagnosis
from tests.diagnosis.cases import diagnosis_of, knowledge


def test_each_is_the_matter_of_a_cause() -> None:
    known = {matter for cause in knowledge().causes.values() for matter in cause.matters}

    assert set(BY_MATTER) <= known
    assert known >= NOT_THEIRS


@pytest.mark.parametrize("matter", sorted(BY_MATTER))
def test_it_says_what_to_do_and_why(matter: str) -> None:
    told = by_matter(matter)

    assert told.action == "other"
    assert told.what
    assert told.achieves.endswith(".")
    assert told.reference


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        ("550 5.1.2 <bob@gmial.con>: Recipient address rejected: Domain not found", "domain of"),
        (
            "550 5.1.1 You tried to send to a recipient that has been marked as inactive",
            "suppression list",
        ),
        ("452 4.5.3 Your message has too many recipients", "fewer recipients"),
    ],
)
def test_nobody_is_sent_to_a_postmaster_who_can_do_nothing(reply: str, word: str) -> None:
    found = diagnosis_of(
        "S: 220 mx.example.test ESMTP\nC: EHLO me.example.org\nS: 250 mx.example.test\n"
        "C: MAIL FROM:<a@example.org>\nS: 250 ok\nC: RCPT TO:<bob@gmial.con>\n"
        f"S: {reply}\n"
    )

    assert any(word in each.what for each in found.alternatives)
    assert not any("postmaster@" in each.what for each in found.alternatives)


def told(reply: str, *before: str) -> Diagnosis:
    """The diagnosis of a reply to RCPT, or to the last line that is given."""
    lines = before or (
        "C: MAIL FROM:<a@example.org>", "S: 250 ok", "C: RCPT TO:<bob@example.net>",
    )  # fmt: skip
    greeting = ("S: 220 mx.example.test ESMTP", "C: EHLO me.example.org", "S: 250 mx.example.test")
    return diagnosis_of("\n".join((*greeting, *lines, f"S: {reply}")) + "\n")


@pytest.mark.parametrize(
    ("reply", "sentence", "way"),
    [
        ("550 5.7.703 Blocked by your organization", "own organisation", "your own organisation"),
        ("550 5.7.507 Access denied, rejected by recipient", "own settings", "let mail of this"),
        ("550 5.2.1 Mailbox disabled", "is disabled", "address in use now"),
        ("550 5.7.510 This domain does not accept email over IPv6", "over IPv6", "over IPv4"),
        ("550 5.7.133 SenderNotAuthenticatedForGroup", "only its members", "belongs to the list"),
    ],
)
def test_a_matter_has_a_sentence_and_a_way_out(reply: str, sentence: str, way: str) -> None:
    found = told(reply)

    assert sentence in found.causes[0].sentence
    assert way in found.alternatives[0].what


def test_the_null_path_is_no_way_round_a_limit_or_a_paused_account() -> None:
    mail = "C: MAIL FROM:<a@example.org>"
    for reply in ("550 too many emails per second", "550 Sending suspended for this account"):
        offered = told(reply, mail).alternatives
        assert all("MAIL FROM:<>" not in each.commands for each in offered)
    offered = told("550 5.7.1 Sender denied", mail).alternatives
    assert any("MAIL FROM:<>" in each.commands for each in offered)


def test_what_the_words_name_is_not_met_with_the_ways_of_something_else() -> None:
    limited = told("550 5.1.90 You have reached your daily limit for message recipients")
    assert not any("letter by letter" in each.what for each in limited.alternatives)

    large = told("552 5.3.4 Message exceeds maximum size of 10 MB")
    assert any("smaller message" in each.what for each in large.alternatives)
