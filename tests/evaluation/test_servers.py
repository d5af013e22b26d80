"""Servers are named right, whatever they greet with; and never wrongly with great confidence."""

import pytest

from smtpdebugger.knowledge.fingerprint import Observed
from tests.evaluation.__main__ import main
from tests.evaluation.servers import GREETINGS, Form, Spoken, forms, spoken


@pytest.fixture(scope="module")
def told() -> dict[str, Form]:
    return {form.title: form for form in forms()}


def test_there_are_many_connections_of_many_programs() -> None:
    assert len(spoken()) >= 1400
    assert len({each.program for each in spoken()}) >= 24


@pytest.mark.parametrize(
    ("form", "right"),
    [
        ("honest, after EHLO", 0.985),
        ("honest, before EHLO", 0.82),
        ("without the greeting", 0.76),
        ("the greeting alone", 0.70),
        ("the EHLO reply alone", 0.60),
    ],
)
def test_servers_are_named_right(told: dict[str, Form], form: str, right: float) -> None:
    assert told[form].right >= right


@pytest.mark.parametrize("program", GREETINGS)
def test_behind_the_greeting_of_another_they_are_seldom_taken_for_it(
    told: dict[str, Form], program: str
) -> None:
    form = told[f"greeting of {program}, after EHLO"]
    taken = sum(each.name == program for each in form.told)

    assert form.right >= 0.72
    assert taken <= 0.015 * len(form.told)


def test_nobody_is_named_wrongly_with_great_confidence(told: dict[str, Form]) -> None:
    lies = [(form.title, each.program, each.name) for form in told.values() for each in form.lies]

    assert lies == []


def test_a_greeting_alone_is_never_certain(told: dict[str, Form]) -> None:
    form = told["the greeting alone"]

    assert all(each.guesses[0].confidence < 0.9 for each in form.told if each.guesses)


def test_figures_of_a_form() -> None:
    guess = next(each.guesses[0] for each in _form().told if each.name == "exim")
    unnamed = Spoken("exim", Observed())
    wrong = Spoken("qmail", Observed(), (guess,))

    form = Form("", (Spoken("exim", Observed(), (guess,)), unnamed, wrong))

    assert (round(form.right, 2), round(form.unnamed, 2)) == (0.33, 0.33)
    assert form.confusions == [(("qmail", "exim"), 1)]
    assert form.lies == ((wrong,) if guess.confidence > 0.9 else ())


def _form() -> Form:
    return next(iter(forms()))


def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--servers"]) == 0

    told = capsys.readouterr().out
    assert "honest, after EHLO" in told
    assert "of proxsmtp named exim" in told
