"""The client against honest servers: what it sends, what it waits for, what it never does."""

from __future__ import annotations

import asyncio

import pytest

from smtpdebugger.practice.personality import list_personalities
from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.state import State
from smtpdebugger.session.events import Connected, Sent, TlsEstablished
from smtpdebugger.tasks import spawn
from tests.peers.peer import Line, Peer
from tests.peers.scripts import polite, says, silent
from tests.transport.support import (
    QUICK,
    client_for,
    ends,
    events,
    failures,
    replies,
    run,
    trusting,
)


def sent(client: object) -> bytes:
    return b"".join(each.octets for each in events(client, Sent))  # type: ignore[arg-type]


@pytest.mark.parametrize("personality", list_personalities())
@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_message_goes_to_every_personality_over_every_security(
    personality: str, security: str
) -> None:
    async def work() -> None:
        server = PracticeServer(personality, tls=security == "tls")
        await server.start()
        client = client_for(server.port, security=security, trust=trusting(server.ca_pem))
        assert await client.connect()
        offers_tls = personality in {"strict-postfix", "modern"}
        assert client.session.situation.tls is (
            security == "tls" or (security == "starttls" and offers_tls)
        )
        domain = server.personality.host.partition(".")[2]
        if personality == "legacy":
            await client.send_line("HELO client.test")
        for line in (f"MAIL FROM:<a@{domain}>", f"RCPT TO:<b@{domain}>", "DATA"):
            exchange = await client.send_line(line)
            assert exchange is not None
            assert not exchange.is_negative, exchange.reply
        taken = await client.send_message(b"Subject: hello\r\n\r\n.dots\r\n")
        assert taken is not None
        assert taken.code == 250
        await client.quit()
        tls = client.session.situation.tls
        assert ends(client) == [("server", "after TLS close_notify" if tls else "")]
        assert client.session.situation.state is State.CLOSED
        await server.stop()

    run(work)


def test_events_come_in_order_and_tell_where_we_are() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port)
            assert await client.connect()
            assert [type(each).__name__ for each in client.session.events] == [
                "Connected",
                "Received",
                "Sent",
                "Received",
            ]
            connected = events(client, Connected)[0]
            assert connected.peer == f"127.0.0.1:{peer.port}"
            assert connected.local.startswith("127.0.0.1:")
            times = [each.at for each in client.session.events]
            assert times == sorted(times)
            await client.disconnect()

    run(work)


def test_nothing_is_sent_unasked() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port, ehlo=False)
            assert await client.connect()
            assert sent(client) == b""
            for line in ("NOOP", "MAIL FROM:<>", "VRFY x"):
                await client.send_line(line)
            assert sent(client) == b"NOOP\r\nMAIL FROM:<>\r\nVRFY x\r\n"
            await client.disconnect()
            assert sent(client).endswith(b"VRFY x\r\n")
            assert ends(client) == [("client", "")]

    run(work)


def test_a_line_goes_out_exactly_as_typed() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port, ehlo=False)
            await client.connect()
            await client.send_line("  nOOp \t x\0y é")
            await client.send_line(b"NOOP \xff", ending=b"\n")
            assert sent(client) == "  nOOp \t x\0y é\r\n".encode() + b"NOOP \xff\n"
            assert await client.send_line("NO", ending=b"") is None
            exchange = await client.send_line("OP")
            assert exchange is not None
            assert exchange.verb == "NOOP"
            await client.disconnect()

    run(work)


def test_421_and_negative_replies_leave_the_connection_to_the_person() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test")
        while await line.hear():
            await line.say("421 4.3.2 later")

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port)
            await client.connect()
            for _ in range(3):
                exchange = await client.send_line("NOOP")
                assert exchange is not None
                assert exchange.code == 421
            assert client.is_connected
            assert replies(client)[1] == ("EHLO", 421)
            await client.disconnect()

    run(work)


