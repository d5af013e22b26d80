"""One reply, explained: pure, quick, and never at a loss for words."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.session.events import Closed, Connected, Received, Sent, TlsEstablished
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import AUTH, EHLO, POSTFIX, diagnosis_of, knowledge, leading

REFUSAL = POSTFIX + "C: VRFY alice\nS: 502 5.5.1 VRFY command is disabled\n"

CLIENT = st.sampled_from(
    [
        b"EHLO me\r\n",
        b"HELO me\r\n",
        b"LHLO me\r\n",
        b"MAIL FROM:<a@b.c>\r\n",
        b"DATA\r\n",
        b"RCPT TO:<a@b.c>\r\n",
        b"BDAT 3 LAST\r\nabc",
        b"STARTTLS\r\n",
        b"AUTH PLAIN AGEAYg==\r\n",
        b"AUTH LOGIN\r\n",
        b"YWxpY2U=\r\n",
        b"VRFY a\r\n",
        b"EXPN a\r\n",
        b"ETRN a\r\n",
        b"TURN\r\n",
        b"QUIT\r\n",
        b"RSET\r\n",
        b"\r\n",
        b"FOO {verb}\r\n",
        b"Subject: x\r\n",
        b".\r\n",
        b"\0\xff\n",
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01\r\n",
        b"MAIL FROM:<a@b.c> SIZE=9 BODY=X =\r\n",
        b"PIPELINING\r\n",
        b"XCLIENT a=b\r\n",
        b"HELP\r\n",
        b"SEND FROM:<\r\n",
    ]
)
SERVER = st.one_of(
    st.sampled_from(
        [
            b"220 mx ESMTP Postfix\r\n",
            b"220 mx ESMTP Exim 4.96 now\r\n",
            b"554 no\r\n",
            b"421 x\r\n",
            b"250-mx\r\n250-AUTH PLAIN\r\n250-SIZE 5\r\n250 STARTTLS\r\n",
            b"250 ok\r\n",
            b"354 go\r\n",
            b"334 \r\n",
            b"235 ok\r\n",
            b"502 5.5.1 Error: command not implemented\r\n",
            b"no\r\n",
            b"500 5.5.2 Error: command not recognized\r\n",
            b"503 5.5.1 {server}\r\n",
            b"999 x\r\n",
            b"214 VRFY EXPN HELP DATA\r\n",
            b"450 later\r\n",
            b"550 XXXX\r\n",
            b"501\r\n",
            b"\xff\n",
        ]
    ),
    st.integers(200, 599).map(lambda code: f"{code} {code % 6}.5.1 x\r\n".encode()),
)
STEP = st.one_of(
    CLIENT.map(lambda octets: ("C", octets)),
    SERVER.map(lambda octets: ("S", octets)),
    st.sampled_from([("tls", b""), ("closed", b""), ("connected", b"")]),
)


def played(steps: list[tuple[str, bytes]]) -> Session:
    session = Session()
    for at, (kind, octets) in enumerate(steps):
        match kind:
            case "C":
                session.record(Sent(at, octets))
            case "S":
                session.record(Received(at, octets))
            case "tls":
                session.record(TlsEstablished(at))
            case "closed":
                session.record(Closed(at, "server"))
            case _:
                session.record(Connected(at, "mx", "mx:25"))
    return session


@given(st.lists(STEP, max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_session_is_too_strange(steps: list[tuple[str, bytes]]) -> None:
    session = played(steps)
    for exchange in session.exchanges:
        diagnosis = diagnose(session, exchange, knowledge())

        assert diagnosis.exchange == exchange.number
        refused = exchange.reply is not None and not exchange.reply.is_positive
        assert bool(diagnosis.causes) == refused
        if refused:
            total = math.fsum(each.probability for each in diagnosis.causes)
            assert math.isclose(total, 1.0, abs_tol=1e-9)
            assert diagnosis.summary == diagnosis.causes[0].sentence


REFUSED = [
    ("VRFY alice", "502 5.5.1 VRFY command is disabled"),
    ("VRFY bob", "502 5.5.1 VRFY command is disabled"),
    ("RCPT TO:<bob@example.test>", "550 5.1.1 <bob@example.test>: user unknown"),
    ("RCPT TO:<ann@example.test>", "550 5.1.1 <ann@example.test>: user unknown"),
    ("RCPT TO:<ann@example.test>", "450 4.2.0 <ann@example.test>: greylisted"),
    ("MAIL FROM:<a@example.test> FOO=1", "555 5.5.4 unsupported option"),
    ("XFROB 1", "500 5.5.2 Error: command not recognized"),
    ("XFROB 2", "500 5.5.2 Error: command not recognized"),
    ("AUTH PLAIN", "503 5.5.1 Error: authentication not enabled"),
    ("", "500 5.5.2 Error: bad syntax"),
    ("DATA", "503 5.5.1 Error: need RCPT command"),
]
ACCEPTED = [
    ("EHLO other.example.test", "250-mx.example.test\nS: 250 DSN"),
    ("HELO me.example.test", "250 mx.example.test"),
    ("MAIL FROM:<a@example.test>", "250 2.1.0 Ok"),
    ("RCPT TO:<bob@example.test>", "250 2.1.5 Ok"),
    ("RSET", "250 2.0.0 Ok"),
    ("HELP", "214 VRFY EXPN HELP DATA"),
    ("QUIT", "221 2.0.0 Bye\n# closed server\n" + POSTFIX.rstrip()),
]


@given(st.lists(st.sampled_from(REFUSED * 2 + ACCEPTED), max_size=12))
@settings(max_examples=25, deadline=None)
def test_what_is_remembered_of_other_refusals_changes_no_diagnosis(
    steps: list[tuple[str, str]],
) -> None:
    text = POSTFIX + "".join(f"C: {sent}\nS: {told}\n" for sent, told in steps)
    session = read_dialogue(text)
    for exchange in session.exchanges:
        if exchange.is_negative:
            told = diagnose(session, exchange, knowledge())
            # Tables and session that nobody has asked anything yet.
            unused, anew = replace(knowledge()), read_dialogue(text)
            assert diagnose(anew, anew.exchange(exchange.number), unused) == told


def test_a_diagnosis_has_all_its_parts() -> None:
    diagnosis = diagnosis_of(REFUSAL)

    assert (diagnosis.exchange, diagnosis.command, diagnosis.code) == (3, "VRFY alice", 502)
    assert (diagnosis.enhanced, diagnosis.text) == ("5.5.1", "VRFY command is disabled")
    assert diagnosis.closed is False
    assert diagnosis.meaning.is_permanent
    assert diagnosis.server.name == "Postfix"
    assert diagnosis.alternatives
    assert diagnosis.guide
    best = diagnosis.causes[0]
    assert best.id == "command-disabled-by-admin"
    assert best.family == "security-restrictions"
    assert best.family_title
    assert best.title
    assert best.explanation
    assert "VRFY" in best.sentence
    assert best.evidence
    assert all(each.exchange for each in best.evidence)


def test_the_same_reply_gets_the_same_diagnosis() -> None:
    assert diagnosis_of(REFUSAL) == diagnosis_of(REFUSAL)


def test_what_comes_later_does_not_change_the_causes() -> None:
    later = REFUSAL + "C: MAIL FROM:<>\nS: 250 2.1.0 Ok\nC: QUIT\nS: 221 2.0.0 Bye\n"

    now = [(each.id, each.probability) for each in diagnosis_of(REFUSAL).causes]

    assert [(each.id, each.probability) for each in diagnosis_of(later, number=3).causes] == now


def test_a_positive_reply_has_a_meaning_and_no_causes() -> None:
    diagnosis = diagnosis_of(EHLO + "C: NOOP\nS: 250 2.0.0 Ok\n")

    assert diagnosis.causes == ()
    assert diagnosis.alternatives == ()
    assert diagnosis.summary == ""
    assert diagnosis.meaning.title


def test_a_line_that_is_no_reply_has_causes() -> None:
    assert leading("C: EHLO me\nS: HTTP/1.1 400 Bad Request\n") == "protocol-mismatch-other"


def test_an_exchange_that_waits_has_no_diagnosis_to_speak_of() -> None:
    diagnosis = diagnosis_of(EHLO + "C: VRFY a\n", number=3)

    assert (diagnosis.code, diagnosis.causes) == (None, ())


def test_no_secret_is_in_a_diagnosis() -> None:
    text = AUTH + "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 535 5.7.8 no AGFsaWNlAHNlY3JldA==\n"

    assert "AGFsaWNl" not in repr(diagnosis_of(text))


def test_the_verb_offered_only_after_tls_is_explained_after_it() -> None:
    before = EHLO + "C: AUTH PLAIN\nS: 502 5.5.1 no\n"
    after = (
        EHLO
        + "C: STARTTLS\nS: 220 go\nC: EHLO me\nS: 250-x\nS: 250 AUTH PLAIN\n"
        + "C: AUTH PLAIN AGEAYg==\nS: 535 5.7.8 no\n"
    )

    assert leading(before) == "auth-requires-tls"
    assert leading(after) == "auth-failed"


@pytest.mark.parametrize("code", [502, 550, 450])
def test_an_unsolicited_refusal_can_be_diagnosed(code: int) -> None:
    diagnosis = diagnosis_of(EHLO + f"S: {code} what\n")

    assert diagnosis.causes
    assert diagnosis.command == ""
