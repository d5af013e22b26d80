"""Messages over a connection: what arrives, what is kept, and every way it can go wrong."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from smtpdebugger.protocol.command import MailData
from smtpdebugger.session.events import Sent
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.sending import Sending
from smtpdebugger.transport.source import SLICE, File
from tests.peers.peer import Line, Peer, Script
from tests.transport.support import QUICK, client_for, ends, events, failures, remarks, replies, run

MESSAGE = b"From: a\r\n\r\n.\r\n..x\r\nbody\r\n"


def takes(got: list[bytes], *, early: bytes = b"") -> Script:
    """Takes mail data and chunks; ``early`` is said in the middle of the first ones."""

    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        while text := await line.hear():
            verb = text.split(" ")[0].upper()
            if verb == "DATA":
                await line.say("354 go on")
                if early:
                    got.append(await line.reader.read(1000))
                    await line.send(early)
                    await line.forever()
                    return
                got.append(await line.hear_mail())
            if verb == "BDAT":
                got.append(await line.reader.readexactly(int(text.split(" ")[1])))
            await line.say("250-x", "250 CHUNKING") if verb == "EHLO" else await line.say("250 ok")

    return script


def with_client(
    script: Script, work: Callable[[SmtpClient], object], **settings: object
) -> SmtpClient:
    async def connected() -> SmtpClient:
        async with Peer(script) as peer:
            client = client_for(peer.port, **settings)
            assert await client.connect()
            await work(client)  # type: ignore[misc]
            await client.disconnect()
            return client

    return run(connected, 90)


async def data(client: SmtpClient, *arguments: object) -> Exchange | None:
    await client.send_line("DATA")
    return await client.send_message(*arguments)  # type: ignore[arg-type]


def test_mail_data_arrives_stuffed_and_ended() -> None:
    got: list[bytes] = []
    sending = Sending()
    with_client(takes(got), lambda client: data(client, MESSAGE, sending))
    assert got == [b"From: a\r\n\r\n..\r\n...x\r\nbody\r\n.\r\n"]
    assert (sending.sent, sending.total, sending.dots) == (len(MESSAGE), len(MESSAGE), 2)
    assert sending.problem == ""


@pytest.mark.parametrize("size", [1, 7, len(MESSAGE), 10_000])
@pytest.mark.parametrize("ahead", [False, True])
def test_chunks_arrive_as_counted_and_the_last_is_marked(size: int, ahead: bool) -> None:
    got: list[bytes] = []
    client = with_client(takes(got), lambda client: client.send_chunks(MESSAGE, size, ahead=ahead))
    assert b"".join(got) == MESSAGE
    assert [len(each) for each in got[:-1]] == [size] * (len(got) - 1)
    lines = [each.unit.text for each in client.session.exchanges if each.verb == "BDAT"]  # type: ignore[union-attr]
    assert [line.endswith(" LAST") for line in lines] == [False] * (len(lines) - 1) + [True]
    assert {code for verb, code in replies(client) if verb == "BDAT"} == {250}


def test_an_empty_message_is_one_chunk_of_nothing() -> None:
    got: list[bytes] = []
    client = with_client(takes(got), lambda client: client.send_chunks(b"", 10))
    assert got == [b""]
    assert client.session.exchanges[-1].unit.text == "BDAT 0 LAST"  # type: ignore[union-attr]


def test_a_chunk_has_at_least_one_octet() -> None:
    async def work(client: SmtpClient) -> None:
        with pytest.raises(ValueError, match="at least one octet"):
            await client.send_chunks(b"x", 0)

    with_client(takes([]), work)


def test_a_lone_dot_at_every_border_ends_nothing(tmp_path: Path) -> None:
    # So long that the dots stand at the borders of what is read at once, too.
    message = (b"\r\n.\r\n" + b"x" * (SLICE - 5)) * 5 + b"\r\n.\r\n"
    path = tmp_path / "dots.eml"
    path.write_bytes(message)
    got: list[bytes] = []
    sending = Sending()
    with_client(takes(got), lambda client: data(client, File(path), sending))
    [arrived] = got
    assert sending.dots == 6
    assert re.sub(rb"(?m)^\.\.", b".", arrived.removesuffix(b".\r\n")) == message


def test_a_long_message_arrives_whole_and_little_of_it_is_kept(tmp_path: Path) -> None:
    message = (b".line of text\r\n" * 1000) * 400
    path = tmp_path / "long.eml"
    path.write_bytes(message)
    got: list[bytes] = []
    client = with_client(takes(got), lambda client: data(client, File(path)))
    assert got[0] == re.sub(rb"(?m)^\.", b"..", message) + b".\r\n"
    unit = client.session.exchanges[-1].unit
    assert isinstance(unit, MailData)
    assert unit.length == len(got[0])
    assert unit.lines == got[0].count(b"\n")
    assert unit.defects == ()
    kept = sum(len(each.octets) + len(each.tail) for each in events(client, Sent))
    assert kept < 1_500_000
    assert sum(each.length for each in events(client, Sent)) > len(got[0])


def test_a_long_message_in_chunks_is_not_kept_either() -> None:
    message = b"x" * 6_000_000
    got: list[bytes] = []
    client = with_client(takes(got), lambda client: client.send_chunks(message, 100_000))
    assert b"".join(got) == message
    kept = sum(len(each.octets) + len(each.tail) for each in events(client, Sent))
    assert kept < 5_000_000
    last = client.session.exchanges[-1]
    assert last.chunk is not None
    assert last.chunk.length == 100_000
    assert last.chunk.is_complete


def test_who_answers_early_gets_no_more() -> None:
    got: list[bytes] = []
    message = b"x" * 30_000_000
    sending = Sending()
    script = takes(got, early=b"552 too big\r\n")
    client = with_client(script, lambda client: data(client, message, sending))
    assert sending.sent < len(message)
    assert "answered before the message ended" in sending.problem
    assert "disconnect" in events_advice(client)
    assert client.session.exchanges[-1].code == 552


def events_advice(client: SmtpClient) -> str:
    from smtpdebugger.session.events import Failed

    return " ".join(each.advice for each in events(client, Failed))


@pytest.mark.parametrize("by", ["data", "bdat"])
def test_who_closes_in_the_middle_ends_it(by: str) -> None:
    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()
        if by == "data":
            await line.say("354 go on")
        await line.reader.read(5000)

    async def work(client: SmtpClient) -> None:
        sending = Sending()
        if by == "data":
            await data(client, b"x" * 50_000_000, sending)
        else:
            await client.send_chunks(b"x" * 50_000_000, 40_000_000, sending=sending)
        assert sending.sent < 50_000_000

    client = with_client(script, work)
    assert len(ends(client)) == 1


def test_cancelling_ends_the_connection_without_the_dot() -> None:
    got: list[bytes] = []

    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()
        await line.say("354 go on")
        got.append(await line.reader.read())

    sending = Sending(lambda each: each.cancel() if each.sent > 600_000 else None)
    client = with_client(script, lambda client: data(client, b"x" * 3_000_000, sending))
    assert "was cancelled" in sending.problem
    assert "must not deliver it" in failures(client)[-1][1]
    assert len(got[0]) < 3_000_000
    assert not got[0].endswith(b".\r\n")
    assert ends(client) == [("client", "in the middle of a message")]


def test_cancelling_between_chunks_leaves_the_connection() -> None:
    got: list[bytes] = []
    sending = Sending(lambda each: each.cancel())

    async def work(client: SmtpClient) -> None:
        await client.send_chunks(b"x" * 100, 10, sending=sending)
        await client.send_line("RSET")

    client = with_client(takes(got), work)
    assert (sending.chunks, len(got)) == (1, 1)
    assert replies(client)[-1] == ("RSET", 250)


def test_after_a_refused_chunk_none_follows() -> None:
    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        while text := await line.hear():
            await line.reader.readexactly(int(text.split(" ")[1]))
            await line.say("250 ok" if text == "BDAT 10" and not asked else "530 log in first")
            asked.append(text)

    asked: list[str] = []
    sending = Sending()
    client = with_client(script, lambda client: client.send_chunks(b"x" * 100, 10, sending=sending))
    assert asked == ["BDAT 10"] * 2
    assert "refused a chunk with 530" in sending.problem
    assert "must not deliver" in failures(client)[-1][1]


def test_a_wrong_count_can_be_sent() -> None:
    got: list[bytes] = []

    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        got.append(await line.reader.readexactly(len(b"BDAT 3 LAST\r\nabcdef")))
        await line.say("250 ok", "500 def?")
        await line.forever()

    client = with_client(script, lambda client: client.send_chunk("BDAT 3 LAST", b"abcdef"))
    assert got == [b"BDAT 3 LAST\r\nabcdef"]
    assert 500 in dict(replies(client)).values()


def test_a_file_that_shrinks_is_not_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"x" * 1000)

    async def work(client: SmtpClient) -> None:
        for attempt in ("data", "bdat"):
            source = File(path)
            os.truncate(path, 500)
            sending = Sending()
            if attempt == "data":
                await data(client, source, sending)
                assert not client.is_connected
                assert await client.connect()
            else:
                await client.send_chunks(source, 1000, sending=sending)
            assert "shorter" in sending.problem
            path.write_bytes(b"x" * 1000)

    got: list[bytes] = []

    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        if await line.hear() == "DATA":
            await line.say("354 go on")
        got.append(await line.reader.read())

    client = with_client(script, work)
    assert not any(each.endswith(b".\r\n") for each in got)
    assert len(failures(client)) == 2


def test_a_file_that_grows_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"x\r\n")
    source = File(path)
    with path.open("ab") as file:
        file.write(b"more")
    got: list[bytes] = []
    client = with_client(takes(got), lambda client: data(client, source))
    assert got == [b"x\r\n.\r\n"]
    assert "has grown by 4 octets" in remarks(client)[-1]


def test_without_354_nothing_is_sent() -> None:
    client = with_client(takes([]), lambda client: client.send_message(b"x"))
    assert "did not answer DATA with 354" in failures(client)[-1][1]


def test_octets_can_be_sent_split() -> None:
    heard: list[bytes] = []

    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        while piece := await line.reader.read(100):
            heard.append(piece)
            if b"\n" in piece:
                await line.say("250 ok")

    async def work(client: SmtpClient) -> None:
        exchange = await client.send_split([b"NO", b"OP", b"\r", b"\n"], 0.02)
        assert exchange is not None
        assert exchange.code == 250

    with_client(script, work)
    assert b"".join(heard) == b"NOOP\r\n"
    assert len(heard) > 1


def test_ends_of_all_kinds_can_be_tried() -> None:
    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()
        await line.say("354 go on")
        await line.reader.readuntil(b"\n.\n")
        await line.say("250 taken")
        await line.forever()

    async def work(client: SmtpClient) -> None:
        await client.send_line("DATA")
        await client.send_octets(b"x\r\n.\r")
        assert not await client.news_within(0.05)
        await client.send_octets(b"\n.\n")
        assert await client.news_within(5)

    with_client(script, work)


def test_ending_the_task_ends_the_connection() -> None:
    async def work(client: SmtpClient) -> None:
        await client.send_line("DATA")
        task = asyncio.get_running_loop().create_task(client.send_message(b"x" * 100_000_000))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.wait({task})
        assert not client.is_connected

    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()
        await line.say("354 go on")
        await asyncio.sleep(5)

    client = with_client(script, work)
    assert ends(client) == [("client", "cancelled")]


@pytest.mark.parametrize("by", ["data", "bdat"])
def test_ten_gigabytes_are_begun_at_once_and_stopped_at_once(tmp_path: Path, by: str) -> None:
    path = tmp_path / "huge.eml"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)

    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        if (await line.hear()) == "DATA":
            await line.say("354 go on")
        while await line.reader.read(1 << 20):
            pass

    sending = Sending(lambda each: each.cancel() if each.sent > 2_000_000 else None)

    async def work(client: SmtpClient) -> None:
        if by == "data":
            await data(client, File(path), sending)
        else:
            await client.send_chunks(File(path), 20_000_000_000, sending=sending)

    client = with_client(script, work)
    assert sending.total == 10_000_000_000
    assert 2_000_000 < sending.sent < 4_000_000
    assert "was cancelled" in sending.problem
    kept = sum(len(each.octets) + len(each.tail) for each in events(client, Sent))
    assert kept < 2_000_000
    assert len(ends(client)) == 1


def test_nul_and_lone_cr_arrive_as_they_are(tmp_path: Path) -> None:
    message = b"A: b\r\n\r\n\0\r.\r\0\n.x\r"
    path = tmp_path / "odd.eml"
    path.write_bytes(message)
    got: list[bytes] = []
    with_client(takes(got), lambda client: data(client, File(path)))
    assert got == [b"A: b\r\n\r\n\0\r.\r\0\n..x\r\r\n.\r\n"]
    got.clear()
    with_client(takes(got), lambda client: client.send_chunks(File(path), 3))
    assert b"".join(got) == message


def test_a_server_that_says_nothing_after_the_dot_gets_nothing_twice() -> None:
    got: list[bytes] = []

    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()
        await line.say("354 go on")
        got.append(await line.reader.read())

    client = with_client(script, lambda client: data(client, b"once\r\n"), timeouts=QUICK)
    assert got == [b"once\r\n.\r\n"]
    assert client.session.exchanges[-1].reply is None


def test_who_answers_before_the_last_chunk_is_heard_in_order() -> None:
    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()
        await line.say("250 early")
        await line.reader.readexactly(10)
        await line.hear()
        await line.reader.readexactly(10)
        await line.say("250 last")
        await line.forever()

    client = with_client(script, lambda client: client.send_chunks(b"x" * 20, 10, ahead=True))
    texts = [
        each.reply.text for each in client.session.exchanges if each.verb == "BDAT" and each.reply
    ]
    assert texts == ["early", "last"]
