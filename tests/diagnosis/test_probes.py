"""Probes: each step's outcome is read for what it shows."""

import pytest

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.probes import Probe, what_it_showed
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import EHLO, EXIM, TRANSACTION, knowledge

TLS = "C: STARTTLS\nS: 220 go\n# tls\nC: EHLO me\nS: 250-mx\n"
VRFY = EHLO + "C: VRFY alice\nS: 502 5.5.1 VRFY not here\n"
MAIL = EHLO + "C: MAIL FROM:<a@b.example>\nS: 550 5.7.1 no\n"
RCPT = EHLO + TRANSACTION.replace("S: 250 2.1.5 Ok", "S: 550 5.7.1 no")
HELO = "S: 220 mx\nC: HELO me\nS: 250 mx\n"
NOTHING = "S: 220 mx\n"


def shown(step: str, before: str, after: str, *, elsewhere: bool = False) -> list[Observation]:
    """What a step shows that was taken after the last refusal of ``before``."""
    first = read_dialogue(before)
    refused = [each.number for each in first.exchanges if each.is_negative][-1]
    if elsewhere:
        session, exchanges = first, tuple(read_dialogue(after).exchanges)
    else:
        session = read_dialogue(before + after)
        exchanges = tuple(session.exchanges[len(first.exchanges) :])
    case = Case(session, session.exchange(refused), knowledge())
    return list(what_it_showed(case, Probe(step, exchanges, elsewhere)))


