from dataclasses import replace

import pytest

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.models import annotations
from smtpdebugger.gui.models.annotations import PENDING, Annotations, annotation
from tests.gui.sessions import ALTERNATIVE, Expert, diagnosis, refused

SESSION = refused().session
EXCHANGE = SESSION.exchange(5)


def test_the_first_alternative_is_offered_with_its_gaps_shown() -> None:
    made = annotation(diagnosis(EXCHANGE, (ALTERNATIVE,)))

    assert made.exchange == 5
    assert made.sentence == "Switched off on this server."
    assert made.offer == "Try MAIL FROM:<> · RCPT TO:<alice@…> · RSET"
    assert made.alternative == 0
    assert made.spoken.startswith("Explanation: Switched off on this server. Try MAIL")
    assert made.line.startswith("#  Switched off on this server. Try MAIL")


def test_advice_that_no_button_can_follow_is_passed_over() -> None:
    call = Alternative("other", what="Ask the administrator")
    other_port = Alternative("reconnect", port=587, security="starttls")

    made = annotation(diagnosis(EXCHANGE, (call, other_port)))
    alone = annotation(diagnosis(EXCHANGE, (call,)))

    assert (made.alternative, made.offer) == (1, "Try reconnect to port 587 with STARTTLS")
    assert (alone.alternative, alone.offer) == (-1, "")


def test_without_causes_the_summary_stands() -> None:
    made = annotation(replace(diagnosis(EXCHANGE, ()), causes=()))

    assert made.sentence == "The command is switched off."


def test_it_is_asked_again_only_when_it_may_have_changed() -> None:
    expert = Expert(ALTERNATIVE)
    known = Annotations(expert)
    talk = refused()

    for _ in range(3):
        known.of(talk.session, 5, 1)
    assert expert.asked == 1

    talk.say(b"NOOP", b"250 ok")
    known.of(talk.session, 5, 1)
    assert expert.asked == 1

    known.of(talk.session, 5, 2)
    assert expert.asked == 2

    known.forget()
    known.of(talk.session, 5, 2)
    assert expert.asked == 3


def test_until_the_knowledge_is_there_it_is_pending() -> None:
    expert = Expert(ALTERNATIVE)
    known = Annotations(expert)
    expert.is_ready = False
    assert known.of(SESSION, 5, 1).sentence == PENDING

    expert.is_ready = True
    assert known.of(SESSION, 5, 1).sentence == "Switched off on this server."


def test_in_a_burst_the_last_known_one_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotations, "TURN_SECONDS", 1e-9)
    expert = Expert(ALTERNATIVE)
    known = Annotations(expert)
    talk = refused().say(b"EXPN x", b"502 no")

    first = known.of(talk.session, 5, 1)
    assert first.sentence == "Switched off on this server."
    assert known.has_worked

    assert known.of(talk.session, 6, 2).sentence == PENDING
    assert known.of(talk.session, 5, 2) is first
    assert expert.asked == 1
    assert known.of(talk.session, 6, 2, at_once=True).sentence == first.sentence

    assert known.begin_turn()
    assert not known.has_worked
    known.of(talk.session, 5, 2)
    assert expert.asked == 3
    assert not known.begin_turn()


def test_what_is_put_off_is_caught_up_with(monkeypatch: pytest.MonkeyPatch) -> None:
    expert = Expert(ALTERNATIVE)
    known = Annotations(expert)
    talk = refused().say(b"EXPN x", b"502 no")

    for number in (5, 6):
        assert known.of(talk.session, number, 1, later=True).sentence == PENDING
    assert known.has_worked
    assert known.begin_turn()
    monkeypatch.setattr(annotations, "TURN_SECONDS", 1e-9)
    known.catch_up(talk.session, 1)

    assert expert.asked == 1
    assert known.of(talk.session, 5, 1, later=True).sentence == "Switched off on this server."
    assert known.of(talk.session, 6, 1, later=True).sentence == PENDING
