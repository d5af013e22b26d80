"""Placeholders: filled from the session, never guessed."""

import pytest

from smtpdebugger.diagnosis.placeholders import (
    fill_line,
    fill_text,
    line_again,
    own_argument,
    own_line,
)
from tests.diagnosis.cases import AUTH, EHLO, TRANSACTION, case_of

NO = "\nS: 502 no\n"


def test_nothing_is_made_of_a_line_of_a_megabyte() -> None:
    case = case_of(EHLO + "C: VRFY " + "y" * 1_000_000 + NO)

    assert own_line(case) == ""
    assert fill_line(case, "RCPT TO:<{address}>") == ("RCPT TO:<{address}>", ("address",))


@pytest.mark.parametrize(
    ("line", "template", "filled", "missing"),
    [
        ("VRFY a@example.test", "RCPT TO:<{address}>", "RCPT TO:<a@example.test>", ()),
        ("VRFY <a@example.test>", "{address}", "a@example.test", ()),
        ("VRFY Ann <a@example.test>", "{address}", "a@example.test", ()),
        ("VRFY ann", "{address}", "ann@{domain}", ("domain",)),
        ("VRFY", "{address}", "{address}", ("address",)),
        ("VRFY two words", "{address}", "{address}", ("address",)),
        ("VRYF ann", "{address}", "ann@{domain}", ("domain",)),
        ("FOO ann", "{address}", "{address}", ("address",)),
        ("RCPT TO:<b@example.test>", "{address}", "b@example.test", ()),
        ("RCPT TO:bob", "{address}", "{address}", ("address",)),
        ("SEND FROM:<a@example.test>", "{mailbox}", "a@example.test", ()),
        ("SEND FROM:<a@example.test>", "{address}", "{address}", ("address",)),
        ("VRFY ann", "{mailbox}", "{mailbox}", ("mailbox",)),
        ("ETRN example.test", "{domain}", "example.test", ()),
        ("ETRN @example.test", "{domain}", "example.test", ()),
        ("ATRN a.example,b.example", "{domain}", "a.example", ()),
        ("ETRN", "{domain}", "{domain}", ("domain",)),
        ("VRFY a@example.test", "{domain}", "example.test", ()),
        ("VRFY a", "{domain}", "{domain}", ("domain",)),
        ("VRFY a", "EHLO {client}", "EHLO client.example.test", ()),
        ("HELP vrfy", "HELP {argument}", "HELP vrfy", ()),
        ("BDAT 86 LAST", "BDAT {octets} LAST", "BDAT 86 LAST", ()),
        ("DATA", "BDAT {octets} LAST", "BDAT {octets} LAST", ("octets",)),
        ("VRFY a", "{whatever}", "{whatever}", ("whatever",)),
    ],
)
def test_a_line_is_filled(line: str, template: str, filled: str, missing: tuple[str, ...]) -> None:
    case = case_of(EHLO + f"C: {line}{NO}")

    assert fill_line(case, template) == (filled, missing)


def test_addresses_of_the_open_transaction() -> None:
    case = case_of(EHLO + TRANSACTION + "C: BDAT 5 LAST\nC: abc" + NO)

    assert fill_line(case, "MAIL FROM:<{mailbox}>")[0] == "MAIL FROM:<ann@example.test>"
    assert fill_line(case, "RCPT TO:<{address}>")[0] == "RCPT TO:<bob@example.test>"


def test_the_client_has_no_name_before_it_told_one() -> None:
    case = case_of("S: 220 x\nC: MAIL FROM:<>\nS: 503 no\n")

    assert fill_line(case, "EHLO {client}") == ("EHLO {client}", ("client",))


def test_the_name_that_was_refused_counts_too() -> None:
    case = case_of("S: 220 x\nC: EHLO me.example.test\nS: 502 no\n")

    assert fill_line(case, "HELO {client}")[0] == "HELO me.example.test"


def test_no_secret_is_ever_filled_in() -> None:
    case = case_of(AUTH + "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 504 no\n")

    assert own_line(case) == "AUTH PLAIN"
    assert own_argument(case) == "PLAIN"
    assert "AGFs" not in fill_line(case, "X {argument}")[0]


def test_a_line_of_control_characters_is_not_repeated() -> None:
    assert own_line(case_of(EHLO + "C: VRFY \x1b[2J" + NO)) == ""
    assert own_line(case_of(EHLO + "C: VRFY {mailbox}" + NO)) == ""


def test_what_is_missing_in_a_sentence_is_named() -> None:
    case = case_of(EHLO + "C: VRFY ann" + NO)

    assert fill_text(case, "Ask postmaster@{domain}.") == "Ask postmaster@<domain>."


@pytest.mark.parametrize(
    ("line", "reply", "again"),
    [
        ("ETRN example.test", "501 argument must begin with #", "ETRN #example.test"),
        ("ETRN @example.test", "501 argument must begin with #", "ETRN #example.test"),
        ("ETRN example.test", "501 Syntax error", "ETRN example.test"),
        ("ETRN", "501 argument must begin with #", ""),
        ("DATA foo", "501 no", "DATA"),
        ("MAIL FROM: ann@example.test", "501 no", "MAIL FROM:<ann@example.test>"),
        ("RCPT", "501 no", "RCPT TO:<{address}>"),
        ("EHLO", "501 no", ""),
    ],
)
def test_a_line_is_written_once_more_in_its_right_form(line: str, reply: str, again: str) -> None:
    assert line_again(case_of(EHLO + f"C: {line}\nS: {reply}\n")) == again
