"""LMTP answers a message once for each recipient (RFC 2033 section 4.2)."""

from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import diagnosis_of, knowledge

SESSION = (
    "S: 220 mx.example.test LMTP\nC: LHLO me.example.org\nS: 250 mx.example.test\n"
    "C: MAIL FROM:<a@example.org>\nS: 250 ok\nC: RCPT TO:<bob@example.test>\nS: 250 ok\n"
    "C: RCPT TO:<eve@example.test>\nS: 250 ok\nC: DATA\nS: 354 go on\nC: .\nS: 250 kept\n"
    "S: 552 5.2.2 Mailbox of eve is full"
)


def test_the_reply_for_a_further_recipient_is_about_the_message() -> None:
    found = diagnosis_of(SESSION)

    assert found.causes[0].title == "The recipient's mailbox is full"


def test_it_is_no_reply_that_nobody_waited_for() -> None:
    findings = all_findings(read_dialogue(SESSION), knowledge())

    assert [each for each in findings if each.severity == "error"] == []
