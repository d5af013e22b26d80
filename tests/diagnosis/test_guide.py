"""The guide to 502: each of its points is shown at a reply it belongs to."""

import pytest

from tests.diagnosis.cases import DIALOGUES, EHLO, diagnosis_of, knowledge

PARTS = {"cause": 7, "sender": 5, "developer": 6, "scenario": 3, "practice": 8}


def shown_somewhere() -> set[str]:
    texts = [file.read_text() for file in DIALOGUES.rglob("*.smtp")]
    return {point.id for text in texts for point in diagnosis_of(text).guide}


@pytest.mark.parametrize(("part", "count"), PARTS.items())
def test_every_point_of_a_part_appears_at_some_reply(part: str, count: int) -> None:
    points = {point.id for point in knowledge().guide_part(part)}

    assert len(points) == count
    assert points <= shown_somewhere()


def test_what_502_means_stands_at_every_502() -> None:
    kinds = {point.kind for point in diagnosis_of(EHLO + "C: VRFY a\nS: 502 no\n").guide}

    assert {"meaning", "cause", "sender", "developer", "example", "practice"} <= kinds


@pytest.mark.parametrize(
    ("line", "scenario"),
    [
        ("STARTTLS", "scenario-starttls"),
        ("AUTH PLAIN", "scenario-auth"),
        ("PIPELINING", "scenario-pipelining"),
    ],
)
def test_a_scenario_stands_at_its_verb_with_what_to_do(line: str, scenario: str) -> None:
    text = EHLO.replace("S: 250-STARTTLS\n", "")
    points = diagnosis_of(text + f"C: {line}\nS: 502 5.5.1 Command not implemented\n").guide

    point = next(each for each in points if each.id == scenario)

    assert "What you see:" in point.text
    assert "What to do:" in point.text


def test_the_point_of_the_leading_family_is_there() -> None:
    points = diagnosis_of(EHLO + "C: VRFY a\nS: 550 VRFY disabled\n").guide

    assert "cause-security-restrictions" in {point.id for point in points}


def test_nothing_at_a_reply_that_refuses_nothing() -> None:
    assert diagnosis_of(EHLO + "C: NOOP\nS: 250 ok\n").guide == ()
