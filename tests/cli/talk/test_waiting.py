"""What is awaited: rewritten in place on a terminal, objects on request, nothing through a pipe."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pty
import subprocess
import sys

import pytest

from smtpdebugger.cli.talk import waiting
from smtpdebugger.cli.talk.waiting import StatusLine, WaitingLine, WaitingObjects, can_rewrite
from smtpdebugger.session.events import Connected, Received
from smtpdebugger.session.session import Session
from smtpdebugger.transport.patience import Waiting
from smtpdebugger.transport.sending import Sending
from tests.cli.talk.support import Talk, peer
from tests.peers.peer import Line
from tests.transport.support import run, until

EHLO = "for the reply to EHLO"


class Client:
    """What is looked at."""

    def __init__(self) -> None:
        self.session = Session()
        self.waiting: Waiting | None = None


@pytest.fixture
def err(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the line writes."""
    stream = io.StringIO()
    monkeypatch.setattr(StatusLine, "_write", lambda self, text: stream.write(text))
    return stream


def sending(sent: int, total: int) -> Sending:
    made = Sending()
    made.sent, made.total = sent, total
    return made


async def slow(line: Line) -> None:
    """Takes its time for the greeting, and keeps the second half of it longer."""
    await line.send(b"220 slow.test ES")
    await asyncio.sleep(1.8)
    await line.say("MTP")
    while await line.hear():
        await line.say("250 ok")


def test_the_line_comes_after_a_second_is_rewritten_and_goes(err: io.StringIO) -> None:
    client, typing = Client(), [False]
    shown = WaitingLine(client, lambda: None, StatusLine(), lambda: typing[0])
    shown.tell(Waiting(EHLO, 0.9, 300), None)
    assert err.getvalue() == ""
    shown.tell(Waiting(EHLO, 12, 300), None)
    shown.tell(Waiting(EHLO, 12.2, 300), None)
    assert err.getvalue() == "\r\x1b[Kwaiting 12 s of 300 s for the reply to EHLO"
    client.session.record(Connected(0, "h", "127.0.0.1:25"))
    client.session.record(Received(1, b"220 sl"))
    shown.tell(Waiting(EHLO, 13, 300), None)
    assert err.getvalue().endswith("13 s of 300 s for the reply to EHLO; so far: 220 sl")
    client.session.record(Received(2, b"ow\r\n"))
    assert err.getvalue().endswith("\r\x1b[K")
    typing[0] = True
    length = len(err.getvalue())
    shown.tell(Waiting(EHLO, 14, 300), None)
    assert len(err.getvalue()) == length


def test_how_far_a_message_is(err: io.StringIO) -> None:
    shown = WaitingLine(Client(), lambda: None, StatusLine(), lambda: False)
    shown.tell(None, sending(2_500_000_000, 10_000_000_000))
    assert err.getvalue().endswith("\r\x1b[K25% of 10 GB sent")
    shown.tell(None, sending(1, 2))
    assert err.getvalue().endswith("\r\x1b[K50% of 2 octets sent")
    shown.stop()
    assert err.getvalue().endswith("\r\x1b[K")


def test_a_line_is_never_wider_than_the_terminal(
    err: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((20, 5)))
    StatusLine().show("x" * 50)
    assert err.getvalue() == "\r\x1b[K" + "x" * 19


def test_objects_come_once_a_second() -> None:
    told: list[str] = []
    client = Client()
    shown = WaitingObjects(client, lambda: None, told.append)
    for seconds in (1.0, 1.5, 2.0):
        shown.tell(Waiting(EHLO, seconds, 300.0), sending(1, 9))
    objects = [json.loads(each) for each in told]
    assert objects == [
        {"type": "waiting", "what": EHLO, "elapsed": 1.0, "limit": 300.0},
        {"type": "sending", "octets": 1, "total": 9},
        {"type": "waiting", "what": EHLO, "elapsed": 2.0, "limit": 300.0},
        {"type": "sending", "octets": 1, "total": 9},
    ]


def test_it_looks_by_itself_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "TICK", 0.01)
    told: list[str] = []
    client = Client()
    client.waiting = Waiting(EHLO, 5, 300)

    async def work() -> int:
        shown = WaitingObjects(client, lambda: sending(3, 3), told.append)
        shown.start()
        await until(lambda: len(told) >= 2)
        shown.stop()
        count = len(told)
        await asyncio.sleep(0.05)
        return count

    assert run(work) == len(told)
    assert not any("sending" in each for each in told), "a message that is sent is no news"


def test_a_plain_terminal_and_a_pipe_get_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    assert not can_rewrite()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert can_rewrite()
    monkeypatch.setenv("TERM", "dumb")
    assert not can_rewrite()


def test_through_a_pipe_and_in_json_nothing_is_told_unasked(talk: Talk) -> None:
    with peer(slow) as server:
        told = talk(server.port, "NOOP\n", "--no-ehlo", "--format", "json")
        asked = talk(server.port, "NOOP\n", "--no-ehlo", "--format", "json", "--waiting")

    assert (told.code, told.err, asked.err) == (0, "", "")
    assert not [each for each in told.objects if each["type"] == "waiting"]
    waits = [each for each in asked.objects if each["type"] == "waiting"]
    assert [each["what"] for each in waits] == ["for the greeting"]
    assert waits[0]["limit"] == 300.0


def test_on_a_terminal_the_line_is_gone_when_the_reply_comes() -> None:
    end, child = pty.openpty()
    with peer(slow) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "smtpdebugger", "talk", f"127.0.0.1:{server.port}", "--no-ehlo"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=child,
            env=dict(os.environ, TERM="xterm"),
        )
        os.close(child)
        out, _ = process.communicate(timeout=30)
    seen = b""
    while not seen.endswith(b"\x1b[K"):
        seen += os.read(end, 4096)
    os.close(end)
    assert b"of 300 s for the greeting; so far: 220 slow.test ES" in seen
    assert b"S: 220 slow.test ESMTP" in out
    assert b"waiting" not in out
