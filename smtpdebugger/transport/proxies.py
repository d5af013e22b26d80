"""Through a proxy: SOCKS5 (RFC 1928, RFC 1929) and HTTP CONNECT (RFC 9110 section 9.3.6).

Mail servers speak first, so what stands behind a proxy's answer is the greeting already and must
not be lost; a library that reads until the answer is over, and not an octet further, was not found.
"""

import asyncio
import base64
import socket
from ipaddress import ip_address

from smtpdebugger.transport.problems import Problem
from smtpdebugger.transport.settings import Proxy
from smtpdebugger.transport.sniff import looks_like_tls

_MAX_HEADER = 64 * 1024
"""An HTTP proxy that answers at such length is none."""

_NO_LOGIN, _PASSWORD, _NOTHING = 0x00, 0x02, 0xFF
_CONNECT, _IPV4, _NAME, _IPV6 = 0x01, 0x01, 0x03, 0x04

_SOCKS_REFUSALS = {
    1: "it failed, for a reason it does not tell",
    2: "its rules do not allow this connection",
    3: "it cannot reach that network",
    4: "it cannot reach that host",
    5: "the server refused the connection: nobody listens on that port",
    6: "the server did not answer it in time",
    7: "it does not make connections at all",
    8: "it does not take this kind of address",
}
_CHECK = "Check the proxy's host, port and kind."


class ProxyFailed(Exception):
    """The proxy made no connection."""

    def __init__(self, what: str, advice: str = _CHECK) -> None:
        super().__init__(what)
        self.problem = Problem("proxy", what, advice)


async def pass_through(connection: socket.socket, proxy: Proxy, host: str, port: int) -> bytes:
    """Ask a proxy we are connected to for a connection to ``host``.

    Gives what the server behind it has said already. Raises ProxyFailed or OSError.
    """
    stream = _Stream(connection)
    try:
        if proxy.kind == "socks5":
            await _socks5(stream, proxy, host, port)
        else:
            await _http(stream, proxy, host, port)
    except UnicodeError as error:
        raise ProxyFailed(f"{host!r} cannot be told to a proxy.", "Check the host.") from error
    except ConnectionError as error:
        raise ProxyFailed("The proxy closed the connection without an answer.") from error
    return stream.rest


class _Stream:
    """What comes from a proxy, taken in the portions that its protocol has."""

    def __init__(self, connection: socket.socket) -> None:
        self.rest = b""
        """What came and was not taken."""
        self._has_taken = False
        self._connection = connection
        self._loop = asyncio.get_running_loop()

    async def send(self, octets: bytes) -> None:
        await self._loop.sock_sendall(self._connection, octets)

    async def take(self, count: int) -> bytes:
        while len(self.rest) < count:
            await self._more()
        taken, self.rest = self.rest[:count], self.rest[count:]
        self._has_taken = True
        return taken

    async def take_header(self) -> bytes:
        """Up to and with the blank line that ends an HTTP header."""
        while b"\r\n\r\n" not in self.rest:
            if len(self.rest) > _MAX_HEADER:
                raise ProxyFailed("The proxy's answer does not end; it is no HTTP proxy.")
            await self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        return head

    async def _more(self) -> None:
        came = await self._loop.sock_recv(self._connection, 4096)
        if not came:
            said = f", having said {_shown(self.rest)}" if self.rest else ""
            raise ProxyFailed(f"The proxy closed the connection without an answer{said}.")
        self.rest += came
        if not self._has_taken:
            _watch_for_strangers(self.rest)


def _watch_for_strangers(said: bytes) -> None:
    """A mail server in place of a proxy greets, and then waits for as long as we do."""
    if said.startswith((b"220 ", b"220-", b"554 ", b"421 ")):
        raise ProxyFailed("That is a mail server and no proxy: it greeted us.")
    if len(said) > 1 and looks_like_tls(said):
        raise ProxyFailed("The proxy speaks TLS, which this program does not do with proxies.")


