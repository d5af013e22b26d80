"""The contract with aiosmtplib: one test per method we override, and what we rely on."""

from __future__ import annotations

import asyncio
import inspect
import socket

import aiosmtplib
import pytest
from aiosmtplib.protocol import SMTPProtocol

from smtpdebugger.session.events import Sent
from smtpdebugger.session.session import Session
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.context import client_context
from smtpdebugger.transport.settings import Trust
from smtpdebugger.transport.tls import TlsLayer
from smtpdebugger.transport.wiretap import QuietSMTP, TappedProtocol
from smtpdebugger.transport.witness import Witness
from tests.peers.peer import Line, Peer, Script
from tests.peers.scripts import polite, resets, silent, starts_tls
from tests.transport.certificates import self_signed
from tests.transport.support import client_for, events, replies, run


def layer() -> TlsLayer:
    trust = Trust(verify=False)
    return TlsLayer(client_context(trust), "127.0.0.1", trust)


async def tapped(port: int) -> tuple[TappedProtocol, QuietSMTP, Session]:
    """A tap with the library on top, and no client of ours."""
    session = Session()
    tap = TappedProtocol(Witness(session), layer)
    loop = asyncio.get_running_loop()
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setblocking(False)
    await loop.create_connection(lambda: tap, sock=connection)
    return tap, QuietSMTP(tap, "127.0.0.1", port), session


def test_what_we_override_is_still_there_with_the_same_signature() -> None:
    for ours, theirs in ((TappedProtocol, SMTPProtocol), (QuietSMTP, aiosmtplib.SMTP)):
        for name, method in vars(ours).items():
            if name.startswith("__") or not callable(method) or not hasattr(theirs, name):
                continue
            known = inspect.signature(getattr(theirs, name)).parameters
            assert list(inspect.signature(method).parameters) == list(known), name
    overridden = {name for name in vars(TappedProtocol) if hasattr(SMTPProtocol, name)}
    assert overridden >= {
        "connection_made", "data_received", "eof_received", "connection_lost",
        "pause_writing", "resume_writing", "write", "read_response", "start_tls",
    }  # fmt: skip
    assert "execute_command" in vars(QuietSMTP)
    assert "close" in vars(QuietSMTP)


def test_read_response_gives_the_greeting_and_then_each_reply() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            tap, smtp, _ = await tapped(peer.port)
            assert tuple(await tap.read_response()) == (220, "peer.test ESMTP")
            response = await smtp.ehlo(hostname="me.test")
            assert response.code == 250
            assert smtp.supports_extension("SIZE")
            assert (await smtp.noop()).code == 250
            tap.channel.abort("done")

    run(work)


def test_data_received_pairs_right_where_the_library_is_one_off() -> None:
    async def script(line: Line) -> None:
        # One segment: the library alone would give the stray line to EHLO.
        await line.send(b"220 peer.test\r\n250 stray\r\n")
        while verb := await line.hear():
            await line.say(f"250 to {verb}")

    async def work() -> None:
        async with Peer(script) as peer:
            tap, smtp, session = await tapped(peer.port)
            await tap.read_response()
            assert (await smtp.ehlo(hostname="me")).message == "to EHLO me"
            assert (await smtp.noop()).message == "to NOOP"
            assert [each.verb for each in session.exchanges] == [
                "(greeting)",
                "(unsolicited)",
                "EHLO",
                "NOOP",
            ]
            tap.channel.abort("done")

    run(work)


def test_write_records_what_is_sent_and_raises_without_a_connection() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port)
            await client.connect()
            tap = tap_of(client)
            tap.write(b"NOOP\r\n")
            assert events(client, Sent)[-1].octets == b"NOOP\r\n"
            await client.disconnect()
            with pytest.raises(aiosmtplib.SMTPServerDisconnected):
                tap.write(b"NOOP\r\n")

    run(work)


def test_read_response_raises_the_librarys_own_errors() -> None:
    async def meets(script: Script, error: type[Exception], timeout: float | None) -> None:
        async with Peer(script) as peer:
            tap, smtp, _ = await tapped(peer.port)
            with pytest.raises(error):
                await tap.read_response(timeout=timeout)
                await smtp.execute_command(b"NOOP")
            tap.channel.abort("done")

    async def work() -> None:
        await meets(silent, aiosmtplib.SMTPReadTimeoutError, 0.05)
        await meets(resets, aiosmtplib.SMTPServerDisconnected, None)

    run(work)


def test_give_up_ends_waiting() -> None:
    async def work() -> None:
        async with Peer(silent) as peer:
            tap, _, _ = await tapped(peer.port)
            asyncio.get_running_loop().call_later(0.05, tap.give_up)
            with pytest.raises(aiosmtplib.SMTPReadTimeoutError):
                await tap.read_response()
            tap.channel.abort("done")

    run(work)


def test_start_tls_of_the_library_runs_in_the_tap() -> None:
    async def work() -> None:
        context = self_signed("127.0.0.1")[0]
        async with Peer(starts_tls(context)) as peer:
            tap, smtp, session = await tapped(peer.port)
            await tap.read_response()
            response = await tap.start_tls(client_context(Trust(verify=False)))
            assert response.code == 220
            assert tap.channel.is_encrypted
            assert session.situation.tls
            assert (await smtp.ehlo(hostname="me.test")).code == 250
            tap.channel.abort("done")

    run(work)


def test_execute_command_does_not_close_on_421() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test")
        while await line.hear():
            await line.say("421 later")

    async def work() -> None:
        async with Peer(script) as peer:
            tap, smtp, _ = await tapped(peer.port)
            for _ in range(2):
                assert (await smtp.execute_command(b"NOOP")).code == 421
            assert tap.is_connected
            assert smtp.is_connected
            tap.channel.abort("done")
            with pytest.raises(aiosmtplib.SMTPServerDisconnected):
                await smtp.execute_command(b"NOOP")

    run(work)


def test_close_of_the_library_does_nothing() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            tap, smtp, _ = await tapped(peer.port)
            await tap.read_response()
            await smtp.quit()
            assert smtp.protocol is tap
            tap.channel.abort("done")

    run(work)


def test_no_221_is_invented_when_the_server_resets_after_quit() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test")
        await line.hear()
        line.reset()

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, ehlo=False)
            await client.connect()
            await client.quit()
            assert replies(client)[-1] == ("QUIT", None)

    run(work)


def test_pause_writing_blocks_and_resume_writing_lets_go() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            tap, _, _ = await tapped(peer.port)
            await tap.read_response()
            tap.pause_writing()
            assert tap.channel.is_blocked
            tap.resume_writing()
            assert not tap.channel.is_blocked
            tap.channel.abort("done")

    run(work)


def test_a_flood_passes_the_librarys_limits() -> None:
    async def work() -> None:
        # 42 KB in one reply: the library alone refuses more than 32 KiB.
        lines = "".join(f"214-{n:04d} {'x' * 60}\r\n" for n in range(600)) + "214 end\r\n"

        async def script(line: Line) -> None:
            await line.say("220 peer.test")
            await line.hear()
            await line.send(lines.encode())
            await line.forever()

        async with Peer(script) as peer:
            tap, smtp, _ = await tapped(peer.port)
            response = await smtp.execute_command(b"HELP")
            assert response.code == 214
            assert response.message.count("\n") == 600
            tap.channel.abort("done")

    run(work)


def tap_of(client: SmtpClient) -> TappedProtocol:
    assert client._tap is not None
    return client._tap
