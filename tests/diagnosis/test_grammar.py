"""The form of command lines, and how they would be written properly."""

import pytest

from smtpdebugger.diagnosis.grammar import (
    corrected_line,
    glued_verb,
    problem_of_address,
    problem_of_blanks,
    problem_of_line,
    source_route,
)


@pytest.mark.parametrize(
    ("verb", "argument", "word"),
    [
        ("EHLO", "client.example.test", ""),
        ("EHLO", "[192.0.2.1]", ""),
        ("EHLO", "[IPv6:2001:db8::1]", ""),
        ("EHLO", "localhost", ""),
        ("EHLO", "", "missing"),
        ("EHLO", "my_client", "underscore"),
        ("HELO", "two words", "neither"),
        ("MAIL", "FROM:<>", ""),
        ("MAIL", "FROM:<a@example.test> SIZE=5 BODY=8BITMIME", ""),
        ("MAIL", "from:<a@example.test>", ""),
        ("MAIL", "", "missing"),
        ("MAIL", "<a@example.test>", "FROM: does not follow"),
        ("MAIL", "FROM <a@example.test>", "no colon"),
        ("MAIL", "FROM :<a@example.test>", "before the colon"),
        ("MAIL", "FROM: <a@example.test>", "after the colon"),
        ("MAIL", "FROM:a@example.test", "angle brackets"),
        ("MAIL", "FROM:<a@example.test> =5", "parameters"),
        ("RCPT", "TO:<a@example.test>", ""),
        ("RCPT", "FROM:<a@example.test>", "TO: does not follow"),
        ("DATA", "", ""),
        ("DATA", "now", "no argument"),
        ("RSET", "x", "no argument"),
        ("VRFY", "", "needs an argument"),
        ("VRFY", "alice", ""),
        ("BDAT", "5", ""),
        ("BDAT", "5 LAST", ""),
        ("BDAT", "0 LAST", ""),
        ("BDAT", "0", "no octets"),
        ("BDAT", "five", "number"),
        ("AUTH", "PLAIN", ""),
        ("AUTH", "PLAIN AGEAYgBj", ""),
        ("AUTH", "PLAIN a b c", "mechanism"),
        ("NOOP", "anything at all", ""),
        ("FOO", "bar", ""),
    ],
)
def test_what_is_wrong_with_a_line(verb: str, argument: str, word: str) -> None:
    problem = problem_of_line(verb, argument)

    assert word in problem
    assert bool(problem) == bool(word)


@pytest.mark.parametrize(
    ("verb", "argument", "word"),
    [
        ("MAIL", "FROM:<>", ""),
        ("RCPT", "TO:<>", "null path"),
        ("RCPT", "TO:<postmaster>", ""),
        ("RCPT", "TO:<alice>", "no @"),
        ("RCPT", "TO:<alice@example.test>", ""),
        ("RCPT", "TO:<alice@[192.0.2.1]>", ""),
        ("RCPT", 'TO:<"a b"@example.test>', ""),
        ("RCPT", "TO:<a b@example.test>", "local-part"),
        ("RCPT", "TO:<a@@example.test>", "local-part"),
        ("RCPT", "TO:<a@exa mple>", "domain"),
        ("RCPT", "TO:<@relay.example:a@example.test>", ""),
        ("RCPT", "TO:<ælice@example.test>", ""),
        ("VRFY", "alice", ""),
    ],
)
def test_what_is_wrong_with_an_address(verb: str, argument: str, word: str) -> None:
    problem = problem_of_address(verb, argument)

    assert word in problem
    assert bool(problem) == bool(word)


@pytest.mark.parametrize(
    ("octets", "word"),
    [
        (b" NOOP\r\n", "begins with a blank"),
        (b"\tNOOP\r\n", "begins with a blank"),
        (b"EHLO\tme\r\n", "tab"),
        (b"EHLO me\r\n", ""),
        (b"\r\n", ""),
    ],
)
def test_what_is_wrong_with_blanks(octets: bytes, word: str) -> None:
    assert word in problem_of_blanks(octets)
    assert bool(problem_of_blanks(octets)) == bool(word)


@pytest.mark.parametrize(
    ("verb", "argument", "line"),
    [
        ("MAIL", "FROM: <a@example.test>", "MAIL FROM:<a@example.test>"),
        ("MAIL", "FROM:a@example.test", "MAIL FROM:<a@example.test>"),
        ("MAIL", "a@example.test SIZE=5", "MAIL FROM:<a@example.test> SIZE=5"),
        ("RCPT", "TO <a@example.test>", "RCPT TO:<a@example.test>"),
        ("DATA", "now", "DATA"),
        ("MAIL", "FROM:<a@example.test>", ""),
        ("MAIL", "", ""),
        ("VRFY", "", ""),
    ],
)
def test_the_line_as_it_should_be(verb: str, argument: str, line: str) -> None:
    assert corrected_line(verb, argument) == line


def test_a_corrected_line_has_nothing_wrong_with_it() -> None:
    line = corrected_line("MAIL", "FROM : a@example.test  SIZE=5")

    assert problem_of_line("MAIL", line.partition(" ")[2]) == ""


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("MAILFROM:", "MAIL"),
        ("RCPTTO:<A@EXAMPLE.TEST>", "RCPT"),
        ("MAIL-FROM:", "MAIL"),
        ("MAIL", ""),
        ("RCPT", ""),
        ("MAILBOX", ""),
        ("SUBJECT:", ""),
    ],
)
def test_a_verb_with_its_next_word_stuck_to_it(word: str, verb: str) -> None:
    assert glued_verb(word) == verb


def test_a_source_route_is_found() -> None:
    assert source_route("RCPT", "TO:<@a.test,@b.test:bob@example.test>") == "@a.test,@b.test:"
    assert source_route("RCPT", "TO:<bob@example.test>") == ""
    assert source_route("VRFY", "<@a.test:bob@example.test>") == ""
