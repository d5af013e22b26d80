"""SASL responses and challenges."""

import base64

import pytest

from smtpdebugger.gui.composer.sasl import challenge_text, encoded, hint


def test_plain_has_nuls_and_login_has_not() -> None:
    assert base64.b64decode(encoded(r"\0alice\0pa\ss", "PLAIN")) == b"\0alice\0pa\\ss"
    assert base64.b64decode(encoded(r"c:\0", "LOGIN")) == rb"c:\0"
    assert encoded("", "LOGIN") == ""


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("VXNlcm5hbWU6", "Username:"),
        ("UGFzc3dvcmQ6AA==", "Password:"),
        ("go ahead", "go ahead"),
        ("", ""),
        ("G1szMW0=", "‹ESC›[31m"),
    ],
)
def test_challenges_are_read_out_of_base64(sent: str, read: str) -> None:
    assert challenge_text(sent) == read


def test_a_mechanism_says_what_it_wants() -> None:
    assert hint("PLAIN") == r"\0user\0password"
    assert hint("FROB") == "response"
