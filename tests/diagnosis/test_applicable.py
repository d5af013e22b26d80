"""Causes that a code alone must not suggest for a verb."""

import pytest

from smtpdebugger.diagnosis.applicable import applies, can_mean
from tests.diagnosis.cases import AUTH, EHLO, case_of, diagnosis_of


@pytest.mark.parametrize(
    ("line", "cause", "expected"),
    [
        ("EHLO client.example.test", "need-ehlo-first", False),
        ("MAIL FROM:<>", "need-ehlo-first", True),
        ("VRFY bob", "auth-failed", False),
        ("AUTH PLAIN", "auth-failed", True),
        ("VRFY bob", "extension-not-offered", False),
        ("BDAT 5 LAST", "extension-not-offered", True),
        ("DATA", "need-rcpt-first", True),
        ("MAIL FROM:<>", "need-rcpt-first", False),
        ("NOOP", "policy", True),
    ],
)
def test_a_cause_fits_a_verb_or_not(line: str, cause: str, expected: bool) -> None:
    assert applies(case_of(EHLO + f"C: {line}\nS: 503 no\n"), cause) is expected


def test_no_ehlo_is_told_that_ehlo_is_missing() -> None:
    case = case_of("S: 220 mail.example.test ESMTP\nC: EHLO a.example.test\nS: 503 no\n")

    assert not applies(case, "need-ehlo-first")


def test_a_word_that_is_no_verb_cannot_be_out_of_sequence() -> None:
    assert not can_mean(case_of("S: 220 x\nC: FROB\nS: 503 no\n"), "bad-sequence")
    assert can_mean(case_of("S: 220 x\nC: RCPT TO:<a@b.test>\nS: 503 no\n"), "bad-sequence")


def test_a_server_may_put_every_verb_behind_tls() -> None:
    noop = case_of("S: 220 x\nC: NOOP\nS: 530 no\n")

    assert can_mean(noop, "tls-required-first")
    assert not applies(noop, "tls-required-first")


def test_tls_may_fail_at_any_verb_by_words_and_at_starttls_by_code() -> None:
    mail = case_of("S: 220 x\nC: MAIL FROM:<>\nS: 454 no\n")

    assert can_mean(mail, "tls-temporary")
    assert not applies(mail, "tls-temporary")


def test_who_asked_for_the_message_does_not_find_a_login_or_tls_lacking() -> None:
    text = EHLO + (
        "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\nS: 250 ok\nC: DATA\nS: 354 go\n"
        "C: Subject: x\nC: \nC: x\nC: .\nS: 554 no\n"
    )
    case = case_of(text)

    for cause in ("auth-required", "tls-required-first", "need-rcpt-first", "command-unknown"):
        assert not applies(case, cause)
    assert applies(case, "policy")
    assert not applies(case_of(EHLO + "C: MAIL FROM:<>\nS: 550 no\n"), "command-disabled-by-admin")


def test_no_mechanism_is_refused_where_none_was_named() -> None:
    assert not can_mean(case_of(AUTH + "C: AUTH\nS: 504 no\n"), "auth-mechanism-unsupported")
    assert can_mean(case_of(AUTH + "C: AUTH X\nS: 504 no\n"), "auth-mechanism-unsupported")


SENT = EHLO + (
    "C: MAIL FROM:<ann@example.test>\nS: 250 ok\nC: RCPT TO:<bob@example.test>\nS: 250 ok\n"
    "C: DATA\nS: 354 go\nC: Subject: x\nC: \nC: x\nC: .\nS: 550 5.7.1 no\n"
)


@pytest.mark.parametrize("cause", ["relay-denied", "auth-required", "tls-required-first"])
def test_who_accepted_the_envelope_lacks_nothing_before_the_message(cause: str) -> None:
    assert not applies(case_of(SENT), cause)


def test_who_asked_for_the_message_found_its_moment_right() -> None:
    assert not can_mean(case_of(SENT), "bad-sequence")
    assert can_mean(case_of(EHLO + "C: DATA\nS: 503 no\n"), "bad-sequence")


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        ("535 no", "auth-failed"),
        ("538 no", "auth-requires-tls"),
        ("550 5.1.1 no", "mailbox-unknown"),
        ("554 5.7.7 Email policy violation detected", "policy"),
        ("554 no", "access-denied-client"),
    ],
)
def test_a_quoted_reply_without_telling_words_is_read_by_its_codes(reply: str, cause: str) -> None:
    assert diagnosis_of(f"S: {reply}\n").causes[0].id == cause
