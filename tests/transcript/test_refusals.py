"""Single refusals in logs, bounces and error messages; more of them are read in test_traces."""

import pytest

from smtpdebugger.transcript.refusals import NOBODY, refusals_in, steps_of_refusals


def told(text: str) -> list[str]:
    """What was said."""
    return [step.text for step in steps_of_refusals(refusals_in(text))]


@pytest.mark.parametrize(
    ("text", "command", "reply"),
    [
        (
            "status=bounced (host mx[192.0.2.1] said: 552 5.3.4 too big"
            " (in reply to MAIL FROM command))",
            f"MAIL FROM:<sender@{NOBODY}>",
            "552 5.3.4 too big",
        ),
        (
            "NOQUEUE: reject: RCPT from x[192.0.2.9]: 450 4.7.1 <pc>: Helo command rejected:"
            " Host not found; from=<a@b.c> to=<d@e.f> proto=ESMTP helo=<pc>",
            "RCPT TO:<d@e.f>",
            "450 4.7.1 <pc>: Helo command rejected: Host not found",
        ),
        ("Remote Server returned '550 5.4.1 no'", f"RCPT TO:<recipient@{NOBODY}>", "550 5.4.1 no"),
        ("Invalid login: 535 5.7.8 no", "AUTH PLAIN", "535 5.7.8 no"),
        ("AUTH XOAUTH2 tried. Invalid login: 535 5.7.8 no", "AUTH XOAUTH2", "535 5.7.8 no"),
        (
            "SMTP error from remote mail server after STARTTLS: host mx [192.0.2.1]: 454 4.7.0 no",
            "STARTTLS",
            "454 4.7.0 no",
        ),
        (
            "smtplib.SMTPHeloError: (501, b'Syntactically invalid EHLO argument(s)')",
            f"EHLO {NOBODY}",
            "501 Syntactically invalid EHLO argument(s)",
        ),
    ],
)
def test_a_refusal_and_its_command(text: str, command: str, reply: str) -> None:
    assert told(text) == [command, reply]


def test_lines_that_a_log_ran_together_are_a_reply_of_several() -> None:
    text = (
        "host mx[192.0.2.1] said: 550-5.1.1 one 550-5.1.1 two 550 5.1.1 three"
        " (in reply to RCPT TO command)"
    )

    assert told(text)[1:] == ["550-5.1.1 one", "550-5.1.1 two", "550 5.1.1 three"]


def test_a_refusal_told_twice_counts_once() -> None:
    bounce = (
        "<a@b.c>: host mx[192.0.2.1] said: 550 5.1.1 no (in reply to RCPT TO command)\n\n"
        "Final-Recipient: rfc822; a@b.c\nDiagnostic-Code: smtp; 550 5.1.1 no\n"
    )

    assert told(bounce) == ["RCPT TO:<a@b.c>", "550 5.1.1 no"]


def test_a_refused_connection_has_no_command() -> None:
    assert told("host mx[192.0.2.1] refused to talk to me: 554 5.7.1 no") == ["554 5.7.1 no"]


def test_two_refusals_are_of_two_connections() -> None:
    text = "Invalid login: 535 no\nInvalid login: 534 other"

    assert [step.kind for step in steps_of_refusals(refusals_in(text))] == [
        "client",
        "server",
        "closed",
        "client",
        "server",
    ]


@pytest.mark.parametrize(
    "text", ["", "550 no", "he said: nothing", "Diagnostic-Code: x400; 550 no"]
)
def test_other_texts_tell_none(text: str) -> None:
    assert refusals_in(text) == []
