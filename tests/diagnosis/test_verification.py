"""Verification: steps taken one by one, and what they changed."""

import pytest

from smtpdebugger.diagnosis.model import Step
from smtpdebugger.diagnosis.verification import Verification, changes
from smtpdebugger.session.events import Closed, Received, Sent, TlsEstablished
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import EHLO, knowledge

AUTH_REFUSED = EHLO + "C: AUTH PLAIN\nS: 502 5.5.1 Command not implemented\n"
NOT_THERE = EHLO + "C: VRFY alice\nS: 502 5.5.1 Command not implemented\n"


def live(text: str) -> Session:
    """The session of a dialogue as if it were going on."""
    session = Session(Header(origin="live"))
    for event in read_dialogue(text).events:
        session.record(event)
    return session


def started(text: str) -> tuple[Session, Verification]:
    session = live(text)
    return session, Verification(session, session.exchanges[-1], knowledge())


def play(session: Session, *turns: tuple[str, str]) -> None:
    for sent, received in turns:
        session.record(Sent(1_000_000, f"{sent}\r\n".encode()))
        session.record(Received(2_000_000, received.encode()))


def step_called(verification: Verification, name: str) -> Step:
    return next(each for each in verification.after.verification if each.id == name)


def test_a_step_changes_what_is_thought() -> None:
    session, verification = started(AUTH_REFUSED)
    step = verification.next_step
    assert step is not None
    assert step.id == "tls-and-look"
    first = len(session.exchanges) + 1

    play(session, ("STARTTLS", "220 go\r\n"))
    session.record(TlsEstablished(3_000_000))
    play(session, ("EHLO client.example.test", "250-mx\r\n250 DSN\r\n"))
    verification.took_in_session(step, first)

    assert verification.before.causes[0].id == "auth-requires-tls"
    assert verification.after.causes[0].id == "auth-not-enabled"
    told = verification.changes
    assert told[0].startswith("Now the likeliest cause is “There is no login on this service”")
    assert "Inside TLS the server does not offer AUTH either (exchange 5)." in told
    assert any(each.startswith("Ruled out: ") for each in told)


def test_the_evidence_points_at_the_new_exchange() -> None:
    session, verification = started(NOT_THERE)
    step = step_called(verification, "unknown-word")
    play(session, ("XNOSUCHVERB", "500 what?\r\n"))
    verification.took_in_session(step, 4)

    assert any(each.exchange == 4 for each in verification.after.causes[0].evidence)


def test_a_step_is_taken_once() -> None:
    _session, verification = started(NOT_THERE)
    seen = []
    while (step := verification.next_step) is not None:
        seen.append(step.id)
        verification.took(step, [])
        assert len(seen) < 30
    assert seen
    assert len(set(seen)) == len(seen)


def test_the_patience_of_the_server_is_counted_while_steps_are_taken() -> None:
    session, verification = started(NOT_THERE)
    sent_and_refused = 1
    while (step := verification.next_step) is not None and step.action == "send":
        first = len(session.exchanges) + 1
        play(session, *((line, "502 5.5.1 Command not implemented\r\n") for line in step.commands))
        verification.took_in_session(step, first)
        sent_and_refused += len(step.commands)
    assert sent_and_refused <= 3


def test_a_connection_of_its_own_counts_too() -> None:
    _session, verification = started("# port 25\n" + NOT_THERE)
    other = read_dialogue(EHLO + "C: VRFY alice\nS: 252 2.0.0 perhaps\n")
    step = next(each for each in knowledge().steps.values() if each.id == "fresh-and-repeat")
    taken = Step(step.id, step.title, step.tells, "reconnect", step.commands)
    verification.took(taken, other.exchanges, elsewhere=True)

    assert verification.after.causes[0].id != "command-not-implemented"
    assert any("new connection, exchange 3" in each for each in verification.changes)


def test_before_any_step_nothing_has_changed() -> None:
    _, verification = started(AUTH_REFUSED)
    assert verification.changes == ()


def test_a_step_without_an_answer_changes_nothing() -> None:
    _, verification = started(AUTH_REFUSED)
    step = verification.next_step
    assert step is not None
    verification.took(step, [])

    assert verification.changes[0].startswith("Nothing changed: ")
    assert verification.after.causes == verification.before.causes


@pytest.mark.parametrize("text", [EHLO, "S: 220 mx\n"])
def test_what_was_not_refused_has_no_steps(text: str) -> None:
    _, verification = started(text)
    assert verification.next_step is None
    assert changes(verification.before, verification.after) == ()


def test_a_step_that_lacks_a_name_is_not_given_out() -> None:
    _session, verification = started("S: 220 mx\nC: STARTTLS\nS: 503 no\n")
    steps = verification.after.verification
    assert any("client" in each.missing for each in steps)
    assert verification.next_step is None or not verification.next_step.missing


def test_what_was_sure_can_be_confirmed() -> None:
    session, verification = started(EHLO + "C: AUTH PLAIN\nS: 538 5.7.11 Encryption required\n")
    step = step_called(verification, "tls-and-look")
    play(session, ("STARTTLS", "220 go\r\n"))
    session.record(TlsEstablished(3_000_000))
    play(session, ("EHLO client.example.test", "250-mx\r\n250 AUTH PLAIN\r\n"))
    verification.took_in_session(step, 4)

    assert verification.changes[0].startswith("Confirmed: “")
    assert any("offers AUTH" in each for each in verification.changes)


def test_on_a_connection_that_ended_only_new_ones_are_left() -> None:
    session, verification = started(NOT_THERE)
    assert verification.next_step is not None
    assert verification.next_step.action == "send"

    session.record(Closed(10_000_000, "server"))

    left = verification.next_step
    assert left is None or left.action == "reconnect"


def test_a_second_round_goes_on_where_the_first_ended() -> None:
    session, first = started("# port 25\n" + NOT_THERE)
    step = step_called(first, "unknown-word")
    play(session, ("XNOP", "502 5.5.1 Command not implemented\r\n"))
    first.took_in_session(step, 4)

    second = Verification(session, session.exchange(3), knowledge(), first.probes)

    assert second.after == first.after
    assert second.changes == first.changes
    assert "unknown-word" not in [each.id for each in second.possible()]