CASES = [
    ("ehlo-again", HELO + "C: STARTTLS\nS: 502 no\n",
     "C: EHLO me\nS: 250-mx\nS: 250 STARTTLS\n", "later-offered"),
    ("ehlo-again", EHLO + "C: AUTH LOGIN\nS: 502 no\n", EHLO.split("\n", 1)[1],
     "later-not-offered"),
    ("ehlo-again", EHLO.replace("STARTTLS", "DSN") + "C: STARTTLS\nS: 502 no\n",
     "C: EHLO me\nS: 250-mx\nS: 250 XXXXXXXA\n", "later-masked"),
    ("ehlo-again", HELO + "C: STARTTLS\nS: 502 no\n", "C: EHLO me\nS: 502 no\n", "ehlo-unknown"),
    ("ehlo-and-repeat", HELO + "C: VRFY a\nS: 502 no\n",
     "C: EHLO me\nS: 250 mx\nC: VRFY a\nS: 252 ok\n", "lifted-by-ehlo"),
    ("ehlo-and-repeat", HELO + "C: VRFY a\nS: 502 no\n",
     "C: EHLO me\nS: 250 mx\nC: VRFY a\nS: 502 no\n", "not-lifted-by-ehlo"),
    ("help", VRFY, "C: HELP\nS: 214 HELO EHLO MAIL RCPT DATA VRFY\n", "later-help-names"),
    ("help", VRFY, "C: HELP\nS: 214 HELO EHLO MAIL RCPT DATA QUIT\n", "later-help-lacks"),
    ("help", VRFY, "C: HELP\nS: 502 no\n", "help-unknown"),
    ("unknown-word", EXIM + "C: EXPN a\nS: 500 unrecognized command\n",
     "C: XNOSUCHVERB\nS: 500 unrecognized command\n", "answered-like-nonsense"),
    ("unknown-word", EXIM + "C: EXPN a\nS: 500 what is EXPN?\n",
     "C: XNOSUCHVERB\nS: 500 what is XNOSUCHVERB?\n", "answered-like-nonsense"),
    ("unknown-word", VRFY, "C: XNOSUCHVERB\nS: 500 what?\n", "answered-unlike-nonsense"),
    ("unknown-word", EHLO + "C: EXPN\nS: 502 what?\n", "C: XNOSUCHVERB\nS: 502 what?\n",
     "malformed-like-nonsense"),
    ("plain-form", EHLO + "C: EXPN\nS: 502 what?\n", "C: EXPN postmaster\nS: 250 <me@b.test>\n",
     "plain-accepted"),
    ("plain-form", EHLO + "C: NOOP x\nS: 500 no\n", "C: NOOP\nS: 250 ok\n", "plain-accepted"),
    ("plain-form", EHLO + "C: NOOP x\nS: 500 no\n", "C: NOOP\nS: 500 no\n",
     "plain-refused-alike"),
    ("plain-form", EHLO + "C: EXPN\nS: 502 what?\n", "C: EXPN postmaster\nS: 550 no list\n",
     "plain-refused-otherwise"),
    ("unknown-word", EHLO + "C: RSET now\nS: 500 what?\n", "C: XNOSUCHVERB\nS: 500 what?\n",
     "worded-like-nonsense"),
    ("ehlo-again", HELO + "C: MAIL FROM:<a@b.example> SMTPUTF8\nS: 501 no\n",
     "C: EHLO me\nS: 250-mx\nS: 250 SMTPUTF8\n", "later-offered"),
    ("noop", VRFY, "C: NOOP\nS: 250 ok\n", "noop-fine"),
    ("noop", VRFY, "C: NOOP\nS: 554 no\n", "noop-refused"),
    ("noop", EHLO + "C: VRFY a\nS: 502 no\n", "C: NOOP\nS: 502 no\n", "noop-refused"),
    ("again", VRFY, "C: VRFY alice\nS: 252 ok\n", "fine-this-time"),
    ("again", VRFY, "C: VRFY alice\nS: 502 5.5.1 no\n", "refused-alike"),
    ("mail-again", MAIL, "C: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RSET\nS: 250 ok\n",
     "fine-this-time"),
    ("tls-and-look", EHLO + "C: AUTH LOGIN\nS: 502 no\n", TLS + "S: 250 AUTH LOGIN\n",
     "tls-brings-keyword"),
    ("tls-and-look", EHLO + "C: AUTH LOGIN\nS: 502 no\n", TLS + "S: 250 DSN\n",
     "tls-brings-nothing"),
    ("tls-and-look", EHLO + "C: AUTH LOGIN\nS: 502 no\n", "C: STARTTLS\nS: 454 no\n",
     "tls-refused"),
    ("tls-and-repeat", VRFY, TLS + "S: 250 DSN\nC: VRFY alice\nS: 252 ok\n", "lifted-by-tls"),
    ("tls-and-repeat", VRFY, TLS + "S: 250 DSN\nC: VRFY alice\nS: 502 no\n", "not-lifted-by-tls"),
    ("tls-and-mail", MAIL, TLS + "S: 250 DSN\nC: MAIL FROM:<a@b.example>\nS: 250 ok\n",
     "lifted-by-tls"),
    ("tls-and-mail", MAIL, "C: STARTTLS\nS: 454 no\n", "tls-refused"),
    ("reset-and-repeat", EHLO + TRANSACTION + "C: STARTTLS\nS: 503 no\n",
     "C: RSET\nS: 250 ok\nC: STARTTLS\nS: 220 go\n", "lifted-by-reset"),
    ("reset-and-repeat", EHLO + TRANSACTION + "C: STARTTLS\nS: 503 no\n",
     "C: RSET\nS: 250 ok\nC: STARTTLS\nS: 503 no\n", "not-lifted-by-reset"),
    ("null-sender", MAIL, "C: MAIL FROM:<>\nS: 250 ok\n", "null-sender-accepted"),
    ("null-sender", MAIL, "C: MAIL FROM:<>\nS: 550 no\n", "null-sender-refused"),
    ("without-parameters", MAIL, "C: MAIL FROM:<a@b.example>\nS: 250 ok\n", "bare-accepted"),
    ("without-parameters", MAIL, "C: MAIL FROM:<a@b.example>\nS: 550 no\n", "bare-refused"),
    ("vrfy-postmaster", VRFY, "C: VRFY postmaster\nS: 252 ok\n", "other-address-answered"),
    ("vrfy-postmaster", VRFY, "C: VRFY postmaster\nS: 502 5.5.1 VRFY not here\n",
     "other-address-alike"),
    ("vrfy-recipient", RCPT, "C: VRFY bob@example.test\nS: 250 Bob\n", "vrfy-knows"),
    ("vrfy-recipient", RCPT, "C: VRFY bob@example.test\nS: 550 5.1.1 who?\n", "vrfy-knows-not"),
    ("helo", "S: 220 mx\nC: EHLO me\nS: 500 no\n", "C: HELO me\nS: 250 mx\n", "helo-accepted"),
    ("helo", "S: 220 mx\nC: EHLO me\nS: 500 no\n", "C: HELO me\nS: 500 no\n", "helo-refused"),
    ("ehlo", "S: 220 mx\nC: LHLO me\nS: 500 no\n", "C: EHLO me\nS: 250 mx\n", "this-is-smtp"),
    ("ehlo", "S: 220 mx\nC: LHLO me\nS: 500 no\n", "C: EHLO me\nS: 500 no\n", "this-is-no-smtp"),
    ("lhlo", "S: 220 mx\nC: EHLO me\nS: 500 no\n", "C: LHLO me\nS: 250 mx\n", "lhlo-accepted"),
    ("lhlo", "S: 220 mx\nC: EHLO me\nS: 500 no\n", "C: LHLO me\nS: 500 no\n", "lhlo-refused"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "before", "after", "rule"), CASES)
