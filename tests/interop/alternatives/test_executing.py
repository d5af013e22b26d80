"""Programs are run as they stand, and what they say is heard."""

import smtplib

import pytest

from tests.diagnosis.coded import Running, running
from tests.interop.alternatives.executing import MESSAGE, execute, wiretapped
from tests.interop.lab import UnavailableError
from tests.require import need

SMTPLIB = """
import smtplib
HOST, PORT = "mail.example.test", 25
MESSAGE = "x"  # yours
with smtplib.SMTP(HOST, PORT) as smtp:
    smtp.ehlo("me.test")
    smtp.mail("a@b.test")
    print(*smtp.docmd("FOO"))
"""
AIOSMTPLIB = """
import asyncio
import aiosmtplib
HOST, PORT = "mail.example.test", 25
async def main():
    async with aiosmtplib.SMTP(hostname=HOST, port=PORT, start_tls=False) as smtp:
        await smtp.ehlo(hostname="me.test")
        print(*await smtp.execute_command(b"FOO"))
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def server() -> object:
    try:
        with running("modern") as found, wiretapped():
            yield found
    except UnavailableError as error:
        need("interop", str(error))


def test_smtplib_is_heard(server: Running) -> None:
    ran = execute(SMTPLIB, {"HOST, PORT": ("127.0.0.1", server.port)})

    assert ran.failed == ""
    assert ran.code == 500
    lines = [line.upper() for line, _ in ran.said]
    assert lines == ["", "EHLO ME.TEST", "MAIL FROM:<A@B.TEST>", "FOO", "QUIT"]
    assert [code for _, code in ran.said] == [220, 250, 250, 500, 221]


def test_aiosmtplib_is_heard(server: Running) -> None:
    ran = execute(AIOSMTPLIB, {"HOST, PORT": ("127.0.0.1", server.port)})

    assert ran.failed == ""
    assert ran.code == 500
    assert [line for line, _ in ran.said] == ["", "EHLO me.test", "FOO", "QUIT"]


def test_what_a_program_raises_is_kept(server: Running) -> None:
    text = SMTPLIB + '    raise ValueError("too large")\n'

    assert execute(text, {"HOST, PORT": ("127.0.0.1", server.port)}).failed == (
        "ValueError: too large"
    )


def test_a_message_is_no_command_line(server: Running) -> None:
    with smtplib.SMTP("127.0.0.1", server.port):
        pass
    text = SMTPLIB + '    smtp.send(b"BDAT 2 LAST\\r\\nx\\n")\n'
    ran = execute(text, {"HOST, PORT": ("127.0.0.1", server.port)})

    assert MESSAGE in [line for line, _ in ran.said]
