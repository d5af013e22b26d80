"""Whole transactions: each way to send, and each place where a server can refuse."""

from __future__ import annotations

import pytest

from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.mailing import Mail, send_mail
from smtpdebugger.transport.sending import Sending
from smtpdebugger.transport.source import Octets
from tests.peers.peer import Line, Peer, Script
from tests.transport.support import client_for, failures, remarks, replies, run

MESSAGE = b"From: a@x.test\r\n\r\n.hello\r\n"
TO = ("b@x.test", "c@x.test")


def server(arrived: list[bytes], heard: list[str], **replies: str) -> Script:
    """Takes everything; ``replies`` tells what it says to a verb, or to one recipient."""

    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        while text := await line.hear():
            heard.append(text)
            verb = text.split(" ")[0].upper()
            reply = replies.get(verb, "354 go" if verb == "DATA" else "250 ok")
            if verb == "RCPT" and "b@x.test" in text:
                reply = replies.get("FIRST", reply)
            if verb == "BDAT":
                arrived.append(await line.reader.readexactly(int(text.split(" ")[1])))
            await line.say(reply)
            if verb == "DATA" and reply.startswith("354"):
                arrived.append(b"")
                while not (b"\r\n" + arrived[-1]).endswith(b"\r\n.\r\n"):
                    arrived[-1] += await line.reader.readline()
                await line.say(replies.get("DOT", "250 taken"))

    return script


def sent(script: Script, sending: Sending, **how: object) -> tuple[SmtpClient, Exchange | None]:
    async def work() -> tuple[SmtpClient, Exchange | None]:
        async with Peer(script) as peer:
            client = client_for(peer.port)
            assert await client.connect()
            envelope = how.pop("envelope", Envelope("a@x.test", TO))
            mail = Mail(envelope, Octets(MESSAGE), **how)  # type: ignore[arg-type]
            last = await send_mail(client, mail, sending)
            await client.disconnect()
            return client, last

    return run(work)


@pytest.mark.parametrize("pipelined", [False, True])
@pytest.mark.parametrize(("by", "size"), [("data", 0), ("bdat", 0), ("bdat", 5)])
def test_a_message_arrives_each_way(by: str, size: int, pipelined: bool) -> None:
    arrived: list[bytes] = []
    heard: list[str] = []
    sending = Sending()
    _, last = sent(server(arrived, heard), sending, by=by, chunk_size=size, pipelined=pipelined)
    whole = b"".join(arrived)
    assert whole == (MESSAGE if by == "bdat" else b"From: a@x.test\r\n\r\n..hello\r\n.\r\n")
    assert last is not None
    assert last.code == 250
    assert sending.problem == ""
    assert sending.sent == len(MESSAGE)
    verbs = [text.split(" ")[0] for text in heard]
    assert verbs[:4] == ["EHLO", "MAIL", "RCPT", "RCPT"]
    assert len(verbs) == (5 if size == 0 else 4 + -(-len(MESSAGE) // 5))


@pytest.mark.parametrize("pipelined", [False, True])
@pytest.mark.parametrize("by", ["data", "bdat"])
def test_one_refused_recipient_does_not_stop_it(by: str, pipelined: bool) -> None:
    arrived: list[bytes] = []
    script = server(arrived, [], FIRST="550 no")
    _, last = sent(script, Sending(), by=by, pipelined=pipelined)
    assert len(arrived) == 1
    assert last is not None
    assert last.code == 250


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ({"MAIL": "530 log in first"}, "refused MAIL with 530"),
        ({"RCPT": "550 no"}, "No recipient was accepted, so nothing"),
        ({"RCPT": "530 5.7.0 log in first"}, "No recipient was accepted, so nothing"),
        ({"DATA": "554 no"}, "refused DATA with 554"),
    ],
)
def test_a_refusal_ends_it_where_it_comes(replies: dict[str, str], told: str) -> None:
    arrived: list[bytes] = []
    heard: list[str] = []
    sending = Sending()
    sent(server(arrived, heard, **replies), sending)
    assert told in sending.problem
    assert arrived == []
    assert heard[-1].startswith(next(iter(replies)))


