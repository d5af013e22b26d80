"""What is thought of a program's run."""

import pytest

from tests.interop.alternatives.executing import Ran
from tests.interop.alternatives.programs import outcome
from tests.interop.recipe import load

(POSTFIX, *_) = load("postfix").endpoints
(OPENSMTPD, *_) = load("opensmtpd").endpoints
FINE = [("", 220), ("ehlo me", 250), ("vrfy a", 502), ("mail FROM:<>", 250)]


@pytest.mark.parametrize(
    ("printed", "failed", "said", "expected"),
    [
        ("250 b'ok'", "", FINE, "good"),
        ("550 b'no'", "", FINE, "refused"),
        ("", "", FINE, "wrong"),
        ("503 b'no'", "", FINE, "wrong"),
        ("250 b'ok'", "", [*FINE, ("rcpt TO:<a@b>", 503)], "wrong"),
        ("250 b'ok'", "", [*FINE, ("vrfy b", 503)], "wrong"),
        ("502 b'STARTTLS is not offered'", "", FINE, "absent"),
        ("", "SMTPDataError: (554, b'no')", FINE, "failed"),
        ("", "SMTPAuthenticationError: (535, b'no')", FINE, "refused"),
        ("", "SMTPAuthenticationError: (503, b'no')", FINE, "failed"),
    ],
)
def test_outcomes(printed: str, failed: str, said: list[tuple[str, int]], expected: str) -> None:
    assert outcome(Ran(printed, failed, list(said)), "VRFY", 502, POSTFIX) == expected


def test_tls_that_works_for_nobody_is_no_fault_of_the_program() -> None:
    ran = Ran("", "SSLError: alert", [*FINE, ("STARTTLS", 220)])

    assert outcome(ran, "VRFY", 502, POSTFIX) == "failed"
    assert outcome(ran, "VRFY", 502, OPENSMTPD) == "broken"
