"""What lines of pasted output tell, whichever program printed them."""

import pytest

from smtpdebugger.transcript.dialogue import Step
from smtpdebugger.transcript.trace_text import COMMAND, REPLY, lines_of, remark, unquoted


@pytest.mark.parametrize("line", ["250 ok", "250-mx", "554", "220 "])
def test_a_reply_is_known_by_its_code(line: str) -> None:
    assert REPLY.match(line)


@pytest.mark.parametrize("line", ["2500 ok", "25 ok", "150 x", "650 x", "hello", "250ok"])
def test_other_lines_are_no_reply(line: str) -> None:
    assert not REPLY.match(line)


@pytest.mark.parametrize("line", ["ehlo me", "MAIL FROM:<>", "rcpt to : <a@b.c>", "DATA", "BDAT 5"])
def test_commands(line: str) -> None:
    assert COMMAND.match(line)


@pytest.mark.parametrize("line", ["Data is sent", "Mail from Ann", "Quitting", "EHLO"])
def test_prose_is_no_command(line: str) -> None:
    assert not COMMAND.match(line)


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("* Connected to mx.example.net (192.0.2.25) port 587 (#0)", "587"),
        ("=== Trying mx.example.net:2525...", "2525"),
        ("connect: to ('mx.example.net', 25) None", "25"),
        ("Connected to smtp://mx.example.net:587/?starttls=always", "587"),
        ("Connecting to mx.example.net [192.0.2.25]:25 ... connected", "25"),
        ("$ openssl s_client -connect mx.example.net:465", "465"),
        ('DEBUG SMTP: connected to host "mx.example.net", port: 587', "587"),
    ],
)
def test_the_port_in_a_remark(line: str, port: str) -> None:
    assert Step("port", port) in [*remark(line)]


def test_tls_and_the_end_in_a_remark() -> None:
    assert [*remark("=== TLS started with cipher TLSv1.3")] == [Step("tls")]
    assert [*remark("Connection closed by foreign host.")] == [Step("closed", "server")]
    assert [*remark("read: Connection reset by peer")] == [Step("closed", "network")]
    assert [*remark("nothing of the kind")] == []


def test_a_string_as_python_prints_it() -> None:
    assert unquoted(r"b'250-mx\r\n250 ok\r\n'") == ["250-mx", "250 ok"]
    assert unquoted(r"'mail FROM:<\'a\'@b>\r\n'") == ["mail FROM:<'a'@b>"]
    assert unquoted("250 'ok'") == ["250 'ok'"]
    assert unquoted("'no \\x end'") == ["'no \\x end'"]


def test_html_and_quotation_marks_are_taken_away() -> None:
    assert lines_of("MAIL FROM:&lt;&gt; <br />\n") == ["MAIL FROM:<>", ""]
    assert lines_of("> S: 220 x\n> C: NOOP\n")[:2] == ["S: 220 x", "C: NOOP"]
    assert lines_of("> EHLO a\n< 250 b\n")[:2] == ["> EHLO a", "< 250 b"]


def test_blocks_of_a_trace_become_lines() -> None:
    text = f"=> Send header, 70 bytes (0x46)\n0000: {'A' * 64}\n0040: B\n"
    text += "<= Recv SSL data, 5 bytes\n0000: x\n"

    assert lines_of(text)[0] == f"> {'A' * 64}B"
    assert "< x" not in lines_of(text)
