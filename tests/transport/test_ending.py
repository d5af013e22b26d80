"""Ends in words."""

from __future__ import annotations

import pytest

from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.session import Session
from smtpdebugger.transport.ending import describe_end


def session_of(*octets: bytes) -> Session:
    session = Session()
    session.record(Connected(0, "mail.test", "192.0.2.1:25"))
    for number, each in enumerate(octets):
        session.record(Sent(number, each) if number % 2 else Received(number, each))
    return session


@pytest.mark.parametrize(
    ("octets", "error", "goodbye", "expected"),
    [
        ((b"220 x\r\n",), None, None, ("server", "")),
        ((b"220 x\r\n",), ConnectionResetError(), None, ("network", "the connection was reset")),
        ((b"220 x\r\n",), OSError(110, "Timed out"), None, ("network", "timed out")),
        ((b"220-x\r\n220",), None, None, ("server", "in the middle of a reply")),
        ((b"220 x\r\n", b"VRFY a\r\n"), None, None, ("server", "before it answered VRFY")),
        ((b"220 x\r\n", b"QUIT\r\n"), None, None, ("server", "without a reply to QUIT")),
        (
            (b"220 x\r\n",),
            None,
            False,
            ("server", "without TLS close_notify, so something may be cut off"),
        ),
        ((b"220 x\r\n",), None, True, ("server", "after TLS close_notify")),
    ],
)
def test_who_and_why(
    octets: tuple[bytes, ...],
    error: Exception | None,
    goodbye: bool | None,
    expected: tuple[str, str],
) -> None:
    assert describe_end(session_of(*octets), error, goodbye) == expected
