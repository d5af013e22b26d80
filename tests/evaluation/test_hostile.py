"""Bad input: cut, mixed up, huge and lying sessions lower the confidence and break nothing."""

import dataclasses
import re
from collections.abc import Iterator, Sequence

import pytest

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.model import Diagnosis
from smtpdebugger.diagnosis.ranking import UNKNOWN
from smtpdebugger.diagnosis.sentences import sentence_of
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.evaluation.cases import Labelled, all_cases, last_answered, unseen, wild
from tests.evaluation.score import Outcome, everything_known, is_lie, judge, summary

CASES = (*all_cases(), *unseen(), *wild())
SOME = CASES[::45]
MANY = CASES[::9]


@pytest.mark.parametrize("case", SOME, ids=lambda case: case.id)
def test_a_session_cut_anywhere_is_diagnosed(case: Labelled) -> None:
    text = "\n".join(case.lines)
    step = max(7, len(text) // 60)

    for end in range(step, len(text), step):
        cut = text[:end]
        if re.search(r"^[CS]: ?", cut, re.MULTILINE) and cut.splitlines()[-1] not in {"C", "S"}:
            _check_all(read_dialogue(cut))


def test_without_a_greeting() -> None:
    whole, cut = _with_and_without(lambda line, index: line.startswith("S: 220"))

    assert _mean_server(cut) < _mean_server(whole)
    assert summary(cut).leading <= summary(whole).leading


def test_without_any_hello() -> None:
    whole, cut = _with_and_without(
        lambda line, index: re.match(r"C: (EHLO|HELO|LHLO)|S: 250", line) is not None
    )

    assert _mean_server(cut) < _mean_server(whole)
    assert summary(cut).confident < summary(whole).confident


def test_without_the_clients_side() -> None:
    whole, cut = _with_and_without(lambda line, index: line.startswith("C:"))

    assert summary(cut).leading < summary(whole).leading
    # Words that name a cause are believed without the command too, and the odds stay honest.
    assert summary(cut).confident_right > 0.85
    assert summary(cut).brier > summary(whole).brier
    for each in MANY:
        lines = [line for line in each.lines if not line.startswith("C:")]
        for told in _sentences(_read(lines)):
            assert "EHLO (exchange" not in told
            assert "what the client sent" not in told.lower()


@pytest.mark.parametrize("code", ["000", "123", "299", "399", "429", "599", "999", "5x0", ""])
def test_with_a_wrong_code(code: str) -> None:
    for case in MANY:
        lines = [*case.lines]
        last = max(index for index, line in enumerate(lines) if line.startswith("S:"))
        lines[last] = f"S: {code}{lines[last][6:]}"
        _check_all(_read(lines))


@pytest.mark.parametrize("verb", ["FROB", "MAIL FROM:<a@b.test>", "AUTH PLAIN", "STARTTLS"])
def test_a_reply_of_a_megabyte(verb: str) -> None:
    for filling in ("x", "no such user ", "greylisted ", "a" * 60 + " ", "é", "<"):
        long = (filling * (1_000_000 // len(filling)))[:1_000_000]
        _check_all(_read(["S: 220 x", f"C: {verb}", f"S: 550 {long}"]))
        _check_all(_read([f"S: 554 {long}", "C: EHLO me", f"S: 554 {long}"]))


def test_a_command_of_a_megabyte() -> None:
    _check_all(_read(["S: 220 x", "C: FROB " + "y" * 1_000_000, "S: 500 no"]))


def test_words_nobody_knows_leave_much_open() -> None:
    hello = ["S: 220 x", "C: EHLO me", "S: 250-x", "S: 250 SIZE 1000"]
    found = _diagnosis([*hello, "C: MAIL FROM:<a@b.test>", "S: 599 Bląd źródłowy ☃"])

    assert found.causes[0].id == UNKNOWN
    assert found.causes[0].probability > 0.5


@pytest.mark.parametrize(
    "greeting",
    [
        "220 mx.example.test ESMTP Postfix",
        "220 mx.example.test ESMTP Exim 4.97 Mon, 23 Nov 2026 10:00:00 +0000",
        "220 mx.example.test Microsoft ESMTP MAIL Service ready at Mon, 23 Nov 2026 10:00:00 +0000",
    ],
)
def test_a_lying_greeting_convinces_nobody(greeting: str) -> None:
    lied = []
    for case in all_cases():
        if case.group == "captured" and "/ehlo/" in case.id:
            first = next(i for i, line in enumerate(case.lines) if line.startswith("S: 220"))
            lines = (*case.lines[:first], f"S: {greeting}", *case.lines[first + 1 :])
            lied.append(judge(dataclasses.replace(case, lines=lines), everything_known()))

    assert len(lied) > 150
    # What imitates a program in greeting and words alike may pass for it.
    assert sum(is_lie(each) for each in lied) <= 0.015 * len(lied)
    assert summary(lied).leading >= 0.9


def test_every_piece_of_evidence_is_a_whole_sentence_about_an_exchange_there_is() -> None:
    for case in CASES:
        session = case.session()
        seen = Case(session, last_answered(session), everything_known())
        for observation in observe(seen):
            told = sentence_of(seen, observation)
            assert not re.search(r"\{[a-z_]+\}", told.sentence), (case.id, told.sentence)
            assert 0 <= told.exchange <= len(session.exchanges)


def _with_and_without(drop: object) -> tuple[list[Outcome], list[Outcome]]:
    """Outcomes of many cases, whole and with some lines dropped."""
    assert callable(drop)
    whole, cut = [], []
    for case in MANY:
        kept = tuple(line for i, line in enumerate(case.lines) if not drop(line, i))
        session = _read(kept)
        if not any(each.reply is not None for each in session.exchanges):
            continue
        _check_all(session)
        whole.append(judge(case, everything_known()))
        cut.append(judge(dataclasses.replace(case, lines=kept), everything_known()))
    return whole, cut


def _mean_server(outcomes: Sequence[Outcome]) -> float:
    return sum(each.server.confidence for each in outcomes) / len(outcomes)


def _read(lines: Sequence[str]) -> Session:
    return read_dialogue("\n".join(lines))


def _diagnosis(lines: Sequence[str]) -> Diagnosis:
    session = _read(lines)
    return diagnose(session, last_answered(session), everything_known())


def _sentences(session: Session) -> Iterator[str]:
    for exchange in session.exchanges:
        if exchange.is_negative:
            for cause in diagnose(session, exchange, everything_known()).causes:
                yield from (each.sentence for each in (*cause.evidence, *cause.against))


def _check_all(session: Session) -> None:
    """Every refusal of a session has causes whose odds add up, and evidence that exists."""
    for exchange in session.exchanges:
        if exchange.reply is None or exchange.reply.is_positive:
            continue
        found = diagnose(session, exchange, everything_known())
        assert sum(cause.probability for cause in found.causes) == pytest.approx(1)
        for cause in found.causes:
            for each in (*cause.evidence, *cause.against):
                assert 0 <= each.exchange <= len(session.exchanges)