@pytest.mark.parametrize("code", [421, 554])
def test_a_refusing_greeting_is_told_and_the_connection_stays(code: int) -> None:
    async def work() -> None:
        async with Peer(says(f"{code} go away")) as peer:
            client = client_for(peer.port)
            assert await client.connect()
            assert sent(client) == b""
            [(stage, what)] = failures(client)
            assert stage == "greeting"
            assert str(code) in what
            assert client.is_connected
            await client.disconnect()

    run(work)


def test_lines_typed_while_an_answer_is_awaited_are_paired_in_order() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port)
            await client.connect()
            answered = await asyncio.gather(*(client.send_line(f"NOOP {n}") for n in range(5)))
            arguments = [each.unit.argument for each in answered if each]  # type: ignore[union-attr]
            assert arguments == ["0", "1", "2", "3", "4"]
            assert all(each is not None and each.code == 250 for each in answered)
            await client.disconnect()

    run(work)


def test_a_message_is_stuffed_ended_and_otherwise_left_alone() -> None:
    heard: list[bytes] = []

    async def script(line: Line) -> None:
        await line.say("220 peer.test")
        await line.hear()
        await line.say("354 go")
        heard.append(await line.hear_mail())
        await line.say("250 ok")
        await line.forever()

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, ehlo=False)
            await client.connect()
            await client.send_line("DATA")
            exchange = await client.send_message(b".a\nb\r\n..\r\n.\r\nend")
            assert exchange is not None
            assert exchange.code == 250
            await client.disconnect()

    run(work)
    assert heard == [b"..a\nb\r\n...\r\n..\r\nend\r\n.\r\n"]


def test_a_message_without_354_is_not_sent() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port)
            await client.connect()
            before = sent(client)
            assert await client.send_message(b"secret") is None
            assert sent(client) == before
            assert failures(client)[-1][0] == "send"
            await client.disconnect()

    run(work)


def test_a_large_message_is_paired_with_its_own_reply() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port)
            await client.connect()
            await client.send_line("DATA")
            taken = await client.send_message(b"x" * 70 + b"\r\n" + b".y\r\n" * 600_000)
            assert taken is not None
            assert taken.code == 250
            assert client.session.expects is Mode.COMMANDS
            await client.quit()
            assert replies(client)[-1] == ("QUIT", 221)

    run(work)


def test_chunks_travel_with_their_command() -> None:
    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        client = client_for(server.port)
        await client.connect()
        for line in ("MAIL FROM:<a@modern.test>", "RCPT TO:<b@modern.test>"):
            await client.send_line(line)
        first = await client.send_chunk("BDAT 20000", b"x" * 20000)
        last = await client.send_chunk("BDAT 3 LAST", b"\r\n.")
        assert first is not None
        assert first.chunk is not None
        assert (first.code, first.chunk.length) == (250, 20000)
        assert last is not None
        assert last.code == 250
        await client.quit()
        await server.stop()

    run(work)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_login_goes_step_by_step_and_its_secret_is_never_shown(mechanism: str) -> None:
    async def work() -> None:
        server = PracticeServer("modern")
        await server.start()
        client = client_for(server.port, security="starttls", trust=trusting(server.ca_pem))
        await client.connect()
        await client.send_line(f"AUTH {mechanism}")
        assert client.session.expects is Mode.SASL
        steps = {
            "PLAIN": ["AGFsaWNlQG1vZGVybi50ZXN0AHdvbmRlcmxhbmQ="],
            "LOGIN": ["YWxpY2VAbW9kZXJuLnRlc3Q=", "d29uZGVybGFuZA=="],
        }
        for step in steps[mechanism]:
            exchange = await client.send_response(step)
        assert exchange is not None
        assert exchange.code == 235
        assert client.session.situation.authenticated
        shown = "\n".join(row.line for row in client.session.rows)
        assert not any(step in shown for step in steps[mechanism])
        await client.quit()
        await server.stop()

    run(work)


def test_a_response_nobody_asked_for_is_not_sent() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port)
            await client.connect()
            assert await client.send_response("c2VjcmV0") is None
            assert b"c2VjcmV0" not in sent(client)
            await client.disconnect()

    run(work)


