"""What the tests of ``talk`` share: servers in a thread of their own, and the command itself."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from smtpdebugger.__main__ import main
from smtpdebugger.practice.server import PracticeServer
from tests.ctrl_c import heed_ctrl_c
from tests.peers.peer import Peer, Script

Serving = TypeVar("Serving")

MAIL = "MAIL FROM:<a@client.test>\nRCPT TO:<alice@modern.test>\n"


@contextmanager
def in_thread(server: Callable[[], AbstractAsyncContextManager[Serving]]) -> Iterator[Serving]:
    """Run an asynchronous server while the test runs ``talk`` in this thread."""
    ready, over = threading.Event(), threading.Event()
    found: list[Serving] = []

    async def serve() -> None:
        async with server() as serving:
            found.append(serving)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(20)
    try:
        yield found[0]
    finally:
        over.set()
        thread.join()


class _Practice:
    def __init__(self, personality: str, *, tls: bool) -> None:
        self._server = PracticeServer(personality, tls=tls)

    async def __aenter__(self) -> PracticeServer:
        await self._server.start()
        return self._server

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()


@contextmanager
def practice(personality: str = "modern", *, tls: bool = False) -> Iterator[PracticeServer]:
    """The practice server."""
    with in_thread(lambda: _Practice(personality, tls=tls)) as server:
        yield server


@contextmanager
def peer(script: Script) -> Iterator[Peer]:
    """A server that does what a test says."""
    with in_thread(lambda: Peer(script)) as server:
        yield server


@dataclass
class Told:
    """What a run of ``talk`` left."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Standard output, line by line."""
        return self.out.splitlines()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.lines]

    def commands(self) -> list[str]:
        """What the client sent, in text."""
        return [line.partition(": ")[2] for line in self.lines if line.startswith("C")]


class Talk:
    """Runs ``talk`` in this process; the script is standard input."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self.folder = folder

    def __call__(self, port: int, script: str | bytes, *options: str) -> Told:
        octets = script if isinstance(script, bytes) else script.encode()
        file = self.folder / "script.txt"
        file.write_bytes(octets)
        code = main(["talk", f"127.0.0.1:{port}", "--script", str(file), *options])
        told = self._capsys.readouterr()
        return Told(code, told.out, told.err)


def started(*arguments: str, **choices: Any) -> subprocess.Popen[str]:
    """``talk`` as a process of its own."""
    choices.setdefault("stdin", subprocess.PIPE)
    return subprocess.Popen(
        [sys.executable, "-m", "smtpdebugger", "talk", *arguments],
        stdout=choices.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
        **choices,
    )
