from smtpdebugger.session.answered import Answered, last_answered
from tests.session.wire import converse

READY = ("S: 220 mx", "C: EHLO x", "S: 250 mx")


def test_the_last_answer_to_any_of_some_verbs() -> None:
    session = converse(*READY, "C: NOOP", "S: 250 ok", "C: VRFY a", "S: 502 no", "C: NOOP")

    assert last_answered(session, "NOOP") == Answered(3, "NOOP", 250)
    assert last_answered(session, "NOOP", "VRFY") == Answered(4, "VRFY", 502)
    assert last_answered(session, "VRFY", after=4) is None
    assert last_answered(session, "ETRN") is None


def test_what_was_never_answered_has_no_answer() -> None:
    session = converse(*READY, "C: NOOP", "!closed")

    assert last_answered(session, "NOOP") is None


def test_codes_say_how_it_went() -> None:
    assert Answered(1, "NOOP", 250).is_positive and Answered(1, "DATA", 354).is_positive
    assert Answered(1, "NOOP", 421).is_negative and not Answered(1, "NOOP", 250).is_negative
    assert not (Answered(1, "NOOP", None).is_negative or Answered(1, "NOOP", None).is_positive)