# SOCKS5


async def _socks5(stream: _Stream, proxy: Proxy, host: str, port: int) -> None:
    methods = [_NO_LOGIN, _PASSWORD] if proxy.username else [_NO_LOGIN]
    await stream.send(bytes([5, len(methods), *methods]))
    version, method = await stream.take(2)
    if version != 5:
        raise ProxyFailed(f"The proxy does not speak SOCKS5: it said {_shown(bytes([version]))}.")
    if method == _NOTHING:
        wants = "another kind of login" if proxy.username else "a login"
        raise ProxyFailed(f"The proxy wants {wants}.", "Give the user and password it knows.")
    if method not in methods:
        raise ProxyFailed(f"The proxy chose login method {method}, which was not offered.")
    if method == _PASSWORD:
        await _log_in(stream, proxy)
    await stream.send(bytes([5, _CONNECT, 0]) + _address(host) + port.to_bytes(2, "big"))
    await _take_socks5_answer(stream, host, port)


async def _log_in(stream: _Stream, proxy: Proxy) -> None:
    name, password = proxy.username.encode(), proxy.password.encode()
    if not (len(name) < 256 and len(password) < 256):
        raise ProxyFailed("User or password is too long for SOCKS5.", "They may have 255 octets.")
    await stream.send(bytes([1, len(name)]) + name + bytes([len(password)]) + password)
    _, status = await stream.take(2)
    if status != 0:
        raise ProxyFailed("The proxy refused the login.", "Check its user and password.")


async def _take_socks5_answer(stream: _Stream, host: str, port: int) -> None:
    version, status, _ = await stream.take(3)
    if version != 5:
        raise ProxyFailed("The proxy does not speak SOCKS5: its answer is none.")
    if status != 0:
        reason = _SOCKS_REFUSALS.get(status, f"reason {status}, which SOCKS5 does not know")
        raise ProxyFailed(f"The proxy made no connection to {host}:{port}: {reason}.", "")
    [kind] = await stream.take(1)
    lengths = {_IPV4: 4, _IPV6: 16}
    if kind == _NAME:
        [length] = await stream.take(1)
    elif kind in lengths:
        length = lengths[kind]
    else:
        raise ProxyFailed(f"The proxy's answer has an address of kind {kind}, which is none.")
    await stream.take(length + 2)


def _address(host: str) -> bytes:
    try:
        address = ip_address(host)
    except ValueError:
        name = host.encode("idna")
        if not 0 < len(name) < 256:
            raise UnicodeError(f"{host!r} is too long") from None
        return bytes([_NAME, len(name)]) + name
    return bytes([_IPV4 if address.version == 4 else _IPV6]) + address.packed


# HTTP CONNECT


async def _http(stream: _Stream, proxy: Proxy, host: str, port: int) -> None:
    name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    lines = [f"CONNECT {name}:{port} HTTP/1.1", f"Host: {name}:{port}"]
    if proxy.username:
        login = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode("ascii")
        lines.append(f"Proxy-Authorization: Basic {login}")
    await stream.send("\r\n".join([*lines, "", ""]).encode("ascii"))
    status = (await stream.take_header()).split(b"\r\n", 1)[0]
    words = status.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise ProxyFailed(f"The proxy does not speak HTTP: it said {_shown(status)}.")
    code = int(words[1])
    if code == 407:
        raise ProxyFailed("The proxy wants a login (407).", "Give the user and password it knows.")
    if not 200 <= code < 300:
        raise ProxyFailed(
            f"The proxy made no connection to {host}:{port}: {_shown(b' '.join(words[1:]))}.",
            "Many web proxies allow port 443 only.",
        )


def _shown(octets: bytes) -> str:
    text = octets[:60].decode("latin-1")
    return f"“{''.join(each if each.isprintable() else '·' for each in text)}”"
