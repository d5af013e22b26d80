"""A server that takes everything as fast as it comes.

``python -m tests.benchmarks.sink [SECONDS]`` prints its port. Its replies are held back for so
many seconds, as a long way would.
"""

import asyncio
import sys

END = b"\r\n.\r\n"


class Sink(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._buffer = bytearray(1024 * 1024)
        self._line = b""
        self._tail: bytes | None = None
        self._chunk = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        transport.write(b"220 sink.test ESMTP\r\n")  # type: ignore[attr-defined]

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, count: int) -> None:
        view = memoryview(self._buffer)[:count]
        if self._tail is not None:
            self._tail = (self._tail + bytes(view[-5:]))[-5:]
            if self._tail != END:
                return
            self._tail = None
            self._say(b"250 taken\r\n")
        elif self._chunk:
            self._eat(bytes(view))
        else:
            self._commands(bytes(view))

    def _eat(self, octets: bytes) -> None:
        part = min(self._chunk, len(octets))
        self._chunk -= part
        if not self._chunk:
            self._say(b"250 taken\r\n")
        self._commands(octets[part:])

    def _commands(self, octets: bytes) -> None:
        self._line += octets
        replies = b""
        while b"\n" in self._line:
            line, _, self._line = self._line.partition(b"\n")
            verb = line[:4].upper()
            if verb == b"EHLO":
                replies += b"250-sink.test\r\n250-PIPELINING\r\n250-SIZE\r\n250 CHUNKING\r\n"
            elif verb == b"DATA":
                self._tail = END[:2]
                replies += b"354 go on\r\n"
            elif verb == b"BDAT":
                self._chunk = int(line.split()[1])
                rest, self._line = self._line, b""
                if replies:
                    self._say(replies)
                self._eat(rest)
                return
            else:
                replies += b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"
        if replies:
            self._say(replies)

    def _say(self, replies: bytes) -> None:
        write = self._transport.write  # type: ignore[attr-defined]
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, write, replies)
        else:
            write(replies)


async def serve(latency: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
