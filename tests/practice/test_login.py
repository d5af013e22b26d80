"""AUTH step by step."""

from __future__ import annotations

import base64

import pytest

from smtpdebugger.practice.login import LoginDialogue
from smtpdebugger.practice.personality import Login

LOGIN = Login(frozenset({"PLAIN", "LOGIN"}), "alice", "secret")


def coded(text: str) -> bytes:
    return base64.b64encode(text.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\0alice\0secret", LOGIN.accepted),
        ("other\0alice\0secret", LOGIN.accepted),
        ("\0alice\0wrong", LOGIN.refused),
        ("\0bob\0secret", LOGIN.refused),
        ("alice", LOGIN.malformed),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert LoginDialogue(LOGIN).begin("PLAIN " + coded(text).decode()) == expected
    later = LoginDialogue(LOGIN)
    assert later.begin("plain") == "334 "
    assert later.go_on(coded(text) + b"\r\n") == expected


def test_login_asks_twice() -> None:
    dialogue = LoginDialogue(LOGIN)
    assert dialogue.begin("LOGIN") == "334 VXNlcm5hbWU6"
    assert dialogue.go_on(coded("alice")) == "334 UGFzc3dvcmQ6"
    assert dialogue.go_on(coded("secret")) == LOGIN.accepted
    short = LoginDialogue(LOGIN)
    assert short.begin("LOGIN " + coded("alice").decode()) == "334 UGFzc3dvcmQ6"
    assert short.go_on(coded("wrong")) == LOGIN.refused


def test_what_is_no_login() -> None:
    assert LoginDialogue(LOGIN).begin("CRAM-MD5") == LOGIN.unknown
    assert LoginDialogue(LOGIN).begin("PLAIN !!!") == LOGIN.malformed
    dialogue = LoginDialogue(LOGIN)
    dialogue.begin("PLAIN")
    assert dialogue.go_on(b"*\r\n") == LOGIN.cancelled
    assert LoginDialogue(LOGIN).begin("PLAIN =") == LOGIN.malformed
