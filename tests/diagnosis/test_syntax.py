"""Evidence from the command line itself."""

import pytest

from smtpdebugger.diagnosis.syntax import is_header_like
from tests.diagnosis.cases import AUTH, EHLO, case_of, seen_in

KINDS = {
    "verb-unknown", "verb-private", "near-verb", "keyword-as-command", "verb-obsolete",
    "verb-historic", "verb-vendor", "verb-standard", "empty-line",
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("FOOBAR", "verb-unknown"),
        ("XFOOBAR", "verb-private"),
        ("VRYF alice", "near-verb"),
        ("HELLO me", "near-verb"),
        ("MAILFROM:<a@example.test>", "near-verb"),
        ("PIPELINING", "keyword-as-command"),
        ("8BITMIME", "keyword-as-command"),
        ("SMTPUTF8", "keyword-as-command"),
        ("TURN", "verb-obsolete"),
        ("WIZ", "verb-historic"),
        ("XEXCH50", "verb-vendor"),
        ("VRFY alice", "verb-standard"),
        ("ETRN example.test", "verb-standard"),
        ("", "empty-line"),
    ],
)
def test_what_kind_of_word_it_is(line: str, rule: str) -> None:
    assert KINDS & set(seen_in(EHLO + f"C: {line}\nS: 500 no\n")) == {rule}


def test_the_verb_that_was_meant() -> None:
    assert seen_in(EHLO + "C: VRYF alice\nS: 500 no\n")["near-verb"].values["near"] == "VRFY"
    assert case_of(EHLO + "C: VRFY alice\nS: 500 no\n").near_verb == ""
    assert case_of(EHLO + f"C: {'X' * 40}\nS: 500 no\n").near_verb == ""


def test_required_and_disclosing_verbs() -> None:
    assert "verb-required" in seen_in(EHLO + "C: NOOP\nS: 502 no\n")
    assert "verb-disclosing" in seen_in(EHLO + "C: EXPN staff\nS: 502 no\n")
    assert "verb-disclosing" not in seen_in(EHLO + "C: EXPN staff\nS: 501 no\n")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("MAIL FROM: <a@example.test>", "malformed"),
        ("VRFY", "malformed"),
        ("RCPT TO:<a@@example.test>", "malformed-address"),
        ("RCPT TO:<a@example.test>", "well-formed"),
    ],
)
def test_the_form_of_the_line(line: str, rule: str) -> None:
    found = seen_in(EHLO + f"C: {line}\nS: 501 no\n")

    assert {"malformed", "malformed-address", "well-formed"} & set(found) == {rule}


def test_the_problem_is_told_with_the_syntax() -> None:
    values = seen_in(EHLO + "C: VRFY\nS: 501 no\n")["malformed"].values

    assert "VRFY" in str(values["syntax"])
    assert values["problem"] == "VRFY needs an argument"


def test_octets_and_length() -> None:
    plain = seen_in(EHLO + "C: VRFY a\nS: 501 no\n")

    assert {"ascii", "short-line"} <= set(plain)
    assert "eight-bit" in seen_in(EHLO + "C: VRFY ælice\nS: 501 no\n")
    assert "long-line" in seen_in(EHLO + f"C: NOOP {'x' * 510}\nS: 500 no\n")


def test_the_mask_over_a_secret_is_not_the_clients_octets() -> None:
    assert "ascii" in seen_in(AUTH + "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 504 no\n")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("SUBJECT:", True), ("X-MAILER:", True), ("VRFY", False), (":", False), ("MAILFROM:", False)],
)
def test_names_of_header_fields(word: str, expected: bool) -> None:
    assert is_header_like(word) is expected


def test_the_form_is_moot_where_the_verb_is_unknown() -> None:
    assert seen_in(EHLO + "C: EXPN\nS: 500 Unknown command\n")["malformed"].strength < 1
    assert seen_in(EHLO + "C: EXPN\nS: 501 Whom?\n")["malformed"].strength == 1
    assert seen_in(EHLO + "C: MAIL\nS: 500 Unknown command\n")["malformed"].strength == 1


def test_a_source_route_is_of_an_older_day() -> None:
    seen = seen_in(EHLO + "C: RCPT TO:<@a.test:bob@example.test>\nS: 501 no\n")

    assert "@a.test:" in str(seen["malformed-address"].values["problem"])


def test_a_login_with_its_response_is_judged_by_the_server_alone() -> None:
    assert "well-formed" not in seen_in(EHLO + "C: AUTH PLAIN AGEAYg==\nS: 535 no\n")
    assert "well-formed" in seen_in(EHLO + "C: AUTH PLAIN\nS: 535 no\n")


def test_a_required_verb_refused_as_if_it_were_lacking() -> None:
    assert "required-verb-lacking" in seen_in(EHLO + "C: NOOP\nS: 502 no\n")
    assert "required-verb-lacking" not in seen_in(EHLO + "C: NOOP\nS: 550 no\n")
    assert "required-verb-lacking" not in seen_in(EHLO + "C: VRFY a\nS: 502 no\n")


def test_the_length_of_a_masked_secret_is_not_known() -> None:
    seen = seen_in(EHLO + "C: AUTH PLAIN " + "A" * 800 + "\nS: 500 no\n")

    assert "short-line" not in seen
    assert "long-line" not in seen


def test_an_empty_response_may_only_acknowledge_a_refused_token() -> None:
    token = (
        AUTH.replace("LOGIN", "LOGIN XOAUTH2") + "C: AUTH {} eHg=\nS: 334 e30=\nC: \nS: 535 no\n"
    )

    assert "login-empty" not in seen_in(token.format("XOAUTH2"))
    assert "login-empty" in seen_in(token.format("PLAIN"))


def test_verbs_that_disclose_are_hidden_or_answered() -> None:
    assert seen_in(EHLO + "C: VRFY bob\nS: 502 no\n")["verb-disclosing"].strength == 1
    assert seen_in(EHLO + "C: VRFY bob\nS: 550 no\n")["verb-disclosing"].strength < 1
