"""Peers that do not speak SMTP, known by their first line."""

import pytest

from smtpdebugger.diagnosis.speech import protocol_of
from tests.diagnosis.cases import case_of, diagnosis_of


@pytest.mark.parametrize(
    ("line", "protocol"),
    [
        ("* OK [CAPABILITY IMAP4rev1] ready", "IMAP"),
        ("+OK POP3 ready", "POP3"),
        ("-ERR unknown", "POP3"),
        ("SSH-2.0-OpenSSH_9.2p1", "SSH"),
        ("HTTP/1.1 400 Bad Request", "HTTP"),
        ("220 ftp.example.com FTP server (vsFTPd 3.0.3)", "FTP"),
        ("220 ProFTPD 1.3.5 Server ready.", "FTP"),
        ("200 news.example.com InterNetNews NNRP server ready (posting ok)", "NNTP"),
        ("RFB 003.008", "RFB"),
        ("220 dict.example.org dictd 1.12.1/rf <auth.mime> <12.34@dict.example.org>", "DICT"),
        ("220 fax.example.org server (HylaFAX (tm) Version 6.0.7) ready.", "HylaFAX"),
        ("200 mail.example.org poppassd v1.8.5 hello, who are you?", "poppassd"),
    ],
)
def test_the_first_line_tells_the_protocol(line: str, protocol: str) -> None:
    assert protocol_of([line]) == protocol


@pytest.mark.parametrize(
    "line",
    [
        "220 mx ESMTP",
        "220 ftp.example.com ESMTP Postfix",
        "220 mail FTP gateway SMTP",
        "220 mx.example.org ESMTP <1896.697170952@mx.example.org>",
        "220 mx.example.org ESMTP; see <https://example.org/> or write to <help@example.org>",
        "554 no",
        "",
    ],
)
def test_smtp_and_what_may_be_it_is_not_named(line: str) -> None:
    assert protocol_of([line]) == ""
    assert protocol_of([]) == ""


@pytest.mark.parametrize(
    "text",
    [
        "S: * OK IMAP4rev1 ready\nC: EHLO me\nS: EHLO BAD no\n",
        "C: EHLO me\nS: HTTP/1.1 400 Bad Request\nS: Server: nginx\n",
        "S: 220 ftp.example.com FTP server\nC: EHLO me\nS: 530 Please login\n",
    ],
)
def test_such_a_peer_leads_and_only_other_ports_are_offered(text: str) -> None:
    for number in range(1, len(case_of(text).session.exchanges) + 1):
        diagnosis = diagnosis_of(text, number)
        if diagnosis.causes:
            assert diagnosis.causes[0].id == "protocol-mismatch-other"
            assert diagnosis.causes[0].probability > 0.9
            assert {each.action for each in diagnosis.alternatives} == {"reconnect"}
