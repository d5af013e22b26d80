"""Plays one state of the matrix against a running endpoint, as one session with many connections.

Each probe meets the state it is meant for: what a probe changed is undone, by the commands SMTP
has for it where there are any, and otherwise by a new connection. A server that needs TLS or a
login before it takes mail gets them, step by step, and all of that is in the session too.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.state import State
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Timeouts, Trust
from tests.interop.matrix import plan
from tests.interop.matrix.plan import Probe
from tests.interop.matrix.shelf import Place
from tests.interop.recipe import Endpoint

PATIENCE = Timeouts(
    resolve=5, connect=10, tls=4, greeting=20, command=6, data=6, data_end=6, hint=60, close=3
)
CLOSING_SECONDS = 2.0
"""How long a server that is known to close after a reply may take for it."""

SECOND_REPLY_SECONDS = 0.5

_GOODBYES = {221, 421}
_HELLOS = {"HELO", "EHLO", "LHLO"}
_IN_TRANSACTION = {State.MAIL, State.RCPT, State.BDAT}
_TRANSACTIONS = {plan.MAIL, plan.RCPT}


class UnreachableError(Exception):
    """The server does not let itself be brought to the state; the session tells why."""


class _ClosedUnseenError(Exception):
    """A probe met a connection that the one before it had ended."""

    def __init__(self, culprit: Probe) -> None:
        self.culprit = culprit


async def play_server(
    server: str, endpoints: Iterable[Endpoint], authority: Path
) -> dict[Place, Session]:
    """Everything a server is asked; its endpoints at the same time, their states in turn.

    The first endpoint is asked everything, the others are asked every verb.
    """
    played = await asyncio.gather(
        *(
            _play_endpoint(server, each, authority, whole=number == 0)
            for number, each in enumerate(endpoints)
        )
    )
    return {place: session for sessions in played for place, session in sessions.items()}


async def _play_endpoint(
    server: str, endpoint: Endpoint, authority: Path, *, whole: bool
) -> dict[Place, Session]:
    closers: set[Probe] = set()
    return {
        Place(server, endpoint.name, state): await play(
            endpoint, state, authority, closers, whole=whole
        )
        for state in plan.states(endpoint)
    }


async def play(
    endpoint: Endpoint, state: str, authority: Path, closers: set[Probe], *, whole: bool
) -> Session:
    """The session of one state.

    ``closers`` are probes after which the server ends the connection, a little later than its
    reply. They are learnt on the way: when one is found the state is started over.
    """
    innocent: set[Probe] = set()
    while True:
        table = Table(endpoint, state, authority, closers - innocent, innocent)
        try:
            await table.ask(plan.probes(state, whole=whole))
        except _ClosedUnseenError as late:
            closers.add(late.culprit)
        except UnreachableError:
            return table.session
        else:
            return table.session
        finally:
            await table.client.disconnect()


class Table:
    """One state of one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        state: str,
        authority: Path,
        closers: set[Probe],
        innocent: set[Probe],
    ) -> None:
        title = f"{endpoint.name}: {state}"
        began = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        identity = str(uuid.uuid5(uuid.NAMESPACE_DNS, title))
        self.session = Session(Header(identity, began, title, "live", "smtpdebugger"))
        settings = ConnectionSettings(
            endpoint.host,
            endpoint.port,
            security="tls" if "implicit" in endpoint.tls else "none",
            ehlo=False,
            timeouts=PATIENCE,
            trust=Trust(ca_file=str(authority)),
        )
        self.client = SmtpClient(self.session, settings, self._changed)
        self._ended = asyncio.Event()
        self._endpoint = endpoint
        self._state = state
        self._closers = closers
        self._innocent = innocent
        self._limits = plan.limits(endpoint)
        self._hello = f"{'LHLO' if endpoint.protocol == 'lmtp' else 'EHLO'} {plan.CLIENT}"
        self.with_tls = state in {plan.HANDSHAKEN, plan.TLS}
        self.with_login = state == plan.LOGGED_IN
        self._refusals = self._commands = self._hellos = 0
        self._last: Probe = ()

    async def ask(self, probes: Iterable[Probe]) -> None:
        """Put the probes, each in the state."""
        for probe in probes:
            await self._settle()
            await self._ask(probe)

    async def _ask(self, probe: Probe) -> None:
        session, before = self.session, len(self.session.exchanges)
        if len(probe) == 1:
            await self.client.send_line(probe[0])
        else:
            await self.client.send_ahead(list(probe))
        put = [each for each in session.exchanges[before:] if each.unit is not None]
        if not put or put[0].reply is None:
            self._suspect_the_last()
        self._last = probe
        self._count(put)
        if probe in self._closers or any(each.code in _GOODBYES for each in put):
            await self._until_closed()
            if self.client.is_connected:
                self._innocent.add(probe)
        if plan.spoils(self._endpoint, probe):
            await asyncio.sleep(SECOND_REPLY_SECONDS)
            await self.client.disconnect()
        if any(each.reply is None or _starts_tls(each) for each in put):
            # It owes a reply, or a handshake: whatever came next would be taken for that.
            await self.client.disconnect()

    def _count(self, put: Iterable[Exchange]) -> None:
        for each in put:
            self._commands += 1
            self._refusals += each.is_negative
            self._hellos += each.verb in _HELLOS

    async def _until_closed(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), CLOSING_SECONDS)

    def _changed(self) -> None:
        if self.client.is_connected:
            self._ended.clear()
        else:
            self._ended.set()

    # Into the state, and back into it

    async def _settle(self) -> None:
        tired = (
            self._refusals >= self._limits.refusals
            or self._commands >= self._limits.commands
            or self._hellos >= self._limits.hellos
        )
        if self.client.is_connected and (tired or not await self._restored()):
            await self.client.disconnect()
        if not self.client.is_connected:
            await self.reach()

    async def _restored(self) -> bool:
        """Whether the wanted state is there again, on the same connection."""
        session = self.session
        if session.expects is Mode.SASL:
            # Not every server takes this for the end of the login.
            await self._say("*")
            return False
        if session.expects is not Mode.COMMANDS or not self.client.is_connected:
            return False
        now = session.situation
        if now.tls != self._is_tls() or now.authenticated != self.with_login:
            return False
        if self._is_there():
            return True
        if self._state in {plan.CONNECTED, plan.HELO, plan.HANDSHAKEN}:
            return False
        return await self._reached_again()

    async def _reached_again(self) -> bool:
        if self.session.situation.state is State.GREETED:
            return False  # the server took us for somebody else (XCLIENT)
        halfway = self._state == plan.RCPT and self.session.situation.state is State.MAIL
        if self.session.situation.state in _IN_TRANSACTION and not halfway:
            await self._say("RSET")
        if self.session.situation.state is State.HELO:
            await self._say(self._hello)
        if self._state in _TRANSACTIONS and self.client.is_connected:
            await self._open_transaction()
        return self._is_there() and self.client.is_connected

    def _is_tls(self) -> bool:
        return self.with_tls or "implicit" in self._endpoint.tls

    def _is_there(self) -> bool:
        wanted = plan.STANDS_IN[self._state]
        now = self.session.situation
        if wanted in {State.MAIL, State.RCPT}:
            return now.state is wanted and now.hello is State.EHLO and now.recipients <= 1
        return now.state is wanted

    async def reach(self) -> None:
        self._refusals = self._commands = self._hellos = 0
        self._last = ()
        while not await self._reached():
            # A later step asks for TLS or a login: once more, with it.
            await self.client.disconnect()
        self._hellos = 0

    async def _reached(self) -> bool:
        await asyncio.sleep(self._limits.pause)
        if not await self.client.connect():
            raise UnreachableError
        if self.session.situation.greeting is None:
            raise UnreachableError
        if self._state == plan.CONNECTED:
            return True
        await self._need(f"HELO {plan.CLIENT}" if self._state == plan.HELO else self._hello)
        if self.with_tls:
            await self._need("STARTTLS")
            if not self.session.situation.tls:
                raise UnreachableError
            if self._state == plan.HANDSHAKEN:
                return True
            await self._need(self._hello)
        if self.with_login and not await self._logged_in():
            return False
        if self._state not in _TRANSACTIONS or await self._open_transaction():
            return True
        self._climb()
        return False

    async def _logged_in(self) -> bool:
        await self._say(plan.LOGIN)
        if self.session.situation.authenticated:
            return True
        if self.session.situation.tls or not self.session.situation.offers("STARTTLS"):
            raise UnreachableError
        self.with_tls = True
        return False

    def _climb(self) -> None:
        """Want one thing more than before, of what the server has to offer."""
        now = self.session.situation
        if not now.tls and not self.with_tls and now.offers("STARTTLS"):
            self.with_tls = True
        elif not now.authenticated and not self.with_login and now.offers("AUTH"):
            self.with_login = True
        else:
            raise UnreachableError

    async def _open_transaction(self) -> bool:
        """MAIL, and RCPT where that is wanted; whether the server took them."""
        is_open = self.session.situation.state is State.MAIL
        if not is_open and not await self._accepted(f"MAIL FROM:<{plan.ALICE}>"):
            return False
        return self._state == plan.MAIL or await self._accepted(f"RCPT TO:<{plan.BOB}>")

    async def _need(self, line: str) -> None:
        if not await self._accepted(line):
            raise UnreachableError

    async def _accepted(self, line: str) -> bool:
        exchange = await self._say(line)
        return exchange is not None and exchange.reply is not None and not exchange.is_negative

    async def _say(self, line: str) -> Exchange | None:
        exchange = await self.client.send_line(line) if self.client.is_connected else None
        if exchange is None or exchange.reply is None:
            self._suspect_the_last()
        else:
            self._count([exchange])
        return exchange

    def _suspect_the_last(self) -> None:
        """No reply: did the server end the connection now, or after the probe before?"""
        is_known = self._last in self._closers or self._last in self._innocent
        if not self.client.is_connected and self._last and not is_known:
            raise _ClosedUnseenError(self._last)


def _starts_tls(exchange: Exchange) -> bool:
    return exchange.verb == "STARTTLS" and exchange.code == 220
