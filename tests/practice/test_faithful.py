"""strict-postfix against the real Postfix, command by command."""

from __future__ import annotations

import asyncio

import pytest

from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.session.session import Session
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Trust
from tests.interop.fixtures import server_fixture
from tests.interop.world import World
from tests.transport.support import run

pytestmark = pytest.mark.interop

postfix = server_fixture("postfix")

ALONE = [
    "EHLO", "HELO", "HELO me.test", "NOOP", "NOOP x", "RSET", "RSET x", "HELP", "EXPN a", "VRFY",
    "VRFY alice", "FOO", "", "GET / HTTP/1.1", "get /", "STARTTLS x", "DATA", "DATA x", "RCPT",
    "RCPT TO:<alice@D>", "MAIL", "MAIL FROM", "MAIL FROM:", "MAIL TO:<a>", "MAIL FROM:<a@b@c>",
    "MAIL FROM:<a@b", "MAIL FROM:<alice@D> FOO=bar", "MAIL FROM:<alice@D> SIZE=99999999999",
    "MAIL FROM:<alice@D> SIZE=10240000", "MAIL FROM:<alice@D> SIZE=10240001",
    "MAIL FROM:<alice@D> SIZE=abc", "MAIL FROM:<alice@D> BODY=BINARYMIME",
    "MAIL FROM:<alice@D> BODY=8BITMIME RET=HDRS ENVID=x", "mail from:<alice@D>",
    "MAIL FROM:alice@D", "MAIL FROM: <alice@D>", "TURN", "SEND FROM:<a@D>", "XCLIENT NAME=x",
    "XFORWARD NAME=x", "8BITMIME", "*", ".", "SIZE", "почта", "Subject: hi", "BDAT", "BDAT 5 LAST",
    "CONNECT x", "POST /", "QUIT now", "GETX", "x-y: z", "<a@b>", "9", "LHLO me",
]  # fmt: skip

IN_TRANSACTION = [
    "XCLIENT NAME=x", "VRFY a", "MAIL FROM:<>", "RCPT", "RCPT TO:", "RCPT TO:<>", "RCPT TO:<a@@D>",
    "RCPT TO:<nobody@D>", "RCPT TO:<x@example.org>", "RCPT TO:<alice@D> FOO=1", "DATA",
    "RCPT TO:<alice@D> NOTIFY=NEVER", "rcpt to:alice@D", "DATA x", "MAIL FROM:<>", "BDAT 1",
]  # fmt: skip

IN_TLS = [
    "STARTTLS", "AUTH", "AUTH PLAIN", "AUTH LOGIN", "AUTH BOGUS", "AUTH PLAIN x y", "AUTH PLAIN =",
    "AUTH PLAIN !!!", "AUTH PLAIN AGEAYg==",
]  # fmt: skip


async def answers(port: int, domain: str, security: str, lines: list[str]) -> list[object]:
    """Code, text and whether the server stayed, for each line of one session."""
    settings = ConnectionSettings(
        "127.0.0.1",
        port,
        "starttls" if security == "starttls" else "none",
        client_name="me.test",
        trust=Trust(verify=False),
    )
    client = SmtpClient(Session(), settings)
    await client.connect()
    found: list[object] = []
    for line in lines:
        exchange = await client.send_line(line.replace("@D", f"@{domain}"))
        await asyncio.sleep(0.01)
        reply = None if exchange is None else exchange.reply
        text = "" if reply is None else reply.text.replace(domain, "D")
        found.append((line, None if reply is None else reply.code, text, client.is_connected))
    await client.quit()
    return found


def test_every_reply_is_the_real_one(postfix: World) -> None:
    scripts = [("none", [line]) for line in ALONE]
    scripts += [("none", ["MAIL FROM:<a@D>", *IN_TRANSACTION[at : at + 8]]) for at in (0, 8)]
    scripts += [("starttls", [line]) for line in IN_TLS]
    port = postfix.endpoints["postfix-policy"].port

    async def work() -> None:
        server = PracticeServer("strict-postfix")
        await server.start()
        for security, lines in scripts:
            real = await answers(port, "lab.test", security, lines)
            ours = await answers(server.port, "practice.test", security, lines)
            assert ours == real
        await server.stop()

    run(work, 60)
