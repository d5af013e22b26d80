"""Chains of commands: each step legal, offered, and not refused already."""

import pytest

from smtpdebugger.diagnosis.chain import is_possible, is_refused
from smtpdebugger.protocol.command import read_command
from tests.diagnosis.cases import AUTH, EHLO, EXIM, POSTFIX, SIMPLESMTP, TRANSACTION, case_of

NO = "C: FOO\nS: 500 no\n"


@pytest.mark.parametrize(
    ("text", "chain", "expected"),
    [
        (EHLO, ["MAIL FROM:<>", "RCPT TO:<a@example.test>", "RSET"], True),
        (EHLO, ["RCPT TO:<a@example.test>"], False),
        (EHLO, ["MAIL FROM:<>", "DATA"], False),
        (EHLO, ["MAIL FROM:<>", "RCPT TO:<a@example.test>", "DATA"], True),
        (EHLO + TRANSACTION, ["MAIL FROM:<>"], False),
        (EHLO + TRANSACTION, ["RSET", "MAIL FROM:<>"], True),
        (EHLO + TRANSACTION, ["DATA"], True),
        (EHLO, ["STARTTLS", "EHLO me", "MAIL FROM:<>"], True),
        (EHLO, ["STARTTLS", "MAIL FROM:<>"], False),
        (EHLO, ["STARTTLS", "EHLO me", "AUTH PLAIN"], False),
        (EHLO, ["AUTH PLAIN"], False),
        (AUTH, ["AUTH PLAIN"], True),
        (AUTH, ["AUTH CRAM-MD5"], False),
        (AUTH, ["AUTH PLAIN", "AUTH LOGIN"], False),
        (EHLO, ["ETRN example.test"], False),
        (EHLO, ["EXPN staff"], False),
        (EHLO, ["HELP"], False),
        (EXIM, ["HELP"], True),
        (EHLO, ["MAIL FROM:<> SIZE=5"], True),
        (EHLO, ["MAIL FROM:<> SMTPUTF8"], False),
        (EHLO, ["HELO me", "STARTTLS"], False),
        (EXIM + TRANSACTION, ["BDAT 5 LAST"], True),
        (EHLO + TRANSACTION, ["BDAT 5 LAST"], False),
        (EHLO, ["QUIT", "NOOP"], False),
        (EHLO, [], True),
        (EHLO, ["RCPT", "DATA"], False),
        (EHLO, ["MAIL FROM: <a@example.test>"], False),
        (EHLO, ["MAIL FROM:<{mailbox}>", "RCPT TO:<{address}>", "DATA now"], False),
        (EHLO, ["MAIL FROM:<{mailbox}>", "RCPT TO:<{address}>", "DATA"], True),
        (EHLO, ["NOOP " + "x" * 520], False),
        (EHLO, ["MAIL FROM:<почта@example.test>"], False),
        (POSTFIX, ["MAIL FROM:<почта@example.test> SMTPUTF8"], True),
        (POSTFIX, ["MAIL FROM:<> SMTPUTF8", "RCPT TO:<почта@example.test>", "RSET"], True),
        (POSTFIX, ["MAIL FROM:<>", "RCPT TO:<почта@example.test>", "RSET"], False),
        (POSTFIX, ["MAIL FROM:<> BODY=8BITMIME"], True),
        (POSTFIX, ["MAIL FROM:<> BODY=BINARYMIME"], False),
        (EHLO, ["HELO me", "MAIL FROM:<> BODY=8BITMIME"], False),
        (SIMPLESMTP, ["MAIL FROM:<>", "RCPT TO:<a@example.test>"], False),
        (SIMPLESMTP, ["MAIL FROM:<a@example.test>", "RCPT TO:<a@example.test>"], True),
    ],
)
def test_a_chain_is_walked_step_by_step(text: str, chain: list[str], expected: bool) -> None:
    case = case_of(text + NO)

    assert is_possible(case, chain, case.exchange.after) is expected


