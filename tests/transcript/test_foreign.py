"""What a file is that holds no session, in a sentence."""

from pathlib import Path

import pytest

from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.foreign import kind_of, other_protocol, what_it_is
from smtpdebugger.transcript.opening import open_session, read_session


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "Follow > TCP Stream"),
        (b"\x0a\x0d\x0d\x0a\0\0", "Follow > TCP Stream"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"PK\x03\x04", "compressed"),
        (b"\xd0\xcf\x11\xe0\xa1", "Outlook"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
    ],
)
def test_files_are_known_by_their_beginning(tmp_path: Path, head: bytes, word: str) -> None:
    assert word in kind_of(head)
    file = tmp_path / "file"
    file.write_bytes(head)
    with pytest.raises(TranscriptError, match=word):
        open_session(file)
    with pytest.raises(TranscriptError, match=word):
        read_session(head, "standard input")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("* OK [CAPABILITY IMAP4rev1] ready\na LOGIN x y\na NO no\n", "IMAP"),
        ("+OK POP3 ready\nUSER x\n+OK\n", "POP3"),
        ("12:00 IP 192.0.2.1.25 > 192.0.2.2.4000: Flags [P.], length 9\n", "packets"),
        ("<!DOCTYPE html>\n<html></html>\n", "HTML"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n", "certificate"),
        ("From: a@example.org\nTo: b@example.org\nSubject: x\n\nhi\n", "no bounce"),
    ],
)
def test_texts_without_a_session_are_named(text: str, word: str) -> None:
    assert word in what_it_is(text)
    with pytest.raises(TranscriptError, match=word):
        read_session(text.encode(), "standard input")


def test_what_nobody_knows_is_not_named() -> None:
    assert what_it_is("some words") == ""
    assert kind_of(b"S: 220 mx") == ""


def test_a_session_of_smtp_is_of_no_other_protocol() -> None:
    assert other_protocol("220 mx ESMTP\nEHLO a\n250 ok\n") == ""


def test_text_as_powershell_writes_it() -> None:
    session, _ = read_session("220 mx\r\nEHLO a\r\n502 no\r\n".encode("utf-16"), "x")

    assert [each.code for each in session.exchanges] == [220, 502]
