"""Proxies on loopback: two honest ones, which take anybody who says what they expect."""

from __future__ import annotations

import asyncio
import contextlib

from tests.peers.peer import Line, Script


def socks5(*, login: tuple[str, str] | None = None, asked: list[str] | None = None) -> Script:
    """A SOCKS5 proxy; ``asked`` gathers what it was asked to connect to."""

    async def script(line: Line) -> None:
        _, count = await line.reader.readexactly(2)
        methods = await line.reader.readexactly(count)
        wanted = 2 if login else 0
        if wanted not in methods:
            await line.send(b"\x05\xff")
            return
        await line.send(bytes([5, wanted]))
        if login and not await _let_in(line, login):
            return
        _, _, _, kind = await line.reader.readexactly(4)
        length = (await line.reader.readexactly(1))[0] if kind == 3 else {1: 4, 4: 16}[kind]
        octets = await line.reader.readexactly(length)
        port = int.from_bytes(await line.reader.readexactly(2), "big")
        host = octets.decode() if kind == 3 else ".".join(map(str, octets))
        if asked is not None:
            asked.append(f"{host}:{port}")
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await line.send(b"\x05\x05\x00\x01" + bytes(6))
            return
        await line.send(b"\x05\x00\x00\x01" + bytes(6))
        await relay(line, reader, writer)

    return script


async def _let_in(line: Line, login: tuple[str, str]) -> bool:
    found = []
    await line.reader.readexactly(1)
    for _ in range(2):
        [length] = await line.reader.readexactly(1)
        found.append((await line.reader.readexactly(length)).decode())
    is_right = tuple(found) == login
    await line.send(b"\x01\x00" if is_right else b"\x01\x01")
    return is_right


def http_connect(*, login: str = "", eager: bool = False, asked: list[str] | None = None) -> Script:
    """An HTTP proxy. ``login`` is what Proxy-Authorization must say; with ``eager`` the server's
    greeting stands in the same segment as the proxy's answer."""

    async def script(line: Line) -> None:
        request = (await line.reader.readuntil(b"\r\n\r\n")).decode()
        target = request.split(" ")[1]
        if asked is not None:
            asked.append(target)
        if login and f"Proxy-Authorization: Basic {login}\r\n" not in request:
            await line.send(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        reader, writer = await asyncio.open_connection("127.0.0.1", int(target.rpartition(":")[2]))
        said = await reader.readline() if eager else b""
        await line.send(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n" + said)
        await relay(line, reader, writer)

    return script


async def relay(line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry octets both ways until one side ends."""

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while octets := await source.read(4096):
                sink.write(octets)
                await sink.drain()
        sink.close()

    try:
        await asyncio.gather(carry(line.reader, writer), carry(reader, line.writer))
    finally:
        writer.close()
