"""Peers that misbehave: each is told of in words, once, and nothing breaks."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import pytest
import trustme

from smtpdebugger.session.events import Failed, Received, Sent, TlsEstablished
from smtpdebugger.tasks import spawn
from smtpdebugger.transport.channel import SLICE
from smtpdebugger.transport.client import SmtpClient
from tests.peers.peer import Line, Peer, Script
from tests.peers.scripts import (
    agrees_and_talks_on,
    closes_in_reply,
    floods,
    hangs_up,
    polite,
    resets,
    says,
    sends,
    silent,
    starts_tls,
    truncates,
)
from tests.transport.support import (
    PATIENT,
    QUICK,
    client_for,
    ends,
    events,
    failures,
    remarks,
    replies,
    run,
    trusting,
    until,
)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls_server(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("octets", "word"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "HTTP"),
        (b"<!doctype html><html>", "web page"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
        (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", "IMAP"),
        (b"+OK POP3 ready\r\n", "POP3"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "TLS alert"),
    ],
)
def test_a_stranger_is_named_by_its_first_octets(octets: bytes, word: str) -> None:
    async def work() -> None:
        async with Peer(sends(octets)) as peer:
            client = client_for(peer.port, timeouts=QUICK)
            await client.connect()
            told = [what for stage, what in failures(client) if stage == "greeting"]
            assert any(word in what for what in told), told
            assert events(client, Sent) == []
            await client.disconnect()
            assert len(ends(client)) == 1

    run(work)


def test_http_in_answer_to_ehlo_is_named_too() -> None:
    async def script(line: Line) -> None:
        await line.hear()
        await line.send(b"HTTP/1.0 400 Bad request\r\n\r\n")

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, timeouts=QUICK)
            await client.connect()
            await client.send_line("EHLO me.test")
            assert any("HTTP" in what for _, what in failures(client))
            await client.disconnect()

    run(work)


def test_silence_in_place_of_a_greeting_brings_a_hint_and_then_a_time_out() -> None:
    async def work() -> None:
        async with Peer(silent) as peer:
            client = client_for(peer.port, timeouts=QUICK)
            assert await client.connect()
            assert any("TLS" in each for each in remarks(client))
            assert [stage for stage, _ in failures(client)] == ["time-out"]
            assert client.is_connected
            await client.disconnect()

    run(work)


def test_a_server_that_hangs_up_at_once() -> None:
    async def work() -> None:
        async with Peer(hangs_up) as peer:
            client = client_for(peer.port)
            assert not await client.connect()
            assert [stage for stage, _ in failures(client)] == ["greeting"]
            assert [by for by, _ in ends(client)] == ["server"]

    run(work)


def test_a_connection_that_is_reset_names_what_was_not_answered() -> None:
    async def work() -> None:
        async with Peer(resets) as peer:
            client = client_for(peer.port)
            assert not await client.connect()
            [(by, reason)] = ends(client)
            assert by == "network"
            assert "reset" in reason
            assert "EHLO" in reason

    run(work)


def test_a_close_in_the_middle_of_a_reply_keeps_what_came() -> None:
    async def work() -> None:
        async with Peer(closes_in_reply) as peer:
            client = client_for(peer.port)
            assert not await client.connect()
            [(by, reason)] = ends(client)
            assert by == "server"
            assert "in the middle of a reply" in reason
            last = client.session.exchanges[-1]
            assert last.verb == "EHLO"
            assert last.reply is not None
            assert "PIPEL" in last.reply.text

    run(work)


def test_no_reply_in_time_leaves_the_connection_open_and_a_late_one_is_paired() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test")
        await line.hear()
        await asyncio.sleep(0.7)
        await line.say("250 late")
        await line.hear()
        await line.say("250 second")
        await line.forever()

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, ehlo=False, timeouts=QUICK)
            await client.connect()
            exchange = await client.send_line("NOOP")
            assert exchange is not None
            assert exchange.reply is None
            assert failures(client) == [("time-out", "No reply to NOOP within 0.4 s.")]
            await asyncio.sleep(0.5)
            assert exchange.code == 250
            second = await client.send_line("RSET")
            assert second is not None
            assert second.code == 250
            assert len(failures(client)) == 1
            await client.disconnect()

    run(work)


def test_ten_megabytes_without_a_line_end_are_cut_short() -> None:
    async def work() -> None:
        async with Peer(sends(b"x" * 10_000_000)) as peer:
            client = client_for(peer.port, timeouts=QUICK)
            await client.connect()
            await until(lambda: bool(ends(client)))
            assert not client.is_connected
            assert any("without ending the line" in what for _, what in failures(client))
            received = sum(len(each.octets) for each in events(client, Received))
            assert received < 2_000_000
            assert len(ends(client)) == 1

    run(work)


@pytest.mark.parametrize("greets", [True, False])
def test_tls_to_a_plain_port(greets: bool) -> None:
    async def silent_until_garbage(line: Line) -> None:
        await line.reader.read(10)
        await line.say("500 what?")
        await line.forever()

    async def work() -> None:
        async with Peer(polite if greets else silent_until_garbage) as peer:
            client = client_for(peer.port, security="tls", timeouts=QUICK)
            assert not await client.connect()
            [(stage, what)] = failures(client)
            assert stage == "tls"
            assert "in clear" in what
            # What the server said is there to be read.
            assert replies(client)[0][1] == (220 if greets else 500)
            await until(lambda: len(ends(client)) == 1)

    run(work)


def test_plain_to_a_tls_port(tls_server: ssl.SSLContext) -> None:
    async def work() -> None:
        async with Peer(polite, context=tls_server) as peer:
            client = client_for(peer.port, timeouts=QUICK)
            await client.connect()
            assert any("TLS" in each for each in remarks(client))
            await client.send_line("EHLO me.test")
            # This server leaves without a TLS alert.
            assert [stage for stage, _ in failures(client)] == ["time-out", "greeting"]
            assert "choose TLS" in events(client, Failed)[-1].advice
            assert len(ends(client)) == 1

    run(work)


@pytest.mark.parametrize("script", [silent, hangs_up], ids=["silent", "hangs up"])
def test_a_handshake_that_never_ends(script: Script) -> None:
    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, security="tls", timeouts=QUICK_TLS)
            assert not await client.connect()
            assert failures(client)[0][0] in {"time-out", "tls"}
            assert len(ends(client)) == 1

    run(work)


QUICK_TLS = type(QUICK)(tls=0.3, close=0.3)


@pytest.mark.parametrize("late", [False, True])
def test_clear_text_after_the_220_stays_visible_and_tls_goes_on(
    late: bool, authority: trustme.CA, tls_server: ssl.SSLContext
) -> None:
    async def work() -> None:
        script = starts_tls(tls_server, stray=b"250 injected\r\n", late=late)
        async with Peer(script) as peer:
            ca_pem = authority.cert_pem.bytes().decode()
            client = client_for(peer.port, trust=trusting(ca_pem))
            await client.connect()
            exchange = await client.send_line("STARTTLS")
            assert exchange is not None
            assert exchange.code == 220
            assert events(client, TlsEstablished)
            assert ("(unsolicited)", 250) in replies(client)
            assert len([each for each in remarks(client) if "3207" in each]) == 1
            await client.disconnect()

    run(work)


def test_a_220_that_is_not_meant() -> None:
    async def work() -> None:
        async with Peer(agrees_and_talks_on) as peer:
            client = client_for(peer.port, timeouts=QUICK_TLS, ehlo=False)
            await client.connect()
            await client.send_line("STARTTLS")
            assert any("went on in clear" in what for _, what in failures(client))
            assert not client.is_connected
            assert len(ends(client)) == 1

    run(work)


def test_a_truncated_end_under_tls_is_told_from_a_clean_one(
    authority: trustme.CA, tls_server: ssl.SSLContext
) -> None:
    trust = trusting(authority.cert_pem.bytes().decode())

    async def end_of(script: Script) -> tuple[str, str]:
        async with Peer(script, context=tls_server) as peer:
            client = client_for(peer.port, security="tls", trust=trust)
            await client.connect()
            await client.send_line("QUIT")
            await until(lambda: bool(ends(client)))
            [end] = ends(client)
            return end

    async def work() -> None:
        by, reason = await end_of(truncates(tls_server))
        assert by in {"server", "network"}
        assert "without TLS close_notify" in reason
        assert await end_of(polite) == ("server", "after TLS close_notify")

    run(work)


def test_a_stray_line_between_commands_is_unsolicited() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test", "250 stray")
        while verb := await line.hear():
            await line.say(f"250 to {verb.split()[0]}")

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port)
            await client.connect()
            exchange = await client.send_line("NOOP")
            assert exchange is not None
            assert exchange.reply is not None
            assert exchange.reply.text == "to NOOP"
            assert ("(unsolicited)", 250) in replies(client)
            await client.disconnect()

    run(work)


async def most_in_a_turn(client: SmtpClient, work: Awaitable[object]) -> int:
    """How many rows one turn of the loop added at most while ``work`` ran."""
    most = 0

    async def count() -> None:
        nonlocal most
        before = len(client.session.rows)
        while True:
            await asyncio.sleep(0)
            now = len(client.session.rows)
            most = max(most, now - before)
            before = now

    counting = spawn(count(), "counting")
    try:
        await work
    finally:
        counting.cancel()
    return most


@pytest.mark.parametrize("over_tls", [False, True])
def test_ten_thousand_noops_ahead_never_hold_up_the_loop(
    over_tls: bool, authority: trustme.CA, tls_server: ssl.SSLContext
) -> None:
    async def work() -> None:
        context = tls_server if over_tls else None
        trust = trusting(authority.cert_pem.bytes().decode())
        async with Peer(floods(10_000), context=context) as peer:
            security = "tls" if over_tls else "none"
            client = client_for(peer.port, ehlo=False, security=security, trust=trust)
            await client.connect()
            most = await most_in_a_turn(client, client.send_ahead([b"NOOP"] * 10_000))
            assert replies(client).count(("NOOP", 250)) == 10_000
            # Turns, not seconds: the machine may be busy. A slice of replies and one of commands.
            assert most <= SLICE // len(b"NOOP\r\n") * 2
            assert max(len(each.octets) for each in events(client, Received)) <= SLICE
            await client.disconnect()

    run(work)


def test_a_peer_that_reads_nothing_is_given_up() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test")
        await line.hear()
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await line.say("354 go")
        await asyncio.sleep(20)

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, ehlo=False, timeouts=QUICK)
            await client.connect()
            await client.send_line("DATA")
            await client.send_message(b"x" * 70 + b"\r\n" + b"y" * 30_000_000)
            assert any("took no more" in what for _, what in failures(client))
            assert ends(client) == [("client", "time-out")]

    run(work)


Make = Callable[[], Awaitable[None]]


def test_patient_times_follow_the_rfc() -> None:
    times = type(PATIENT)()
    assert (times.greeting, times.command) == (300, 300)
    assert (times.data, times.data_block, times.data_end) == (120, 180, 600)


def test_says_keeps_the_line_open() -> None:
    async def work() -> None:
        async with Peer(says("220 peer.test")) as peer:
            client = client_for(peer.port, ehlo=False)
            assert await client.connect()
            assert client.is_connected
            await client.disconnect()

    run(work)
