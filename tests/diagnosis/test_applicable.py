"""Causes that a code alone must not suggest for a verb."""

import pytest

from smtpdebugger.diagnosis.applicable import applies
from tests.diagnosis.cases import EHLO, case_of


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
