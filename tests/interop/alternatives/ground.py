"""Fresh connections: into a state of the matrix, or to another door of the same server."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Timeouts, Trust
from smtpdebugger.transport.settings import Security
from tests.interop.alternatives.refusals import Refusal
from tests.interop.matrix import plan
from tests.interop.matrix.play import Table
from tests.interop.recipe import Endpoint

PATIENCE = Timeouts(
    resolve=5, connect=10, tls=5, greeting=20, command=40, data=40, data_end=40, hint=60, close=1
)
"""Courier waits 8, 16 and 32 seconds after errors."""

SUBMISSION, SUBMISSIONS = 587, 465

CLOSING_SECONDS = 0.05
"""How long a server may take to close after a refusal."""


class Ground:
    """One endpoint of a running server."""

    def __init__(self, endpoints: Mapping[str, Endpoint], name: str, authority: Path) -> None:
        self.at = endpoints[name]
        self._endpoints = endpoints
        self._authority = authority
        self._needs: dict[str, tuple[bool, bool]] = {}

    async def reached(self, state: str) -> SmtpClient:
        """A new connection in a state. What a state needs besides (TLS, a login) is found out
        once, with a connection of its own. Raises the matrix's UnreachableError."""
        table = self._table(state)
        known = self._needs.get(state)
        if known is not None:
            table.with_tls, table.with_login = known
        before = table.with_tls, table.with_login
        try:
            await table.reach()
        except BaseException:
            await table.client.disconnect()
            raise
        found = table.with_tls, table.with_login
        self._needs[state] = found
        if found == before:
            return table.client
        await table.client.disconnect()
        return await self.reached(state)

    @asynccontextmanager
    async def refused(
        self, refusal: Refusal, earlier_errors: int = 0
    ) -> AsyncIterator[tuple[SmtpClient, Exchange | None]]:
        """A new connection in which the probe has just been refused, after so many unknown words.

        None where it is not refused today. Raises UnreachableError.
        """
        client = await self.reached(refusal.state)
        try:
            for number in range(earlier_errors):
                await client.send_line(f"XLAB{number}")
            before = len(client.session.exchanges)
            if len(refusal.probe) == 1:
                await client.send_line(refusal.probe[0])
            else:
                await client.send_ahead(list(refusal.probe))
            await asyncio.sleep(CLOSING_SECONDS)
            put = client.session.exchanges[before:]
            yield client, next((each for each in put if each.is_negative), None)
        finally:
            await client.disconnect()

    def _table(self, state: str) -> Table:
        table = Table(self.at, state, self._authority, set(), set())
        settings = replace(table.client.settings, timeouts=PATIENCE, protocol=self.at.protocol)
        table.client = SmtpClient(table.session, settings)
        return table

    def door(self, port: int | None) -> Endpoint | None:
        """The endpoint of this server that has the part of a port; None where it has none."""
        if port in {None, self.at.port}:
            return self.at
        for each in self._endpoints.values():
            if not each.tls_works or each.protocol != self.at.protocol:
                continue
            is_meant = {
                SUBMISSION: each.name.endswith("-submission"),
                SUBMISSIONS: each.tls == "implicit",
            }
            if is_meant.get(port or 0):
                return each
        return None

    async def elsewhere(
        self, door: Endpoint, security: Security | None, *, ehlo: bool
    ) -> SmtpClient:
        """A new connection to a door of the server, with or without EHLO to begin with."""
        began = "2026-01-01T00:00:00.000000Z"
        identity = str(uuid.uuid5(uuid.NAMESPACE_DNS, door.name))
        settings = ConnectionSettings(
            door.host,
            door.port,
            security=security or "none",
            ehlo=ehlo or security == "starttls",
            client_name=plan.CLIENT,
            timeouts=PATIENCE,
            trust=Trust(ca_file=str(self._authority)),
            protocol=door.protocol,
        )
        header = Header(identity, began, door.name, "live", "smtpdebugger")
        client = SmtpClient(Session(header), settings)
        await client.connect()
        return client
