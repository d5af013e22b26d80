"""Spoilt sessions: nothing breaks, nothing is invented, and the odds stay honest."""

import random

import pytest

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.evaluation import mangling
from tests.evaluation.cases import all_cases
from tests.evaluation.mangling import KEEPING_THE_TRUTH, MANGLERS, Tally, check, main, mangled, run

CASE = next(case for case in all_cases() if case.server == "postfix")
EHLO = "S: 220 mx ESMTP\nC: EHLO me\nS: 250-mx\nS: 250 SIZE 100\n"


def test_nothing_is_said_that_is_not_so() -> None:
    tallies, problems = run(700, seed=7)

    assert problems == []
    assert all(one.count for one in tallies.values())


def test_confidence_is_honest_where_the_label_still_holds() -> None:
    tallies, _ = run(700, seed=8)
    told = [tallies[name] for name in KEEPING_THE_TRUTH]

    assert sum(one.confident for one in told) > 100
    assert sum(one.confident_wrong for one in told) <= 0.06 * sum(one.confident for one in told)


@pytest.mark.parametrize("name", MANGLERS)
def test_each_way_spoils_the_same_for_a_seed(name: str) -> None:
    first, again = (MANGLERS[name](random.Random(3), [*CASE.lines]) for _ in range(2))

    assert first == again
    assert first != "\n".join(CASE.lines).encode()


def test_a_seed_gives_the_same_sessions() -> None:
    assert list(mangled(5, 1)) == list(mangled(5, 1))
    assert list(mangled(5, 1)) != list(mangled(5, 2))


def test_what_is_no_session_is_told_in_a_sentence() -> None:
    tally = Tally()

    assert check(CASE, "cut", b"\0\1\2", tally) == []
    assert (tally.count, tally.unread) == (1, 1)


@pytest.mark.parametrize(
    "told",
    [
        "EHLO (exchange 2) offered PIPELINING.",
        "EHLO (exchange 1) offered SIZE.",
        "VRFY (exchange 2) is a verb of the standard.",
        "The greeting (exchange 9) is overwritten.",
        "The session was opened with HELO (exchange 2).",
        "MAIL had been refused in exchange 2.",
        "The client had logged in before exchange 2.",
        "{verb} is not filled in.",
    ],
)
def test_an_invented_fact_is_found(told: str) -> None:
    assert _untrue(read_dialogue(EHLO), told)


@pytest.mark.parametrize(
    "told", ["EHLO (exchange 2) offered SIZE.", "The session was opened with EHLO (exchange 2)."]
)
def test_a_true_one_is_not(told: str) -> None:
    assert not _untrue(read_dialogue(EHLO), told)


def test_a_crash_is_told_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(mangling, "diagnose", broken)
    _, problems = run(30, seed=1)

    assert any("ZeroDivisionError: oh" in each for each in problems)


def test_it_prints_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", "20"]) == 0
    assert "slowest" in capsys.readouterr().out


def _untrue(session: Session, told: str) -> list[str]:
    return list(mangling.untrue(session, [told]))
