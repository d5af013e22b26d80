"""Judging: what an answer means, without any server."""

import pytest

from smtpdebugger.protocol.reply import ReplyParser
from tests.interop.alternatives.judging import is_wrong_by_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("250 2.1.0 Ok", False),
        ("500 unrecognized command", True),
        ("501 5.1.3 bad address", True),
        ("502 5.5.1 not implemented", True),
        ("503 5.5.1 need MAIL first", True),
        ("504 no such mechanism", True),
        ("555 5.5.4 unsupported option", True),
        ("521 5.5.1 protocol error", True),
        ("554 5.5.1 no valid recipients", True),
        ("550 bad sequence of commands", True),
        ("550 5.1.1 no such user", False),
        ("554 5.7.1 relay access denied", False),
        ("530 5.5.1 authentication required", False),
        ("535 5.7.8 authentication failed", False),
        ("450 4.2.0 greylisted", False),
        ("421 4.5.0 syntax error", False),
    ],
)
def test_a_reply_is_wrong_by_what_it_says(text: str, expected: bool) -> None:
    (reply,) = ReplyParser().feed(text.encode() + b"\r\n")

    assert is_wrong_by_code(reply) is expected
