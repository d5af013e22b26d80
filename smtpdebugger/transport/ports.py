"""Find the port: the usual ports of mail servers with each of their TLS modes, side by side.

Two connections to each port, all at once: one in clear, which tries STARTTLS where that is
offered, and one in TLS from the first octet. Nothing but EHLO, STARTTLS and QUIT is sent.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from smtpdebugger.session.events import Failed, TlsEstablished
from smtpdebugger.session.session import Session
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.settings import USUAL_PORTS, ConnectionSettings, Security, Timeouts

__all__ = ["USUAL_PORTS", "Door", "find_ports"]

_SECONDS = 15.0
"""Who waits longer for an answer on an unknown port waits in vain."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: a port and a TLS mode, and what was found there."""

    port: int
    security: Security
    works: bool
    """Whether EHLO was accepted this way, TLS included where that is the mode."""
    what: str
    """In a few words: the TLS version, or why it does not work."""
    mechanisms: tuple[str, ...] = ()
    """How one may log in this way."""
    greeting: str = ""
    session: Session | None = None
    """All that was said."""

    @property
    def can_log_in(self) -> bool:
        """Whether logging in is offered under TLS."""
        return self.works and self.security != "none" and bool(self.mechanisms)


Look = Callable[[ConnectionSettings], Awaitable[list[Door]]]


async def find_ports(
    settings: ConnectionSettings,
    ports: tuple[int, ...] = USUAL_PORTS,
    found: Callable[[Door], None] = lambda _: None,
) -> list[Door]:
    """Try all doors of the host of ``settings``; ``found`` is called with each as it is known.

    The list is in the order of the ports, and None before STARTTLS before TLS.
    """
    bounded = replace(settings, ehlo=True, timeouts=_bounded(settings.timeouts))

    async def look(port: int, behind: Look) -> list[Door]:
        doors = await behind(replace(bounded, port=port))
        for door in doors:
            found(door)
        return doors

    looks = (look(port, behind) for port in ports for behind in (_look_in_clear, _look_in_tls))
    return [door for doors in await asyncio.gather(*looks) for door in doors]


def _bounded(timeouts: Timeouts) -> Timeouts:
    return replace(
        timeouts,
        resolve=min(timeouts.resolve, _SECONDS),
        connect=min(timeouts.connect, _SECONDS),
        tls=min(timeouts.tls, _SECONDS),
        greeting=min(timeouts.greeting, _SECONDS),
        command=min(timeouts.command, _SECONDS),
    )


async def _look_in_clear(settings: ConnectionSettings) -> list[Door]:
    client = SmtpClient(Session(), replace(settings, security="none"))
    try:
        await client.connect()
        plain = _door(client, "none", "EHLO was accepted")
        if not plain.works:
            return [plain, replace(plain, security="starttls")]
        offered = client.session.situation.capabilities
        if offered is None or "STARTTLS" not in offered:
            return [plain, Door(settings.port, "starttls", works=False, what="not offered")]
        if await client.start_tls():
            await client.ehlo()
        return [plain, _door(client, "starttls", _tls_words(client))]
    finally:
        await _leave(client)


async def _look_in_tls(settings: ConnectionSettings) -> list[Door]:
    client = SmtpClient(Session(), replace(settings, security="tls"))
    try:
        await client.connect()
        return [_door(client, "tls", _tls_words(client))]
    finally:
        await _leave(client)


def _door(client: SmtpClient, security: Security, success: str) -> Door:
    situation, port = client.session.situation, client.settings.port
    greeting = "" if situation.greeting is None else situation.greeting.text
    offered = situation.capabilities
    if client.is_connected and offered is not None and situation.tls is (security != "none"):
        auth = offered.get("AUTH")
        mechanisms = () if auth is None else auth.parameters
        return Door(port, security, True, success, mechanisms, greeting, client.session)
    return Door(port, security, False, _why_not(client), (), greeting, client.session)


def _why_not(client: SmtpClient) -> str:
    events = client.session.events
    failures = [each.what for each in events if isinstance(each, Failed)]
    if failures:
        return failures[-1]
    refused = [each for each in client.session.exchanges if each.is_negative]
    if refused:
        return f"the server answered {refused[-1].verb} with {refused[-1].code}"
    return "the connection ended"


def _tls_words(client: SmtpClient) -> str:
    events = client.session.events
    facts = next((each for each in reversed(events) if isinstance(each, TlsEstablished)), None)
    if facts is None:
        return ""
    doubt = f", not verified: {facts.reason}" if facts.reason else ", certificate verified"
    return f"{facts.version}{doubt}"


async def _leave(client: SmtpClient) -> None:
    if client.is_connected and client.session.situation.greeting is not None:
        await client.quit()
    else:
        await client.disconnect()
