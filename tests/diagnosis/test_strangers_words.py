"""The words of servers that nobody wrote down: what leads, for a refusal and its paraphrases."""

import pytest

from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.ranking import rank
from tests.diagnosis.cases import case_of

_GREETED = "S: 220 mail.example.test ready\n"
_EHLO = _GREETED + "C: EHLO client.example.test\nS: 250-mail.example.test\nS: 250 8BITMIME\n"
_MAIL = _EHLO + "C: MAIL FROM:<a@sender.example>\nS: 250 OK\n"
_CONTENT = _MAIL + (
    "C: RCPT TO:<b@example.test>\nS: 250 OK\nC: DATA\nS: 354 go on\n"
    "C: Subject: x\nC: \nC: x\nC: .\n"
)
_FROM = _EHLO + "C: MAIL FROM:<a@sender.example>\n"
_TO = _MAIL + "C: RCPT TO:<b@example.test>\n"


@pytest.mark.parametrize(
    ("before", "reply", "cause"),
    [
        (_MAIL, "421 Idle for too long, closing", "idle-timeout"),
        (_MAIL, "421 You were silent for 5 minutes, bye", "idle-timeout"),
        (_GREETED + "C: EHLO a.example.test\n", "421 We are too busy", "resource-temporary"),
        (_TO, "451 Cannot connect to the user database", "resource-temporary"),
        (_CONTENT, "451 The virus scanner does not answer", "resource-temporary"),
        (_TO, "421 Too many errors, closing", "too-many-errors"),
        (_EHLO + "C: STARTTLS\n", "554 TLS is not configured here", "tls-unavailable"),
        (_FROM, "550 Plain text connections are not accepted", "tls-required-first"),
        (_FROM, "550 Please log in before sending mail", "auth-required"),
        (_TO, "550 Your HELO name is not what we expect", "policy"),
        (_FROM, "550 This sender is not allowed", "policy"),
        (_TO, "550 Not one of our domains", "relay-denied"),
        (_TO, "550 We do not carry mail for that place", "relay-denied"),
        (_GREETED + "C: FROB\n", "504 command not recognized", "command-unknown"),
        (_GREETED + "C: FROB\n", "500 Never heard of it", "command-unknown"),
        (_TO, "553 Trailing dot", "syntax-address"),
        (_CONTENT, "554 Defective MIME structure", "policy"),
        (_CONTENT, "500 That looks bad", "unknown"),
    ],
)
def test_what_leads(before: str, reply: str, cause: str) -> None:
    case = case_of(f"{before}S: {reply}\n")

    assert rank(case, observe(case))[0].cause == cause
