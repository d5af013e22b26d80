"""The header of HAProxy's PROXY protocol: tells a server behind a proxy who the client is.

Version 1 is a line of text, version 2 is binary; both are described in HAProxy's
``doc/proxy-protocol.txt``. A server that expects one says nothing until it has come.
"""

import ipaddress
import struct

from smtpdebugger.protocol.address import split_host
from smtpdebugger.transport.settings import ProxyHeader

_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
_VERSION_2, _LOCAL, _PROXY = 0x20, 0x00, 0x01
_UNSPECIFIED, _TCP4, _TCP6 = 0x00, 0x11, 0x21

Endpoint = tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int]


def proxy_header(choice: ProxyHeader, local: str, peer: str) -> bytes:
    """The header's octets. ``local`` and ``peer`` are the ends of the connection as it is.

    Raises ValueError with a sentence where an address to announce is none, or where two of
    different kinds are to be announced together.
    """
    if choice.is_local:
        return _nobody(choice.version)
    source = _endpoint(choice.source or local)
    destination = _endpoint(choice.destination or peer)
    if source[0].version != destination[0].version:
        raise ValueError(
            f"The PROXY header cannot announce {source[0]} together with {destination[0]}:"
            " one is IPv4, the other IPv6."
        )
    build = _text if choice.version == 1 else _binary
    return build(source, destination)


def describe_header(header: bytes) -> str:
    """The header as a person may read it: the line of version 1, the octets of version 2."""
    if header.startswith(_SIGNATURE):
        return f"version 2, octets {header.hex(' ')}"
    return f"version 1, {header.decode('ascii').rstrip()}"


def _nobody(version: int) -> bytes:
    if version == 1:
        return b"PROXY UNKNOWN\r\n"
    return _SIGNATURE + struct.pack("!BBH", _VERSION_2 | _LOCAL, _UNSPECIFIED, 0)


def _endpoint(text: str) -> Endpoint:
    host, port = split_host(text)
    try:
        return ipaddress.ip_address(host), port or 0
    except ValueError as error:
        raise ValueError(f"The PROXY header cannot announce {text!r}: it is no address.") from error


def _text(source: Endpoint, destination: Endpoint) -> bytes:
    family = f"TCP{source[0].version}"
    line = f"PROXY {family} {source[0]} {destination[0]} {source[1]} {destination[1]}\r\n"
    return line.encode("ascii")


def _binary(source: Endpoint, destination: Endpoint) -> bytes:
    family = _TCP4 if source[0].version == 4 else _TCP6
    ports = struct.pack("!HH", source[1], destination[1])
    addresses = source[0].packed + destination[0].packed + ports
    head = struct.pack("!BBH", _VERSION_2 | _PROXY, family, len(addresses))
    return _SIGNATURE + head + addresses
