"""The same client in two libraries."""

import pytest

from smtpdebugger.diagnosis.code_dialect import Aiosmtplib, Smtplib, octets, quoted


@pytest.mark.parametrize(
    ("line", "smtplib", "aiosmtplib"),
    [
        ("EHLO me", "smtp.ehlo(CLIENT)", "await smtp.ehlo(hostname=CLIENT)"),
        ("HELO me", "smtp.helo(CLIENT)", "await smtp.helo(hostname=CLIENT)"),
        ("MAIL FROM:<>", 'smtp.mail("")', 'await smtp.execute_command(b"MAIL", b"FROM:<>")'),
        ("MAIL FROM:<a@b> SIZE=1 RET=FULL", 'smtp.mail("a@b", ["SIZE=1", "RET=FULL"])',
         'await smtp.execute_command(b"MAIL", b"FROM:<a@b>", b"SIZE=1", b"RET=FULL")'),
        ("RCPT TO:<{address}>", "smtp.rcpt(ADDRESS)",
         'await smtp.execute_command(b"RCPT", f"TO:<{ADDRESS}>".encode())'),
        ("MAIL FROM: a@b", 'smtp.docmd("MAIL", "FROM: a@b")',
         'await smtp.execute_command(b"MAIL", b"FROM:", b"a@b")'),
        ("VRFY x", 'smtp.verify("x")', 'await smtp.execute_command(b"VRFY", b"x")'),
        ("EXPN x", 'smtp.expn("x")', 'await smtp.execute_command(b"EXPN", b"x")'),
        ("RSET", "smtp.rset()", 'await smtp.execute_command(b"RSET")'),
        ("DATA", "smtp.data(MESSAGE)", "await smtp.data(MESSAGE)"),
        ("ETRN a.example", 'smtp.docmd("ETRN", "a.example")',
         'await smtp.execute_command(b"ETRN", b"a.example")'),
        ("HELP", 'smtp.docmd("HELP")', 'await smtp.execute_command(b"HELP")'),
    ],
)  # fmt: skip
def test_a_command_as_each_library_says_it(line: str, smtplib: str, aiosmtplib: str) -> None:
    assert Smtplib().call(line) == smtplib
    assert Aiosmtplib().call(line) == aiosmtplib


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("a", '"a"'),
        ("{domain}", "DOMAIN"),
        ("bob@{domain}", 'f"bob@{DOMAIN}"'),
        ('say "x"', "'say \"x\"'"),
        ("a\\b", "'a\\\\b'"),
        ("{not closed", '"{not closed"'),
    ],
)
def test_text_as_python_writes_it(text: str, python: str) -> None:
    assert quoted(text) == python


def test_octets_as_python_writes_them() -> None:
    assert octets("a") == 'b"a"'
    assert octets("ä") == '"ä".encode()'
    assert octets("{argument}") == "ARGUMENT.encode()"


def test_a_certificate_is_shown_instead_of_a_password() -> None:
    assert "PASSWORD" not in Smtplib().login("EXTERNAL") + Aiosmtplib().login("EXTERNAL")


def test_only_one_library_speaks_lmtp() -> None:
    assert Smtplib().open("HOST", "PORT", tls=False, lmtp=True).startswith("with smtplib.LMTP(")
    assert not Aiosmtplib.speaks_lmtp


def test_tokens_are_no_passwords() -> None:
    assert "auth=Bearer {TOKEN}" in Smtplib().login("XOAUTH2")
    assert Aiosmtplib().login("XOAUTH2") == "await smtp.auth_xoauth2(USER, TOKEN)"
    assert Smtplib().login("PLAIN") == "smtp.login(USER, PASSWORD)"