def test_a_pipelined_data_that_nobody_is_to_get_is_ended_empty() -> None:
    arrived: list[bytes] = []
    sending = Sending()
    script = server(arrived, [], RCPT="550 no", DOT="554 nobody")
    _, last = sent(script, sending, pipelined=True)
    assert arrived == [b".\r\n"]
    assert "RFC 2920" in sending.problem
    assert last is not None
    assert last.code == 554


def test_a_pipelined_group_that_is_refused_sends_no_chunk() -> None:
    arrived: list[bytes] = []
    sending = Sending()
    sent(server(arrived, [], RCPT="550 no"), sending, pipelined=True, by="bdat")
    assert arrived == []
    assert "No recipient" in sending.problem


def test_a_pipelined_mail_that_is_refused_is_what_is_told() -> None:
    sending = Sending()
    refusals = {"MAIL": "530 log in", "RCPT": "503 no", "DATA": "503 no"}
    sent(server([], [], **refusals), sending, pipelined=True)
    assert sending.problem == "The server refused MAIL with 530."


def test_a_cancelled_message_does_not_begin() -> None:
    heard: list[str] = []
    sending = Sending()
    sending.cancel()
    client, last = sent(server([], heard), sending)
    assert last is None
    assert [verb for verb, _ in replies(client)][-1] == "EHLO"
    assert "cancelled" in sending.problem


def test_parameters_go_along() -> None:
    heard: list[str] = []
    envelope = Envelope("a@x.test", TO[:1], size=9, ret="FULL", envid="x y", notify=("NEVER",))
    sent(server([], heard), Sending(), envelope=envelope)
    assert heard[1:3] == [
        "MAIL FROM:<a@x.test> SIZE=9 RET=FULL ENVID=x+20y",
        "RCPT TO:<b@x.test> NOTIFY=NEVER",
    ]


def test_who_closes_half_way_gets_nothing_more() -> None:
    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()

    sending = Sending()
    _, last = sent(script, sending)
    assert last is not None
    assert last.reply is None
    assert sending.problem == "No reply came."


@pytest.mark.parametrize(
    "envelope", [Envelope("ä@x.test", TO), Envelope("a@x.test", ("b@ü.test",))]
)
def test_an_address_that_was_not_offered_for_is_refused_before_anything_is_sent(
    envelope: Envelope,
) -> None:
    heard: list[str] = []
    sending = Sending()
    client, last = sent(server([], heard), sending, envelope=envelope)
    assert last is None
    assert [text.split(" ")[0] for text in heard] == ["EHLO"]
    assert "the server did not offer SMTPUTF8" in sending.problem
    assert failures(client) == [("send", sending.problem)]


@pytest.mark.parametrize(("by", "size"), [("data", 0), ("bdat", 9)])
@pytest.mark.parametrize("pipelined", [False, True])
def test_in_lmtp_it_is_told_for_whom_the_message_was_taken(
    by: str, size: int, pipelined: bool
) -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test LMTP")
        while text := await line.hear():
            verb, *words = text.upper().split()
            if verb == "LHLO":
                await line.say("250-peer.test", "250-PIPELINING", "250 CHUNKING")
            elif verb == "DATA":
                await line.say("354 go")
                await line.hear_mail()
            elif verb == "BDAT":
                await line.reader.readexactly(int(words[0]))
            if verb == "DATA" or words[-1:] == ["LAST"]:
                await line.say("250 for b", "452 4.2.2 c is full", "250 for d")
            elif verb not in {"LHLO", "DATA"}:
                await line.say("550 nobody" if "NOBODY" in text.upper() else "250 ok")

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port, protocol="lmtp")
            assert await client.connect()
            to = ("b@x.test", "nobody@x.test", "c@x.test", "d@x.test")
            mail = Mail(Envelope("a@x.test", to), Octets(MESSAGE), by, size, pipelined)  # type: ignore[arg-type]
            sending = Sending()
            last = await send_mail(client, mail, sending)
            assert last is not None
            assert sending.problem == ""
            assert sending.summary == ("Taken for 2 of 3 recipients; refused for <c@x.test> (452).")
            assert remarks(client)[-1] == sending.summary
            after = await client.send_line("NOOP")
            assert after is not None
            assert after.code == 250
            await client.disconnect()

    run(work)