def test_starttls_typed_by_hand_starts_tls_and_nothing_else() -> None:
    async def work() -> None:
        server = PracticeServer("strict-postfix")
        await server.start()
        client = client_for(server.port, trust=trusting(server.ca_pem))
        await client.connect()
        exchange = await client.send_line("starttls")
        assert exchange is not None
        assert exchange.code == 220
        assert client.session.situation.tls
        assert events(client, TlsEstablished)[0].verified
        assert replies(client)[-1] == ("STARTTLS", 220)
        await client.send_line("EHLO me.test")
        assert client.session.situation.offers("AUTH")
        await client.disconnect()
        await server.stop()

    run(work)


def test_starttls_refused_stays_in_clear_and_says_so() -> None:
    async def work() -> None:
        server = PracticeServer("legacy")
        await server.start()
        client = client_for(server.port, ehlo=False, security="starttls")
        assert await client.connect()
        assert not client.session.situation.tls
        assert failures(client)[-1][0] == "tls"
        assert "500" in failures(client)[-1][1]
        await client.disconnect()
        await server.stop()

    run(work)


def test_sent_ahead_all_are_answered_in_order() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port)
            await client.connect()
            answered = await client.send_ahead([f"NOOP {n}".encode() for n in range(3000)])
            assert len(answered) == 3000
            assert all(each.code == 250 for each in answered)
            assert client.session.waiting == 0
            await client.disconnect()

    run(work)


def test_sending_without_a_connection_is_told() -> None:
    async def work() -> None:
        client = client_for(1)
        assert await client.send_line("NOOP") is None
        assert await client.send_ahead([b"NOOP"]) == []
        await client.quit()
        await client.disconnect()
        assert [stage for stage, _ in failures(client)] == ["send", "send"]

    run(work)


def test_a_client_name_that_cannot_be_sent_is_told() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port, client_name="two words")
            assert await client.connect()
            assert sent(client) == b""
            assert failures(client)[0][0] == "send"
            await client.disconnect()

    run(work)


def test_without_a_client_name_ehlo_tells_our_address() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port, client_name="")
            assert await client.connect()
            assert sent(client) == b"EHLO [127.0.0.1]\r\n"
            await client.disconnect()

    run(work)


def test_quit_does_not_wait_for_ever_for_the_server_to_close() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test")
        while await line.hear():
            await line.say("221 bye")

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, ehlo=False, timeouts=QUICK)
            await client.connect()
            await client.quit()
            assert ends(client) == [("client", "")]

    run(work)


@pytest.mark.parametrize("moment", ["greeting", "reply"])
def test_cancelling_ends_the_connection_once(moment: str) -> None:
    async def work() -> None:
        async with Peer(silent if moment == "greeting" else says("220 peer.test")) as peer:
            client = client_for(peer.port, ehlo=False)
            if moment == "greeting":
                task: asyncio.Task[object] = spawn(client.connect(), "connect")
            else:
                await client.connect()
                task = spawn(client.send_line("NOOP"), "send")
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert ends(client) == [("client", "cancelled")]
            assert not client.is_connected
            await asyncio.sleep(0.05)
            await client.disconnect()
            assert len(ends(client)) == 1

    run(work)


def test_a_second_connection_goes_on_in_the_same_session() -> None:
    async def work() -> None:
        async with Peer(polite) as peer:
            client = client_for(peer.port)
            await client.connect()
            await client.quit()
            again = client_for(peer.port, session=client.session)
            assert await again.connect()
            await again.quit()
            times = [each.at for each in client.session.events]
            assert times == sorted(times)
            assert [by for by, _ in ends(client)] == ["server", "server"]
            assert replies(client).count(("(greeting)", 220)) == 2

    run(work)


def test_starttls_that_was_chosen_and_could_not_be_tried_is_told() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test")
        await line.hear()
        await line.say("502 what?")
        await line.forever()

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, security="starttls")
            assert await client.connect()
            [(_, what)] = failures(client)
            assert "STARTTLS was not sent" in what
            await client.disconnect()

    run(work)
