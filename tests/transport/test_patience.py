"""What is awaited, and for how long, in each phase of a session."""

from __future__ import annotations

import asyncio

import pytest

from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.session import Session
from smtpdebugger.transport.channel import Channel
from smtpdebugger.transport.context import client_context
from smtpdebugger.transport.patience import Waiting, awaited, told_of
from smtpdebugger.transport.settings import Timeouts, Trust
from smtpdebugger.transport.tls import TlsLayer
from smtpdebugger.transport.witness import Witness
from tests.transport.support import run


class Wire(asyncio.Transport):
    """A transport that goes nowhere."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def __init__(self) -> None:
        super().__init__()
        self.closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        pass

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def resume_reading(self) -> None:
        pass


def layer() -> TlsLayer:
    trust = Trust(verify=False)
    return TlsLayer(client_context(trust), "mail.test", trust)


async def channel_after(*script: bytes) -> Channel:
    """A channel whose session went as told: odd ones from the server, even ones from us."""
    session = Session()
    session.record(Connected(0, "mail.test", "192.0.2.1:25"))
    channel = Channel(Witness(session), layer, lambda: None)
    channel.opened(Wire())
    for number, octets in enumerate(script):
        session.record(Sent(number, octets) if number % 2 else Received(number, octets))
    return channel


@pytest.mark.parametrize(
    ("script", "seconds"),
    [
        ((), 300),
        ((b"220 x\r\n",), None),
        ((b"220 x\r\n", b"NOOP\r\n"), 300),
        ((b"220 x\r\n", b"DATA\r\n"), 120),
        ((b"220 x\r\n", b"DATA\r\n", b"354 go\r\n"), None),
        ((b"220 x\r\n", b"DATA\r\n", b"354 go\r\n", b"x\r\n.\r\n"), 600),
        ((b"220 x\r\n", b"BDAT 1 LAST\r\nx"), 600),
    ],
)
def test_each_phase_has_the_time_of_the_rfc(
    script: tuple[bytes, ...], seconds: float | None
) -> None:
    async def work() -> float | None:
        expectation = awaited(await channel_after(*script), Timeouts())
        return None if expectation is None else expectation.seconds

    assert run(work) == seconds


def test_a_handshake_and_a_blocked_network_come_first() -> None:
    async def work() -> None:
        channel = await channel_after(b"220 x\r\n", b"NOOP\r\n")
        channel.is_blocked = True
        blocked = awaited(channel, Timeouts())
        assert blocked is not None
        assert (blocked.key, blocked.seconds) == ("blocked", 180)
        channel.begin_tls()
        handshake = awaited(channel, Timeouts(tls=7))
        assert handshake is not None
        assert (handshake.key, handshake.seconds) == ("tls", 7)
        channel.take(b"500 what?\r\n")
        stray = awaited(channel, Timeouts())
        assert stray is not None
        assert stray.key == "stray"

    run(work)


def test_pipelined_commands_are_awaited_one_after_the_other() -> None:
    async def work() -> None:
        channel = await channel_after(b"220 x\r\n", b"NOOP\r\nRSET\r\n")
        first = awaited(channel, Timeouts())
        channel.take(b"250 ok\r\n")
        second = awaited(channel, Timeouts())
        assert first is not None
        assert second is not None
        assert "NOOP" in first.what
        assert "RSET" in second.what
        assert first.key != second.key

    run(work)


def test_nothing_is_awaited_of_a_closed_connection() -> None:
    async def work() -> None:
        channel = await channel_after()
        channel.close()
        assert awaited(channel, Timeouts()) is None

    run(work)


def test_a_reply_that_was_given_up_on_keeps_nobody_waiting() -> None:
    async def work() -> None:
        channel = await channel_after(b"220 x\r\n", b"NOOP\r\n")
        channel.overdue = 2
        assert awaited(channel, Timeouts()) is None
        channel.witness.session.record(Sent(2, b"RSET\r\n"))
        later = awaited(channel, Timeouts())
        assert later is not None
        assert later.what == "No reply to RSET within 300 s."

    run(work)


def test_who_types_to_a_silent_server_awaits_a_reply() -> None:
    async def work() -> None:
        channel = await channel_after()
        channel.witness.session.record(Sent(1, b"NOOP\r\n"))
        expectation = awaited(channel, Timeouts())
        assert expectation is not None
        assert expectation.waiting == "for the reply to NOOP"

    run(work)


def test_what_takes_no_time_to_speak_of_is_not_told() -> None:
    session = Session()
    assert told_of(None, session) == ""
    assert told_of(Waiting("for the greeting", 0.9, 300), session) == ""
    session.record(Connected(0, "h", "127.0.0.1:25"))
    session.record(Received(1, b"220 \x1b[31m" + b"x" * 60))
    told = told_of(Waiting("for the greeting", 3, 300), session)
    assert told.startswith("waiting 3 s of 300 s for the greeting; so far: 220 ‹ESC›[31mxxx")
    assert told.endswith("xxx…")
