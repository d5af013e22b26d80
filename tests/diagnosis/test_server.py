"""Which server answered, from what one connection said."""

from smtpdebugger.diagnosis.model import ServerGuess
from smtpdebugger.diagnosis.server import LEAST, named, observe, reply_lines
from smtpdebugger.knowledge.fingerprint import Guess
from tests.diagnosis.cases import EHLO, EXIM, POSTFIX, case_of, diagnosis_of

NO = "C: FOO\nS: 500 5.5.2 Error: command not recognized\n"


def test_known_servers_are_named_with_reasons() -> None:
    guess = diagnosis_of(POSTFIX + NO).server

    assert (guess.id, guess.name) == ("postfix", "Postfix")
    assert guess.confidence > 0.9
    assert guess.why


def test_a_plain_greeting_names_nobody() -> None:
    assert diagnosis_of(EHLO + "C: FOO\nS: 500 no\n").server == ServerGuess()


def test_below_the_threshold_nobody_is_named() -> None:
    assert named((Guess("a", "A", LEAST - 0.01, ()),)) == ServerGuess()
    assert named((Guess("a", "A", LEAST, ("why",)),)) == ServerGuess("a", "A", LEAST, ("why",))
    assert named(()) == ServerGuess()


def test_each_connection_has_its_own_server() -> None:
    text = POSTFIX + NO + "# closed server\n" + EXIM + "C: FOO\nS: 500 unrecognized command\n"

    assert diagnosis_of(text, number=3).server.id == "postfix"
    assert diagnosis_of(text).server.id == "exim"


def test_what_is_observed() -> None:
    said = "C: HELP\nS: 214 2.0.0 Commands: EHLO\nC: EXPN x\nS: 550 no\nC: NOOP\nS: 250 2.0.0 Ok\n"
    case = case_of(POSTFIX + said + NO)

    seen = observe(case.knowledge, case.past, case.exchange)

    assert seen.greeting == ("220 mx.example.test ESMTP Postfix",)
    assert seen.ehlo[0] == "250-mx.example.test"
    assert seen.helped == ("214 2.0.0 Commands: EHLO",)
    assert seen.replies == ("550 no",)
    assert seen.answers == (
        ("NOOP", "250 2.0.0 Ok"),
        ("", "500 5.5.2 Error: command not recognized"),
    )


def test_no_more_than_enough_of_a_long_session_is_looked_at() -> None:
    case = case_of(POSTFIX + "C: EXPN x\nS: 550 no {}\n" * 500 + NO)

    assert len(observe(case.knowledge, case.past, case.exchange).replies) == 1


def test_the_first_answer_to_each_verb_counts_and_the_first_word_that_is_no_command() -> None:
    said = "C: NOOP\nS: 250 a\nC: NOOP\nS: 250 b\nC: DATA\nS: 250 c\nC: VRFY x\nS: 502 d\n"
    case = case_of(POSTFIX + said + "C: FOO\nS: 500 e\nC: BAR\nS: 500 f\n")

    answers = observe(case.knowledge, case.past, case.exchange).answers

    assert answers == (("NOOP", "250 a"), ("", "500 e"))


def test_lines_keep_any_octets() -> None:
    assert reply_lines(case_of("S: 220 café\n").exchange) == ("220 caf\u00c3\u00a9",)
    assert reply_lines(None) == ()
