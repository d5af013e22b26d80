"""A name server on loopback that knows what the test tells it, and can fail as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self, cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], list[str]]
"""Name and type to the records in text form; ``("x.test", "FAIL")`` makes the server fail for
that name and ``("x.test", "SILENT")`` keep quiet about it."""


class NameServer:
    """``async with NameServer({...}) as server``; it is asked at ``server.address``."""

    def __init__(self, zone: Zone, *, is_secure: bool = False) -> None:
        self.asked: list[tuple[str, str]] = []
        self._zone = zone
        self._is_secure = is_secure
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def address(self) -> str:
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")
        return f"{host}:{port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Answering(self), local_addr=("127.0.0.1", 0)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._transport is not None
        self._transport.close()
        await asyncio.sleep(0)

    def answer(self, octets: bytes) -> bytes | None:
        """The reply to a query."""
        query = dns.message.from_wire(octets)
        [question] = query.question
        name = question.name.to_text(omit_final_dot=True)
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        reply = dns.message.make_response(query, recursion_available=True)
        if self._is_secure:
            reply.flags |= dns.flags.AD
        if (name, "SILENT") in self._zone:
            return None
        if (name, "FAIL") in self._zone:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in self._zone:
            records = self._zone[name, kind]
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        elif name not in {known for known, _ in self._zone}:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


class _Answering(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, octets: bytes, address: tuple[str, int]) -> None:
        reply = self._server.answer(octets)
        if reply is not None:
            self._transport.sendto(reply, address)
