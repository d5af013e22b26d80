"""The state machine: one table, every row of it reachable, and drawn as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.state import (
    LEGAL,
    OUTSIDE_TRANSACTION,
    STEPS,
    VERBS,
    State,
    Step,
    is_legal,
    legal_verbs,
    next_state,
)

HELLOS = (State.GREETED, State.HELO, State.EHLO)


def reachable() -> set[tuple[State, State]]:
    """Every pair of state and last hello that the table leads to from the beginning."""
    found: set[tuple[State, State]] = set()
    new = {(State.CONNECTED, State.GREETED)}
    while new:
        found |= new
        new = {
            (next_state(state, step.verb, step.digit * 100, hello), _hello(step, hello))
            for state, hello in found
            for step in STEPS
            if state in step.before
        } - found
    return found


def _hello(step: Step, hello: State) -> State:
    names = {"EHLO": State.EHLO, "LHLO": State.EHLO, "HELO": State.HELO, "(TLS)": State.GREETED}
    return names.get(step.verb, hello)


def test_every_state_is_reachable() -> None:
    assert {state for state, _ in reachable()} == set(State)


@pytest.mark.parametrize("step", STEPS, ids=lambda each: f"{each.verb} {each.digit}")
def test_every_step_is_reachable(step: Step) -> None:
    states = {state for state, _ in reachable()}
    assert step.before <= states
    assert step.before, "a step from nowhere"


def test_no_two_steps_contradict_each_other() -> None:
    keys = [(step.verb, step.digit, state) for step in STEPS for state in step.before]
    assert len(keys) == len(set(keys))


def test_nothing_leads_out_of_the_end() -> None:
    for step in STEPS:
        for hello in HELLOS:
            assert next_state(State.CLOSED, step.verb, step.digit * 100, hello) is State.CLOSED


@given(
    st.sampled_from(list(State)),
    st.one_of(st.sampled_from([each.verb for each in STEPS]), st.text(max_size=5)),
    st.one_of(st.none(), st.integers(-1, 1000)),
    st.sampled_from(HELLOS),
)
def test_any_reply_leads_somewhere(state: State, verb: str, code: int | None, hello: State) -> None:
    after = next_state(state, verb, code, hello)
    assert after in State
    if code is None or code // 100 not in {2, 3, 4, 5}:
        assert after is state, "no valid code moves nothing"


def talk(*steps: tuple[str, int]) -> State:
    state, hello = State.CONNECTED, State.GREETED
    for verb, code in steps:
        state = next_state(state, verb, code, hello)
        if verb in {"EHLO", "HELO"} and code // 100 == 2:
            hello = state
    return state


G, E = ("(greeting)", 220), ("EHLO", 250)
M, R, D = ("MAIL", 250), ("RCPT", 250), ("DATA", 354)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], State.CONNECTED),
        ([G], State.GREETED),
        ([("(greeting)", 554)], State.CONNECTED),
        ([G, E], State.EHLO),
        ([E], State.EHLO),
        ([M], State.MAIL),
        ([G, ("EHLO", 502)], State.GREETED),
        ([G, ("EHLO", 502), ("HELO", 250)], State.HELO),
        ([G, E, M], State.MAIL),
        ([G, E, M, R], State.RCPT),
        ([G, E, M, ("RCPT", 550)], State.MAIL),
        ([G, E, M, R, ("RCPT", 550)], State.RCPT),
        ([G, E, M, R, D], State.DATA),
        ([G, E, M, R, ("DATA", 554)], State.RCPT),
        ([G, E, M, R, D, ("(end of mail data)", 250)], State.EHLO),
        ([G, E, M, R, D, ("(end of mail data)", 554)], State.EHLO),
        ([G, ("HELO", 250), M, R, D, ("(end of mail data)", 451)], State.HELO),
        ([G, E, M, R, ("BDAT", 250)], State.BDAT),
        ([G, E, M, R, ("BDAT", 250), ("BDAT LAST", 250)], State.EHLO),
        ([G, E, M, R, ("BDAT LAST", 250)], State.EHLO),
        ([G, E, M, R, ("BDAT LAST", 502)], State.RCPT),
        ([G, E, M, R, ("RSET", 250)], State.EHLO),
        ([G, ("HELO", 250), M, R, ("RSET", 250)], State.HELO),
        ([G, E, M, R, E], State.EHLO),
        ([G, E, ("(TLS)", 220)], State.GREETED),
        ([("(TLS)", 220), G], State.GREETED),
        ([G, E, ("AUTH", 334)], State.AUTH),
        ([G, E, ("AUTH", 334), ("(SASL response)", 334)], State.AUTH),
        ([G, E, ("AUTH", 334), ("(SASL response)", 235)], State.EHLO),
        ([G, E, ("AUTH", 334), ("(SASL response)", 535)], State.EHLO),
        ([G, E, ("AUTH", 535)], State.EHLO),
        ([G, E, ("XCLIENT", 220)], State.GREETED),
        ([G, E, ("NOOP", 250)], State.EHLO),
        ([G, E, ("QUIT", 221)], State.CLOSED),
        ([G, E, ("QUIT", 221), E], State.CLOSED),
    ],
)
def test_where_sessions_stand(steps: list[tuple[str, int]], state: State) -> None:
    assert talk(*steps) is state


@pytest.mark.parametrize(
    ("verb", "where"),
    [
        ("MAIL", {State.HELO, State.EHLO}),
        ("RCPT", {State.MAIL, State.RCPT}),
        ("DATA", {State.RCPT}),
        ("BDAT", {State.RCPT, State.BDAT}),
        ("STARTTLS", {State.EHLO}),
        ("AUTH", {State.EHLO}),
        ("XYZZY", set(State) - {State.CONNECTED, State.DATA, State.AUTH, State.CLOSED}),
    ],
)
def test_where_verbs_are_legal(verb: str, where: set[State]) -> None:
    assert {state for state in State if is_legal(verb, state)} == where


def test_some_verbs_are_legal_once() -> None:
    assert not is_legal("STARTTLS", State.EHLO, tls=True)
    assert not is_legal("AUTH", State.EHLO, authenticated=True)
    assert is_legal("AUTH", State.EHLO, tls=True)
    verbs = legal_verbs(State.EHLO, tls=True, authenticated=True)
    assert set(LEGAL) - set(verbs) >= {"STARTTLS", "AUTH", "RCPT", "DATA"}
    assert "MAIL" in verbs


def test_nothing_is_legal_before_the_greeting_and_at_the_end() -> None:
    for state in (State.CONNECTED, State.CLOSED, State.DATA, State.AUTH):
        assert legal_verbs(state) == ()


def test_a_legal_verb_that_is_accepted_never_breaks_a_transaction_open() -> None:
    for verb in VERBS:
        for state in State:
            after = next_state(state, verb, 250, State.EHLO)
            if is_legal(verb, state) and after is not state:
                assert after in OUTSIDE_TRANSACTION | {State.MAIL, State.RCPT, State.BDAT}


def test_drawn_as_text() -> None:
    """The table of ordinary sessions; a change of the machine shows here."""
    assert drawn() == DRAWING


def drawn() -> str:
    """One line for each state and step that leads to another one, in the order of the table."""
    lines = []
    for state in State:
        for step in STEPS:
            if state in step.before:
                after = "ready" if step.after is None else step.after.value
                if after != state.value:
                    lines.append(f"{state.value:9} --{step.verb} {step.digit}yz--> {after}")
    return "\n".join(lines)


DRAWING = """\
connected --(greeting) 2yz--> greeted
connected --EHLO 2yz--> ehlo
connected --LHLO 2yz--> ehlo
connected --HELO 2yz--> helo
connected --(TLS) 2yz--> greeted
connected --MAIL 2yz--> mail
connected --QUIT 2yz--> closed
greeted   --EHLO 2yz--> ehlo
greeted   --LHLO 2yz--> ehlo
greeted   --HELO 2yz--> helo
greeted   --AUTH 3yz--> auth
greeted   --MAIL 2yz--> mail
greeted   --QUIT 2yz--> closed
helo      --EHLO 2yz--> ehlo
helo      --LHLO 2yz--> ehlo
helo      --(TLS) 2yz--> greeted
helo      --AUTH 3yz--> auth
helo      --AUTH 2yz--> ready
helo      --MAIL 2yz--> mail
helo      --RSET 2yz--> ready
helo      --XCLIENT 2yz--> greeted
helo      --QUIT 2yz--> closed
ehlo      --HELO 2yz--> helo
ehlo      --(TLS) 2yz--> greeted
ehlo      --AUTH 3yz--> auth
ehlo      --AUTH 2yz--> ready
ehlo      --MAIL 2yz--> mail
ehlo      --RSET 2yz--> ready
ehlo      --XCLIENT 2yz--> greeted
ehlo      --QUIT 2yz--> closed
mail      --EHLO 2yz--> ehlo
mail      --LHLO 2yz--> ehlo
mail      --HELO 2yz--> helo
mail      --(TLS) 2yz--> greeted
mail      --RCPT 2yz--> rcpt
mail      --DATA 3yz--> data
mail      --BDAT 2yz--> bdat
mail      --BDAT LAST 2yz--> ready
mail      --BDAT LAST 4yz--> ready
mail      --RSET 2yz--> ready
mail      --QUIT 2yz--> closed
rcpt      --EHLO 2yz--> ehlo
rcpt      --LHLO 2yz--> ehlo
rcpt      --HELO 2yz--> helo
rcpt      --(TLS) 2yz--> greeted
rcpt      --DATA 3yz--> data
rcpt      --BDAT 2yz--> bdat
rcpt      --BDAT LAST 2yz--> ready
rcpt      --BDAT LAST 4yz--> ready
rcpt      --RSET 2yz--> ready
rcpt      --QUIT 2yz--> closed
data      --EHLO 2yz--> ehlo
data      --LHLO 2yz--> ehlo
data      --HELO 2yz--> helo
data      --(TLS) 2yz--> greeted
data      --(end of mail data) 2yz--> ready
data      --(end of mail data) 4yz--> ready
data      --(end of mail data) 5yz--> ready
data      --RSET 2yz--> ready
data      --QUIT 2yz--> closed
bdat      --EHLO 2yz--> ehlo
bdat      --LHLO 2yz--> ehlo
bdat      --HELO 2yz--> helo
bdat      --(TLS) 2yz--> greeted
bdat      --BDAT LAST 2yz--> ready
bdat      --BDAT LAST 4yz--> ready
bdat      --BDAT LAST 5yz--> ready
bdat      --RSET 2yz--> ready
bdat      --QUIT 2yz--> closed
auth      --EHLO 2yz--> ehlo
auth      --LHLO 2yz--> ehlo
auth      --HELO 2yz--> helo
auth      --(TLS) 2yz--> greeted
auth      --(SASL response) 2yz--> ready
auth      --(SASL response) 4yz--> ready
auth      --(SASL response) 5yz--> ready
auth      --QUIT 2yz--> closed"""
