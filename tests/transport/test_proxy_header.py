"""The PROXY header, octet for octet as HAProxy's document has it."""

from __future__ import annotations

import pytest

from smtpdebugger.transport.proxy_header import describe_header, proxy_header
from smtpdebugger.transport.settings import ProxyHeader

LOCAL, PEER = "192.0.2.1:4711", "198.51.100.2:25"
SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")


def test_version_1_is_a_line() -> None:
    header = proxy_header(ProxyHeader(1), LOCAL, PEER)
    assert header == b"PROXY TCP4 192.0.2.1 198.51.100.2 4711 25\r\n"
    assert describe_header(header) == "version 1, PROXY TCP4 192.0.2.1 198.51.100.2 4711 25"


def test_version_2_is_binary() -> None:
    header = proxy_header(ProxyHeader(2), LOCAL, PEER)
    assert header == SIGNATURE + bytes.fromhex("2111000c c0000201 c6336402 1267 0019")
    assert describe_header(header).startswith("version 2, octets 0d 0a")


def test_addresses_can_be_announced_that_are_not_ours() -> None:
    choice = ProxyHeader(1, "[2001:db8::1]:5", "[2001:db8::2]:465")
    assert proxy_header(choice, LOCAL, PEER) == b"PROXY TCP6 2001:db8::1 2001:db8::2 5 465\r\n"
    binary = proxy_header(ProxyHeader(2, choice.source, choice.destination), LOCAL, PEER)
    assert binary[12:16] == bytes.fromhex("21210024")
    assert len(binary) == 16 + 36


def test_nobody_can_be_announced() -> None:
    assert proxy_header(ProxyHeader(1, is_local=True), "", "") == b"PROXY UNKNOWN\r\n"
    assert proxy_header(ProxyHeader(2, is_local=True), "", "") == SIGNATURE + b"\x20\0\0\0"


@pytest.mark.parametrize(
    ("source", "word"),
    [("mail.test:25", "no address"), ("[::1]:25", "one is IPv4"), ("192.0.2.1:x", "no port")],
)
def test_what_cannot_be_announced_is_told(source: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        proxy_header(ProxyHeader(1, source), LOCAL, PEER)
