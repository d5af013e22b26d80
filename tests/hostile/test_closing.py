"""Closing at every octet of a session: what came is kept, and the end is told, each time."""

from __future__ import annotations

import pytest

from smtpdebugger.session.events import Received
from smtpdebugger.session.session import Session
from smtpdebugger.transport.settings import Timeouts
from tests.peers.clock import run
from tests.peers.peer import Line, Peer
from tests.transport.support import client_for, ends, events, failures

REPLIES = (
    b"220 hostile.test ESMTP\r\n",
    b"250-hostile.test\r\n250-PIPELINING\r\n250 SIZE 1000\r\n",
    b"250 2.1.0 sender ok\r\n",
    b"250 2.1.5 recipient ok\r\n",
    b"354 go on\r\n",
    b"250 2.0.0 taken\r\n",
    b"221 2.0.0 bye\r\n",
)
WHOLE = b"".join(REPLIES)


class Breaks:
    """A good server that has only so many octets to say; then it ends the connection."""

    def __init__(self, octets: int, *, resets: bool) -> None:
        self.left = octets
        self.resets = resets

    async def __call__(self, line: Line) -> None:
        for number, reply in enumerate(REPLIES):
            if number == 5:
                await line.hear_mail()
            elif number:
                await line.hear()
            await line.send(reply[: self.left])
            self.left -= len(reply)
            if self.left <= 0:
                break
        if self.resets:
            line.reset()


async def converse(port: int, session: Session) -> None:
    client = client_for(port, session=session, timeouts=Timeouts())
    await client.connect()
    for line in ("MAIL FROM:<a@hostile.test>", "RCPT TO:<b@hostile.test>", "DATA"):
        if client.is_connected:
            await client.send_line(line)
    if client.is_connected and client.session.exchanges[-1].code == 354:
        await client.send_message(b"Subject: x\r\n\r\ny\r\n")
    if client.is_connected:
        await client.quit()
    assert not client.is_connected
    received = b"".join(each.octets for each in events(client, Received))
    assert WHOLE.startswith(received)
    [(by, reason)] = ends(client)
    assert by in {"server", "network"}, (by, reason)
    unanswered = [each for each in session.exchanges if each.reply is None]
    assert len(unanswered) <= 1
    # Nothing was left hanging, or it is said what.
    assert reason or (by, len(unanswered)) == ("server", 0)
    assert all(stage in {"greeting", "send"} for stage, _ in failures(client))
    assert not any("answered before" in what for _, what in failures(client))


@pytest.mark.parametrize("resets", [False, True], ids=["close", "reset"])
def test_at_every_octet(resets: bool) -> None:
    async def work() -> None:
        for count in range(len(WHOLE) + 1):
            session = Session()
            async with Peer(Breaks(count, resets=resets)) as peer:
                await converse(peer.port, session)
            received = b"".join(
                each.octets for each in session.events if isinstance(each, Received)
            )
            # A reset may overtake what was sent before it; a close never does.
            assert resets or received == WHOLE[:count]

    run(work)
