"""What can be said again, and what never is."""

from __future__ import annotations

from base64 import b64encode

from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.repeat import again, commands_up_to
from smtpdebugger.session.session import Session

SECRET = b64encode(b"\0alice\0wonderland")


def talked(*events: bytes) -> Session:
    """``C…`` and ``S…``, each an event."""
    session = Session()
    session.record(Connected(0, "h", "127.0.0.1:25"))
    for at, each in enumerate((b"S220 x\r\n", b"CEHLO me\r\n", b"S250 x\r\n", *events), 1):
        session.record(Sent(at, each[1:]) if each[:1] == b"C" else Received(at, each[1:]))
    return session


def test_one_command() -> None:
    session = talked(b"CVRFY \xff x \r\n", b"S502 no\r\n")
    assert again(session, 3).lines == ("VRFY \udcff x ",)
    assert again(session, 1).problem


def test_a_group_comes_back_together() -> None:
    session = talked(b"CMAIL FROM:<a>\r\nRCPT TO:<b>\r\n", b"S250 x\r\n250 x\r\n", b"CNOOP\r\n")
    assert again(session, 4).lines == ("MAIL FROM:<a>", "RCPT TO:<b>")
    assert again(session, 5).lines == ("NOOP",)


def test_a_secret_does_not_come_back() -> None:
    session = talked(b"CAUTH PLAIN " + SECRET + b"\r\n", b"S235 x\r\n")
    found = again(session, 3)
    assert found.lines == ("AUTH PLAIN",)
    assert "Secrets are left out" in found.problem
    assert again(talked(b"CAUTH LOGIN\r\n", b"S334 x\r\n", b"C" + SECRET + b"\r\n"), 4).lines == ()


def test_a_message_comes_back_as_it_was_written() -> None:
    session = talked(
        b"CDATA\r\n", b"S354 x\r\n", b"CA: b\r\n\r\n..x\r\n", b"Cy\r\n.\r\n", b"S250 x\r\n"
    )
    assert again(session, 4).message == b"A: b\r\n\r\n.x\r\ny\r\n"


def test_a_chunk_comes_back() -> None:
    session = talked(b"CBDAT 7 LAST\r\n", b"C.a\nb", b"C\r\nx", b"S250 x\r\n")
    assert again(session, 3).message == b".a\nb\r\nx"


def test_what_was_not_kept_cannot_come_back() -> None:
    session = talked(b"CDATA\r\n", b"S354 x\r\n")
    session.record(Sent(9, b"A: b\r\n", (), 100, b"z\r\n", 3))
    session.record(Sent(10, b".\r\n"))
    assert "too long to be kept" in again(session, 4).problem


def test_a_session_up_to_a_line_without_logins_and_mail_data() -> None:
    session = talked(
        b"CAUTH PLAIN " + SECRET + b"\r\n", b"S235 x\r\n",
        b"CMAIL FROM:<a>\r\n", b"S250 x\r\n", b"CRCPT TO:<b>\r\n", b"S250 x\r\n",
        b"CDATA\r\n", b"S354 x\r\n", b"Chello\r\n.\r\n", b"S250 x\r\n", b"CNOOP\r\n", b"S250 x\r\n",
        b"CQUIT\r\n", b"S221 x\r\n",
    )  # fmt: skip
    assert commands_up_to(session, 5) == ("EHLO me", "MAIL FROM:<a>", "RCPT TO:<b>")
    assert commands_up_to(session, 9) == ("EHLO me", "MAIL FROM:<a>", "RCPT TO:<b>", "NOOP")
    assert b"wonderland" not in repr(commands_up_to(session, 9)).encode()
