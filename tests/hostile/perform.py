"""Meeting a hostile server: connect, say NOOP and QUIT, check what must hold whatever it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from smtpdebugger.session.events import Closed, Received
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.settings import Timeouts
from tests.peers.clock import run
from tests.peers.peer import Peer
from tests.peers.play import CLOSE, HEAR, Play, Step
from tests.transport.support import client_for, ends, events, failures, remarks, replies

FAREWELL: tuple[Step, ...] = (HEAR, b"250 noop\r\n", HEAR, b"221 bye\r\n", CLOSE)
"""What a server does that has come to its senses."""


@dataclass(frozen=True)
class Outcome:
    """What a session with a server came to."""

    client: SmtpClient
    play: Play

    @property
    def replies(self) -> list[tuple[str, int | None]]:
        """Verb and code of every exchange."""
        return replies(self.client)

    @property
    def failures(self) -> list[tuple[str, str]]:
        """Stage and sentence of every failure."""
        return failures(self.client)

    @property
    def remarks(self) -> list[str]:
        """What the program noted."""
        return remarks(self.client)

    @property
    def end(self) -> tuple[str, str]:
        """``by`` and reason of the one end there is."""
        [end] = ends(self.client)
        return end

    @property
    def received(self) -> bytes:
        """All that was recorded of the server."""
        return b"".join(each.octets for each in events(self.client, Received))

    def defects(self, number: int) -> list[str]:
        """What is wrong with the reply of an exchange."""
        reply = self.client.session.exchange(number).reply
        return [] if reply is None else [each.name for each in reply.defects]


def meet(*steps: Step, loses: bool = False, **choices: Any) -> Outcome:
    """A session with a server that plays ``steps``; nothing it sends may be lost.

    ``loses``: the client ends the session before all has come.
    """
    choices.setdefault("timeouts", Timeouts())
    play = Play(steps)

    async def work() -> SmtpClient:
        async with Peer(play) as peer:
            client = client_for(peer.port, **choices)
            await client.connect()
            if client.is_connected:
                await client.send_line("NOOP")
            if client.is_connected:
                await client.quit()
            return client

    client = run(work)
    outcome = Outcome(client, play)
    assert len(events(client, Closed)) == 1
    assert not client.is_connected
    assert client.waiting is None
    if not loses:
        assert outcome.received == play.sent
    return outcome
