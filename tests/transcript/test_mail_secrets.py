"""Secrets in mail data: where they stand, over as many events as the message took."""

import pytest

from smtpdebugger.session.events import Sent
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.mail_secrets import mail_secrets
from tests.session.wire import converse


def found(session: Session) -> list[bytes]:
    sent = b"".join(each.octets for each in session.events if isinstance(each, Sent))
    return [sent[each.start : each.stop] for each in mail_secrets(session)]


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("password: s3cr3t!", "s3cr3t!"),
        ("Your PIN is 483921", "483921"),
        ('"token": "abcd-efgh"', "abcd-efgh"),
        ("Authorization: Basic dXNlcjpwdw==", "dXNlcjpwdw=="),
        ("see https://me:pw12@host/x", "pw12"),
        ("https://x/?sig=abcdef&y=1", "abcdef"),
        ("key AKIAABCDEFGHIJKLMNOP here", "AKIAABCDEFGHIJKLMNOP"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ", "ghp_0123456789abcdefghijABCDEFGHIJ"),
    ],
)
def test_what_is_found(line: str, secret: str) -> None:
    session = converse("S: 220 mx", "C: DATA", "S: 354 go", f"C: {line}", "C: .", "S: 250 ok")
    assert found(session) == [secret.encode()]


@pytest.mark.parametrize(
    "line", ["Passwords are hard.", "a token of thanks", "password:", "https://host/x?a=b", "PIN"]
)
def test_what_is_none(line: str) -> None:
    session = converse("S: 220 mx", "C: DATA", "S: 354 go", f"C: {line}", "C: .", "S: 250 ok")
    assert found(session) == []


def test_only_mail_data_and_chunks_are_looked_at() -> None:
    session = converse("S: 220 mx", "C: NOOP password: s3cr3t", "S: 250 ok", "C: BDAT 18")
    session.record(Sent(9, b"password: in-chunk"))
    converse("S: 250 ok", "C: DATA", "S: 354 go", "C: pwd=unfinished", session=session)
    assert found(session) == [b"in-chunk", b"unfinished"]


def test_what_was_left_out_counts() -> None:
    session = converse("S: 220 mx", "C: DATA", "S: 354 go")
    session.record(Sent(9, b"x\r\n", (), 1000, b"password: at-end\r\n.\r\n", 7))
    (secret,) = mail_secrets(session)
    assert secret.start == len("DATA\r\n") + 3 + 1000 + len("password: ")
