"""Advice on a line before it is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.diagnosis.advice import Advice, advise, keyword_of, out_of_sequence
from smtpdebugger.protocol.state import VERBS, State
from smtpdebugger.session.session import Session
from smtpdebugger.session.situation import Situation
from tests.gui.stage import GREETED, MAIL, RCPT, READY, knowledge, session_of


def judged(lines: tuple[str, ...], line: str, refused: dict[str, int] | None = None) -> Advice:
    return advise(session_of(*lines).situation, line, knowledge(), refused)


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        (READY, "MAIL FROM:<alice@example.test> SIZE=1024", "SIZE is offered (max 10.2 MB)"),
        (READY, "MAIL FROM:<a@b.test> BODY=8BITMIME", "8BITMIME is offered"),
        (
            READY,
            "mail from:<a@b.test> smtputf8 SIZE=1",
            "SMTPUTF8 and SIZE are offered (max 10.2 MB)",
        ),
        (READY, "MAIL FROM:<>", "Legal now"),
        (READY, "ETRN example.test", "ETRN is offered"),
        (READY, "NOOP", "Legal now"),
        (GREETED, "EHLO client.example.test", "Legal now"),
        (MAIL, "RCPT TO:<Postmaster>", "Legal now"),
        (RCPT, "RSET", "Legal now"),
    ],
)
def test_what_is_legal_and_offered_is_praised(
    lines: tuple[str, ...], line: str, sentence: str
) -> None:
    advice = judged(lines, line)
    assert (advice.level, advice.sentence) == ("ok", sentence)


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ((), "EHLO me", "has not greeted yet"),
        (GREETED, "MAIL FROM:<>", "MAIL must come after EHLO"),
        ((*GREETED, "C: HELO me", "S: 250 hi"), "STARTTLS", "STARTTLS needs EHLO"),
        (READY, "RCPT TO:<a@b.test>", "RCPT must come after MAIL"),
        (READY, "DATA", "DATA must come after MAIL and RCPT"),
        (MAIL, "DATA", "DATA must come after RCPT"),
        (MAIL, "MAIL FROM:<>", "open already"),
        (MAIL, "AUTH PLAIN", "RSET drops it"),
        ((*READY, "C: STARTTLS", "S: 220 go", "TLS"), "MAIL FROM:<>", "after EHLO again"),
        ((*READY, "TLS", *READY[1:]), "STARTTLS", "TLS is on already"),
        ((*READY, "C: AUTH PLAIN x", "S: 235 ok"), "AUTH LOGIN", "logged in already"),
        ((*READY, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6"), "NOOP", "SASL response"),
        ((*RCPT, "C: DATA", "S: 354 go"), "NOOP", "part of the message"),
    ],
)
def test_what_is_out_of_sequence_is_warned_of(
    lines: tuple[str, ...], line: str, words: str
) -> None:
    advice = judged(lines, line)
    assert advice.level == "warning"
    assert words in advice.sentence


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (RCPT, "BDAT 42 LAST", "BDAT needs CHUNKING, which this server did not offer"),
        (READY, "STARTTLS", "STARTTLS was not offered by this server"),
        (READY, "PIPELINING", "Not a command: PIPELINING is an EHLO keyword (offered here)"),
        (READY, "CHUNKING", "Not a command: CHUNKING is an EHLO keyword"),
        (READY, "MIAL FROM:<>", "did you mean MAIL?"),
        (READY, "XYZZY", "XYZZY is not a command of SMTP"),
        (READY, "GET / HTTP/1.1", "GET is not an SMTP command"),
        (READY, "TURN", "TURN is obsolete"),
        (READY, "MAIL FROM:<a@b.test> BODY=BINARYMIME", "BODY=BINARYMIME needs BINARYMIME"),
        (READY, "AUTH CRAM-MD5", "CRAM-MD5 is not offered; PLAIN, LOGIN is"),
        (RCPT, "DATA", "Could deliver mail"),
    ],
)
def test_what_will_be_refused_or_deliver_is_warned_of(
    lines: tuple[str, ...], line: str, words: str
) -> None:
    advice = judged(lines, line)
    assert advice.level == "warning"
    assert words in advice.sentence


def test_what_starttls_took_away_is_told() -> None:
    now = session_of(
        *READY, "C: STARTTLS", "S: 220 go", "TLS", "C: EHLO me", "S: 250-hi\r\n250 SIZE"
    ).situation
    advice = advise(now, "ETRN example.test", knowledge())
    assert advice.sentence == "ETRN needs ETRN, which was offered before TLS only"


def test_auth_may_come_with_tls() -> None:
    now = session_of(*GREETED, "C: EHLO me", "S: 250-hi\r\n250 STARTTLS").situation
    assert "after STARTTLS" in advise(now, "AUTH PLAIN", knowledge()).sentence


def test_what_was_refused_for_good_is_remembered() -> None:
    assert judged(READY, "VRFY alice", {"VRFY": 502}).sentence.startswith("VRFY was answered 502")
    assert judged(READY, "VRFY alice", {"VRFY": 252}).level == "ok"


def test_the_syntax_and_its_section_are_told() -> None:
    advice = judged(READY, "MAIL")
    assert advice.syntax.startswith("MAIL FROM:")
    assert advice.reference.startswith("RFC 5321")


def test_a_verb_that_is_being_typed_is_not_scolded() -> None:
    advice = judged(READY, "ST")
    assert (advice.level, advice.sentence) == ("note", "Tab: STARTTLS")
    assert judged(READY, "") == Advice()


def test_a_closed_connection_comes_before_all_else() -> None:
    advice = advise(Situation(state=State.CLOSED, is_open=False), "NOOP", knowledge())
    assert (advice.level, advice.sentence) == ("warning", "The connection is closed: connect first")


def test_without_knowledge_the_state_table_speaks() -> None:
    now = session_of(*RCPT).situation
    assert advise(now, "BDAT 1").sentence == "BDAT needs CHUNKING, which this server did not offer"
    assert advise(session_of(*GREETED).situation, "MAIL FROM:<>").level == "warning"
    assert advise(now, "FROB").sentence == "FROB is not among the commands of SMTP"
    assert advise(now, "RSET") == Advice("ok", "Legal now")


def test_the_keyword_of_a_verb() -> None:
    assert keyword_of("BDAT", None) == keyword_of("BDAT", knowledge()) == "CHUNKING"
    assert keyword_of("NOOP", knowledge()) == ""


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("state", list(State))
def test_a_verb_is_out_of_sequence_exactly_where_the_table_says(verb: str, state: State) -> None:
    situation = Situation(state=state, is_open=state is not State.CLOSED)
    assert bool(out_of_sequence(situation, verb)) is not situation.permits(verb)


@given(st.text(max_size=60), st.sampled_from([(), GREETED, READY, MAIL, RCPT]), st.booleans())
def test_no_line_raises(line: str, lines: tuple[str, ...], knowing: bool) -> None:
    session: Session = session_of(*lines)
    advice = advise(session.situation, line, knowledge() if knowing else None)
    assert advice.level in {"ok", "warning", "note"}
