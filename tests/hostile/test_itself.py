"""A connection to oneself: TCP allows it where nobody listens."""

from __future__ import annotations

import sys

import pytest

from smtpdebugger.session.events import Connected
from tests.peers.clock import run
from tests.peers.peer import free_port
from tests.transport.support import client_for, events, failures


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse it themselves")
def test_it_is_noticed() -> None:
    async def work() -> None:
        port = free_port()
        client = client_for(port, source_address=f"127.0.0.1:{port}")
        assert not await client.connect()
        assert failures(client) == [
            ("connect", f"Nobody listens on 127.0.0.1:{port}: this computer connected to itself.")
        ]
        assert events(client, Connected) == []

    run(work)
