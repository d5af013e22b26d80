"""Rows: what people read, harmless whatever the peer sent."""

import pytest

from smtpdebugger.protocol.command import Chunk, MailData, read_command, read_response
from smtpdebugger.protocol.sasl import MASK
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Received,
    Remark,
    Resolved,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.rows import Row, RowKind, command_row, event_row
from smtpdebugger.session.session import Session
from tests.session.wire import converse


@pytest.mark.parametrize(
    ("octets", "head", "text"),
    [
        (b"EHLO x\r\n", "EHLO", "x"),
        (b"  eHLO   two  blanks \r\n", "eHLO", "  two  blanks "),
        (b"QUIT\n", "QUIT", ""),
        (b"\r\n", "", ""),
        (b"AUTH PLAIN AGFs\r\n", "AUTH", f"PLAIN {MASK}"),
        (b"NOOP \x1b[31m\x00\x7f\r\n", "NOOP", "‹ESC›[31m‹NUL›‹DEL›"),
        ("NOOP \u202e\u2028".encode(), "NOOP", "⟨U+202E⟩⟨U+2028⟩"),
        (b"X" * 200 + b"\r\n", "X" * 80 + " … (120 more characters)", ""),
    ],
)
def test_rows_of_commands(octets: bytes, head: str, text: str) -> None:
    row = command_row(read_command(octets), 3, 5, tls=False)
    assert (row.kind, row.at, row.exchange) == (RowKind.COMMAND, 5, 3)
    assert (row.head, row.text) == (head, text)


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (b"Subject: hi\r\n\r\nx", "9 octets of mail data (Subject: hi)"),
        (b"From: x\nsUBJECT:  caf\xc3\xa9  \n", "9 octets of mail data (sUBJECT:  café)"),
        ("Subject: é\r\nX: ü".encode()[:-1], "9 octets of mail data (Subject: é)"),
        (b"no headers", "9 octets of mail data"),
        (b"", "9 octets of mail data"),
    ],
)
def test_rows_of_messages(head: bytes, text: str) -> None:
    row = command_row(MailData(9, 1, head), 3, 5, tls=True)
    assert (row.head, row.text, row.tls) == ("message", text, True)


def test_rows_of_chunks_and_responses() -> None:
    assert command_row(Chunk(9, b"", True), 1, 1, tls=False).text == "9 octets"
    assert command_row(Chunk(9, b"", False), 1, 1, tls=False).text == "9 octets, unfinished"
    row = command_row(read_response(b"AGFs\n"), 1, 1, tls=False)
    assert (row.head, row.text, row.has_defects) == ("SASL", MASK, True)
    assert command_row(read_response(b"*\r\n"), 1, 1, tls=False).text == "*"


def test_rows_of_replies() -> None:
    session = converse("C: NOOP", "S: 250-one\r\n250 \x1btwo", "S: nonsense", "S: 007 low")
    _, reply, strange, low = session.rows
    assert (reply.head, reply.text, reply.wait) == ("250", "one\n‹ESC›two", 1000)
    assert not reply.is_negative
    assert (strange.head, strange.has_defects, strange.wait) == ("???", True, None)
    assert low.head == "007"


@pytest.mark.parametrize(
    ("event", "head", "text"),
    [
        (Resolved(1, "mx", ("192.0.2.1", "::1")), "dns", "mx is 192.0.2.1, ::1"),
        (Connected(1, "mx", "192.0.2.1:25"), "tcp", "Connected to mx [192.0.2.1:25]"),
        (
            Connected(1, "", "[::1]:465", tls=True),
            "tcp",
            "Connected to [::1]:465, TLS from the start",
        ),
        (
            Connected(1, "mx", "192.0.2.1:25", took=12_345, via="socks5 192.0.2.3:1080"),
            "tcp",
            "Connected to mx [192.0.2.1:25] through socks5 192.0.2.3:1080 (12.3 ms)",
        ),
        (Resolved(1, "mx", ("192.0.2.1",), 2_500_000), "dns", "mx is 192.0.2.1 (2.5 s)"),
        (TlsEstablished(1), "tls", "The connection is encrypted from here on"),
        (
            TlsEstablished(1, "TLSv1.3", "AES", True, "", "mx", "2027-01-01"),
            "tls",
            "TLSv1.3 · AES · mx · valid to 2027-01-01",
        ),
        (
            TlsEstablished(1, "TLSv1.3", "AES", reason="self-signed"),
            "tls",
            "TLSv1.3 · certificate not verified: self-signed · AES",
        ),
        (Closed(1, "client"), "closed", "Connection closed by this program"),
        (Closed(1, "server", "\x1b]0;x"), "closed", "Connection closed by the server: ‹ESC›]0;x"),
        (Closed(1, "?", "reset"), "closed", "Connection closed by the network: reset"),
    ],
)
def test_rows_of_events(event: WireEvent, head: str, text: str) -> None:
    row = event_row(event, False)  # type: ignore[arg-type]
    assert (row.kind, row.head, row.text, row.at) == (RowKind.EVENT, head, text, 1)


def test_rows_of_failures_and_remarks() -> None:
    row = event_row(Failed(1, "connect", "Refused.", "Try 587."), False)
    assert (row.kind, row.head, row.text) == (RowKind.FAILURE, "connect", "Refused. Try 587.")
    assert row.is_negative
    assert event_row(Failed(1, "connect", "Refused."), False).text == "Refused."
    slow = Failed(1, "connect", "No answer.", "Try 587.", 30_000_000)
    assert event_row(slow, False).text == "No answer. (30.0 s) Try 587."
    row = event_row(Remark(1, "see\tthis", 4), True)
    assert (row.kind, row.head, row.text, row.exchange) == (RowKind.REMARK, "note", "see\tthis", 4)
    assert row.tls


def test_ports() -> None:
    assert Connected(1, "", "192.0.2.1:587").port == 587
    assert Connected(1, "", "[2001:db8::25]:25").port == 25
    assert Connected(1, "", "a pipe").port is None
    assert Connected(1, "", "unix:/run/lmtp:24").port is None


@pytest.mark.parametrize(
    ("row", "direction", "sentence", "line"),
    [
        (Row(RowKind.COMMAND, 0, "EHLO", "x"), "C:", "Client: EHLO x", "  0.000000 -> EHLO x"),
        (
            Row(RowKind.REPLY, 1_500_000, "250", "a\nb", tls=True),
            "S:",
            "Server: 250 a; b",
            "  1.500000 <~ 250 a | b",
        ),
        (
            Row(RowKind.COMMAND, 12, "QUIT", "", tls=True),
            "C:",
            "Client: QUIT",
            "  0.000012 ~> QUIT",
        ),
        (Row(RowKind.REPLY, 0, "220", ""), "S:", "Server: 220", "  0.000000 <- 220"),
        (Row(RowKind.EVENT, 0, "tcp", "x"), "", "Event: tcp x", "  0.000000 -- tcp x"),
    ],
)
def test_rows_in_words_and_as_lines(row: Row, direction: str, sentence: str, line: str) -> None:
    assert (row.direction, row.sentence, row.line) == (direction, sentence, line)


def test_a_row_never_shows_more_than_a_screenful_or_a_control_character() -> None:
    session = Session()
    session.record(Received(1, b"250 " + bytes(range(256)).replace(b"\n", b"") * 200 + b"\r\n"))
    (row,) = session.rows
    assert len(row.text) < 40_000
    assert "more characters)" in row.text
    assert all(each.isprintable() for each in row.text.replace("\t", ""))