@pytest.mark.parametrize(
    ("gate", "chain", "expected"),
    [
        ("tls-required-first", ["MAIL FROM:<>"], False),
        ("tls-required-first", ["NOOP"], True),
        ("tls-required-first", ["STARTTLS", "EHLO me", "MAIL FROM:<>"], True),
        ("tls-required-first", ["AUTH PLAIN"], False),
        ("auth-required", ["MAIL FROM:<>"], False),
        ("auth-required", ["AUTH PLAIN", "MAIL FROM:<>"], True),
    ],
)
def test_what_stands_before_everything_comes_first(
    gate: str, chain: list[str], expected: bool
) -> None:
    case = case_of(AUTH + NO)

    assert is_possible(case, chain, case.exchange.after, {gate}) is expected


def test_nothing_is_possible_on_a_closed_connection() -> None:
    case = case_of(EHLO + "C: QUIT\nS: 221 bye\n")

    assert not is_possible(case, ["NOOP"], case.exchange.after)


def test_nothing_is_possible_before_the_greeting() -> None:
    case = case_of("C: VRFY a\nS: 500 no\n")

    assert not is_possible(case, ["NOOP"], case.exchange.before)


@pytest.mark.parametrize(
    ("history", "line", "expected"),
    [
        ("C: VRFY a\nS: 502 no\n", "VRFY b", True),
        ("C: VRFY a\nS: 550 no such user\n", "VRFY b", False),
        ("C: VRFY a\nS: 550 no such user\n", "vrfy a", True),
        ("C: VRFY a\nS: 450 later\n", "VRFY a", False),
        ("C: VRFY a\nS: 502 no\nC: VRFY a\nS: 250 a@example.test\n", "VRFY a", False),
        ("C: DATA\nS: 503 order\n", "DATA", False),
        ("C: AUTH PLAIN\nS: 504 no\n", "AUTH LOGIN", False),
        ("C: AUTH PLAIN\nS: 504 no\n", "AUTH PLAIN", True),
    ],
)
def test_what_counts_as_refused(history: str, line: str, expected: bool) -> None:
    case = case_of(EHLO + history + NO)

    assert is_refused(case, read_command(line.encode()), case.before) is expected


def test_refusals_of_an_earlier_connection_count_however_many_follow() -> None:
    refused = EHLO + "C: HELP\nS: 502 no\n" + NO
    case = case_of(refused + ("# closed server\n" + EHLO + "C: HELP\nS: 214 x\n") * 80, number=4)

    assert is_refused(case, read_command(b"HELP"), case.before)


def test_another_connection_knows_nothing_of_refusals() -> None:
    case = case_of(EHLO + "C: HELP\nS: 502 no\n# closed server\n" + EHLO + NO)

    assert not is_refused(case, read_command(b"HELP"), case.before)


def test_a_refusal_may_be_lifted_by_tls() -> None:
    in_clear = EHLO.replace("250-SIZE 1000", "250-VRFY") + "C: VRFY a\nS: 530 TLS first\n"
    inside = "C: STARTTLS\nS: 220 go\n# tls\nC: EHLO me\nS: 250-mx\nS: 250 VRFY\n"
    case = case_of(in_clear + inside + NO)
    assert is_possible(case, ["VRFY a"], case.exchange.after)

    case = case_of(in_clear + NO)
    assert not is_possible(case, ["VRFY a"], case.exchange.after)


@pytest.mark.parametrize(
    "login", ["C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YQ==\n", "C: AUTH LOGIN YQ==\n"]
)
def test_a_mechanism_whose_credentials_were_refused_is_not_proposed_again(login: str) -> None:
    text = AUTH + login
    text += "S: 334 UGFzc3dvcmQ6\nC: Yg==\nS: 535 5.7.8 no\n"
    case = case_of(text)
    stand = case.exchange.after
    assert not is_possible(case, ("AUTH LOGIN",), stand)
    assert is_possible(case, ("AUTH PLAIN",), stand)