def test_a_step_in_the_session_shows(step: str, before: str, after: str, rule: str) -> None:
    found = shown(step, before, after)

    assert [each.rule for each in found] == [rule]
    assert rule in knowledge().steps[step].outcomes
    assert found[0].exchange > 0


ELSEWHERE = [
    ("fresh", VRFY, EHLO, "fresh-welcome"),
    ("fresh", VRFY, "S: 554 go away\n", "fresh-unwelcome"),
    ("fresh-and-repeat", VRFY, EHLO + "C: VRFY alice\nS: 252 ok\n", "lifted-by-reconnecting"),
    ("fresh-and-repeat", VRFY, EHLO + "C: VRFY alice\nS: 502 no\n", "not-lifted-by-reconnecting"),
    ("fresh-and-repeat", VRFY, "S: 421 full\n", "fresh-unwelcome"),
    ("fresh-and-mail", HELO + "C: MAIL FROM:<a@b.example> SIZE=9\nS: 501 no\n",
     EHLO + "C: MAIL FROM:<a@b.example> SIZE=9\nS: 250 ok\n", "lifted-by-ehlo"),
    ("fresh-and-mail", HELO + "C: MAIL FROM:<a@b.example> SIZE=9\nS: 501 no\n",
     EHLO + "C: MAIL FROM:<a@b.example> SIZE=9\nS: 501 no\n", "not-lifted-by-ehlo"),
    ("submission", EHLO + "C: AUTH LOGIN\nS: 502 no\n", EHLO + TLS + "S: 250 AUTH LOGIN\n",
     "other-port-offers"),
    ("submission", EHLO + "C: AUTH LOGIN\nS: 502 no\n", EHLO, "other-port-too-lacks"),
    ("submission", EHLO + "C: AUTH LOGIN\nS: 502 no\n", NOTHING, "other-port-too-lacks"),
    ("implicit-tls", EHLO + "C: STARTTLS\nS: 502 no\n",
     "# tls\n" + EHLO.replace("-STARTTLS", "-DSN"), "other-port-offers"),
    ("tls-at-once", "S: 500 no\nC: EHLO me\nS: 500 no\n", "# tls\n" + EHLO, "tls-at-once-works"),
    ("tls-at-once", "S: 500 no\nC: EHLO me\nS: 500 no\n", NOTHING, "tls-at-once-fails"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "before", "after", "rule"), ELSEWHERE)
def test_a_step_in_a_connection_of_its_own_shows(
    step: str, before: str, after: str, rule: str
) -> None:
    found = shown(step, before, after, elsewhere=True)

    assert [each.rule for each in found] == [rule]
    assert rule in knowledge().steps[step].outcomes
    assert found[0].exchange == 0
    assert "new connection" in str(found[0].values["where"])


def test_a_new_connection_shows_what_ehlo_offers_there() -> None:
    found = shown("fresh", HELO + "C: STARTTLS\nS: 500 no\n", EHLO, elsewhere=True)

    assert [each.rule for each in found] == ["fresh-welcome", "later-offered"]


@pytest.mark.parametrize("step", ["ehlo-again", "help", "noop", "vrfy-recipient", "null-sender"])
def test_silence_shows_nothing(step: str) -> None:
    assert shown(step, VRFY, "") == []


def test_a_step_nobody_knows_shows_nothing() -> None:
    assert shown("no-such-step", VRFY, "C: NOOP\nS: 250 ok\n") == []


def test_every_outcome_can_happen() -> None:
    told = {(step, rule) for step, _, _, rule in (*CASES, *ELSEWHERE)}
    wanted = {rule for step in knowledge().steps.values() for rule in step.outcomes}
    assert {rule for _, rule in told} == wanted


def test_a_server_without_noop_refuses_nothing_else_by_that() -> None:
    assert shown("noop", VRFY, "C: NOOP\nS: 500 unknown command\n") == []
