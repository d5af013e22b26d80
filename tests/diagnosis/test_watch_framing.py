"""Octets under the watchdog's eye: where exactly, how often, and what is in order."""

import pytest

from smtpdebugger.diagnosis.model import Finding
from smtpdebugger.diagnosis.watchdog import all_findings
from tests.diagnosis.cases import knowledge
from tests.diagnosis.watched import HELLO, watched


def found_in(*steps: str | bytes | int) -> list[Finding]:
    return all_findings(watched(*HELLO, *steps), knowledge())


def test_the_octet_of_a_bare_cr_is_named() -> None:
    (found,) = found_in("c:NOOP a\rQUIT\r\n", "S:250 ok")
    assert (found.rule, found.side, found.start, found.stop) == ("bare-cr-command", "client", 6, 7)


def test_a_defect_in_a_later_line_is_anchored_there() -> None:
    (found,) = found_in("C:NOOP", "s:250-one\r\n250 two\n")
    assert (found.rule, found.start) == ("bare-lf-reply", len("250-one\r\n250 two"))


def test_many_bad_lines_of_one_reply_are_one_finding() -> None:
    assert [each.rule for each in found_in("C:HELP", "s:214-a\n214-b\n214 c\n")] == [
        "bare-lf-reply"
    ]


def test_the_codes_that_differ_are_told() -> None:
    (found,) = found_in("C:NOOP", "S:250-a", "S:250-b", "S:550 c")
    assert "250 and 550" in found.sentence


@pytest.mark.parametrize(
    ("line", "is_too_long"), [("MAIL FROM:<> X=" + "x" * 800, False), ("VRFY " + "x" * 600, True)]
)
def test_lines_have_the_limit_of_their_verb(line: str, is_too_long: bool) -> None:
    rules = [each.rule for each in found_in(f"C:{line}", "S:250 ok")]
    assert ("command-line-too-long" in rules) is is_too_long


def test_where_a_long_line_of_a_message_begins_is_told() -> None:
    data = ("C:MAIL FROM:<>", "S:250 ok", "C:RCPT TO:<a@b.example>", "S:250 ok", "C:DATA")
    (found,) = found_in(*data, "S:354 go", "c:ab\r\n" + "x" * 1500 + "\r\n.\r\n", "S:250 ok")
    assert (found.rule, found.start) == ("message-line-too-long", 4 + 998)


def test_the_dots_of_a_message_that_are_doubled_are_right() -> None:
    data = ("C:MAIL FROM:<>", "S:250 ok", "C:RCPT TO:<a@b.example>", "S:250 ok", "C:DATA")
    assert found_in(*data, "S:354 go", "c:..\r\n..a\r\n.\r\n", "S:250 ok") == []


def test_a_success_that_calls_itself_a_refusal_is_told_in_words() -> None:
    (found,) = found_in("C:NOOP", "S:250 5.0.0 fine")
    assert "one says success, the other a refusal for good" in found.sentence
    assert (found.start, found.stop) == (4, 9)


def test_a_missing_enhanced_code_is_told_once() -> None:
    offers = ("C:EHLO me", "S:250-mx", "S:250-STARTTLS", "S:250-PIPELINING")
    again = ("C:NOOP", "S:250 fine") * 3
    found = found_in(*offers, "S:250 ENHANCEDSTATUSCODES", *again)
    assert [each.rule for each in found].count("enhanced-missing") == 1
