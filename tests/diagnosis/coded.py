"""Servers, sessions and programs for the tests of the developer's code.

A practice server runs in a thread of its own, so that programs of a developer can talk to it just
as they would: with the libraries they are written for, over a socket.
"""

import asyncio
import contextlib
import gc
import io
import re
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.code import code_for
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Alternative, Code, Diagnosis
from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.session.events import Connected, Received, Sent, TlsEstablished
from smtpdebugger.session.session import Session
from tests.diagnosis.cases import knowledge

TIME_OUT = 20


@dataclass(frozen=True)
class Running:
    """A practice server that runs."""

    port: int
    ca_pem: str
    host: str
    user: str
    password: str


@contextlib.contextmanager
def running(personality: str, *, tls: bool = False) -> Iterator[Running]:
    """A practice server in a thread, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name=f"practice {personality}")
    thread.start()
    server = PracticeServer(personality, tls=tls)
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(TIME_OUT)
        played = server.personality
        login = played.login
        yield Running(server.port, server.ca_pem, played.host, login.user, login.password)
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(TIME_OUT)
    finally:
        asyncio.run_coroutine_threadsafe(_settled(), loop).result(2 * TIME_OUT)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(TIME_OUT)
        loop.close()


async def _settled() -> None:
    """Wait until the server's connections are over, and their transports closed."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=TIME_OUT)
    await asyncio.sleep(0.05)


def talked(port: int, lines: tuple[str, ...], ca_pem: str = "") -> Session:
    """The session of a client that sends these lines one by one, TLS after STARTTLS included."""
    session = Session()
    began = time.perf_counter_ns()

    def now() -> int:
        return (time.perf_counter_ns() - began) // 1000

    wire: socket.socket = socket.create_connection(("127.0.0.1", port), TIME_OUT)
    try:
        session.record(Connected(now(), "127.0.0.1", f"127.0.0.1:{port}"))
        session.record(Received(now(), _reply(wire)))
        for line in lines:
            octets = line.encode() + b"\r\n"
            session.record(Sent(now(), octets))
            wire.sendall(octets)
            reply = _reply(wire)
            session.record(Received(now(), reply))
            if line == "STARTTLS" and reply.startswith(b"220"):
                context = ssl.create_default_context(cadata=ca_pem)
                wire = context.wrap_socket(wire, server_hostname="127.0.0.1")
                session.record(TlsEstablished(now()))
    finally:
        wire.close()
    return session


def _reply(wire: socket.socket) -> bytes:
    octets = b""
    while not re.search(rb"(?:\A|\n)[0-9]{3}(?: [^\n]*)?\r\n\Z", octets):
        piece = wire.recv(4096)
        if not piece:
            break
        octets += piece
    return octets


def codes_for(session: Session) -> tuple[Diagnosis, list[tuple[Alternative, Code]]]:
    """The diagnosis of the last reply, and its alternatives that can be programmed."""
    exchange = session.exchange(len(session.exchanges))
    case = Case(session, exchange, knowledge())
    diagnosis = diagnose(session, exchange, knowledge())
    family = diagnosis.causes[0].family
    found = [(each, code_for(case, each, family)) for each in diagnosis.alternatives]
    return diagnosis, [(each, code) for each, code in found if code is not None]


def run(text: str, constants: dict[str, object]) -> str:
    """What a program prints; ``constants`` replace those at its head, pauses are left out."""
    for name, value in constants.items():
        text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value!r}", text)
    text = text.replace("(0, 60, 300, 900)", "(0, 0)")
    told = io.StringIO()
    with contextlib.redirect_stdout(told), warnings.catch_warnings():
        # asyncio.run() does not wait until the peer has agreed to the end of TLS; what is left of
        # that connection is collected here, not in the middle of another test.
        warnings.simplefilter("ignore", ResourceWarning)
        exec(compile(text, "developer.py", "exec"), {"__name__": "__main__"})
        gc.collect()
    return told.getvalue()
