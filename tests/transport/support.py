"""What all tests of the wire share: a loop that reports everything, short time-outs, queries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from smtpdebugger.session.events import Closed, Failed, Remark, WireEvent
from smtpdebugger.session.session import Session
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Timeouts, Trust

Result = TypeVar("Result")
Event = TypeVar("Event", bound=WireEvent)

QUICK = Timeouts(
    resolve=2,
    connect=2,
    tls=2,
    greeting=0.4,
    command=0.4,
    data=0.4,
    data_block=0.4,
    data_end=0.4,
    hint=0.1,
    close=0.4,
)
PATIENT = Timeouts(greeting=10, command=20, tls=10, close=2)


def run(work: Callable[[], Awaitable[Result]], seconds: float = 30) -> Result:
    """Run a coroutine function to its end; anything the loop had to report fails the test."""
    reports: list[dict[str, Any]] = []

    async def watched() -> Result:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reports.append(context))
        return await asyncio.wait_for(work(), seconds)

    result = asyncio.run(watched())
    assert reports == []
    return result


def client_for(port: int, **choices: Any) -> SmtpClient:
    """A client of a new session for a port of this computer."""
    session = choices.pop("session", None) or Session()
    choices.setdefault("timeouts", PATIENT)
    choices.setdefault("client_name", "client.test")
    host = choices.pop("host", "127.0.0.1")
    return SmtpClient(session, ConnectionSettings(host, port, **choices))


def events(client: SmtpClient, kind: type[Event]) -> list[Event]:
    """The events of one kind."""
    return [each for each in client.session.events if isinstance(each, kind)]


def failures(client: SmtpClient) -> list[tuple[str, str]]:
    """Stage and sentence of every failure."""
    return [(each.stage, each.what) for each in events(client, Failed)]


def remarks(client: SmtpClient) -> list[str]:
    """All remarks."""
    return [each.text for each in events(client, Remark)]


def ends(client: SmtpClient) -> list[tuple[str, str]]:
    """``by`` and reason of every end that was recorded."""
    return [(each.by, each.reason) for each in events(client, Closed)]


def replies(client: SmtpClient) -> list[tuple[str, int | None]]:
    """Verb and code of every exchange."""
    return [(each.verb, each.code) for each in client.session.exchanges]


def trusting(ca_pem: str) -> Trust:
    """Trust in one authority."""
    return Trust(ca_pem=ca_pem)


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Give the loop time until a condition holds; fails the test if it never does."""
    deadline = time.perf_counter() + seconds
    while not condition():
        assert time.perf_counter() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)
