"""Manners: what the recognised server is known to lack, or takes only once."""

import pytest

from smtpdebugger.diagnosis.manners import greets_once, has_help, is_late_for_tls, lacks, takes
from tests.diagnosis.cases import EHLO, EXIM, POSTFIX, QPSMTPD, SIMPLESMTP, TWISTED, case_of

NO = "C: FOO\nS: 500 no\n"


@pytest.mark.parametrize(
    ("text", "verb", "expected"),
    [
        (POSTFIX, "EXPN", True),
        (POSTFIX, "VRFY", False),
        (POSTFIX, "MAIL", False),
        (TWISTED, "NOOP", True),
        (EHLO, "EXPN", False),
        (TWISTED, "EHLO", False),
    ],
)
def test_a_known_server_lacks_what_its_rows_call_unknown(
    text: str, verb: str, expected: bool
) -> None:
    assert lacks(case_of(text + NO), verb) is expected


def test_what_a_server_tells_counts_for_more_than_what_is_known_of_it() -> None:
    listed = POSTFIX.replace("250-ETRN", "250-EXPN")
    assert not lacks(case_of(listed + NO), "EXPN")
    helped = POSTFIX + "C: HELP\nS: 214 HELO EHLO MAIL RCPT EXPN NOOP\n"
    assert not lacks(case_of(helped + NO), "EXPN")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EXIM, True),
        (EHLO, False),
        (POSTFIX, False),
        (QPSMTPD, True),
        (EHLO + "C: HELP\nS: 214 HELO EHLO MAIL RCPT NOOP\n", True),
    ],
)
def test_help_is_nothing_a_server_must_have(text: str, expected: bool) -> None:
    assert has_help(case_of(text + NO)) is expected


@pytest.mark.parametrize(("text", "expected"), [(QPSMTPD, True), (POSTFIX, False), (EHLO, False)])
def test_some_servers_take_ehlo_once(text: str, expected: bool) -> None:
    assert greets_once(case_of(text + NO)) is expected


def test_a_second_ehlo_that_was_out_of_order_shows_the_same() -> None:
    again = "C: EHLO me.example\nS: 503 Already said\n"
    assert greets_once(case_of(EHLO + again))
    assert greets_once(case_of(EHLO + again + NO))
    assert not greets_once(case_of(EHLO + again.replace("503", "451") + NO))
    assert not greets_once(case_of("S: 220 mx\n" + again + NO))


def test_one_server_forgets_the_null_reverse_path() -> None:
    assert not takes(case_of(SIMPLESMTP + NO), "MAIL FROM:<>")
    assert takes(case_of(SIMPLESMTP + NO), "MAIL FROM:<a@example.test>")
    assert takes(case_of(EHLO + NO), "MAIL FROM:<>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (QPSMTPD + "C: FOO\nS: 500 no\n", False),
        (QPSMTPD + "C: AUTH BOGUS\nS: 504 no\n", True),
        (QPSMTPD + "C: MAIL FROM:<>\nS: 250 ok\nC: FOO\nS: 500 no\n", True),
        (EXIM + "C: AUTH BOGUS\nS: 504 no\n", False),
    ],
)
def test_some_servers_take_starttls_at_once_or_never(text: str, expected: bool) -> None:
    case = case_of(text)

    assert is_late_for_tls(case, case.exchange.after) is expected
