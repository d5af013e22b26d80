"""The scripted server leaves nothing behind, however its test ends."""

from __future__ import annotations

import asyncio
import gc
import socket

import pytest

from tests.peers.peer import Peer
from tests.peers.scripts import silent


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_nobody_listens_any_more(is_cancelled: bool) -> None:
    ports: list[int] = []

    async def work() -> None:
        async with Peer(silent) as peer:
            ports.append(peer.port)
            if is_cancelled:
                # As where a test takes too long: it is cancelled while it closes the server.
                task = asyncio.current_task()
                assert task is not None
                asyncio.get_running_loop().call_later(0.005, task.cancel)

    if is_cancelled:
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(work())
    else:
        asyncio.run(work())
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", ports[0])):
        pass
    # What was left open would be told of here, and fail this test.
    gc.collect()
