"""What to do about matters; that each is offered where it belongs is tested in test_remedies."""

import pytest

from smtpdebugger.diagnosis.by_matter import BY_MATTER, NOT_THEIRS, by_matter
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
