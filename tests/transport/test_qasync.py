"""The same client on the loop of the window."""

from __future__ import annotations

import asyncio

import pytest

from smtpdebugger.practice.server import PracticeServer
from tests.transport.support import client_for, ends, replies, trusting

qasync = pytest.importorskip("qasync")


def test_a_session_over_starttls_runs_on_the_loop_of_qt(qapp: object) -> None:
    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        client = client_for(server.port, security="starttls", trust=trusting(server.ca_pem))
        assert await client.connect()
        assert client.session.situation.tls
        await client.send_ahead([b"NOOP"] * 500)
        for line in ("MAIL FROM:<a@modern.test>", "RCPT TO:<b@modern.test>", "DATA"):
            await client.send_line(line)
        await client.send_message(b"Subject: x\r\n\r\nhello\r\n")
        await client.quit()
        assert replies(client)[-2:] == [("(end of mail data)", 250), ("QUIT", 221)]
        assert ends(client) == [("server", "after TLS close_notify")]
        await server.stop()

    loop = qasync.QEventLoop(qapp)
    reports: list[object] = []
    loop.set_exception_handler(lambda _, context: reports.append(context))
    try:
        loop.run_until_complete(asyncio.wait_for(work(), 30))
    finally:
        loop.close()
        asyncio.set_event_loop(None)
    assert reports == []
