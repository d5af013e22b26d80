"""From the network to SMTP, through a handshake and TLS, however the octets are cut."""

from __future__ import annotations

import ssl
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.transport.context import client_context
from smtpdebugger.transport.inbox import Inbox
from smtpdebugger.transport.readers import (
    Broken,
    ClearReader,
    EndOfStream,
    HandshakeReader,
    TlsReader,
)
from smtpdebugger.transport.settings import Trust
from smtpdebugger.transport.tls import TlsLayer
from tests.transport.certificates import self_signed

SERVER = self_signed("mail.test")[0]
TRUST = Trust(verify=False)
CLIENT = client_context(TRUST)


class Far:
    """The server's side of a TLS connection, in memory."""

    def __init__(self) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = SERVER.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def take(self, octets: bytes) -> bytes:
        """Go on with the handshake; what the server sends."""
        self.incoming.write(octets)
        with suppress(ssl.SSLWantReadError):
            self.object.do_handshake()
        return self.outgoing.read()


def shaken(cut: int, stray: bytes = b"") -> tuple[Far, Inbox, TlsLayer, bytes]:
    """A finished handshake whose octets came in pieces of ``cut``, and the clear text seen."""
    far, inbox, layer = Far(), Inbox(), TlsLayer(CLIENT, "mail.test", TRUST)
    reader = HandshakeReader(inbox, layer, is_implicit=False)
    reader.start()
    seen = b""
    inbox.put(0, stray)
    while not reader.is_done:
        octets = far.take(layer.outgoing())
        for start in range(0, len(octets), cut):
            inbox.put(0, octets[start : start + cut])
            while clear := reader.next(100):
                seen += clear
        assert octets or not reader.is_done
    # Session tickets follow the handshake.
    inbox.put(0, far.take(layer.outgoing()))
    return far, inbox, layer, seen


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 2000), st.sampled_from([b"", b"250 injected\r\n"]))
def test_a_handshake_in_any_pieces_keeps_clear_text_apart(cut: int, stray: bytes) -> None:
    far, inbox, layer, seen = shaken(cut, stray)
    assert seen == stray
    far.object.write(b"220 after\r\n")
    inbox.put(0, far.outgoing.read())
    assert TlsReader(inbox, layer).next(100) == b"220 after\r\n"


def test_tls_hands_over_no_more_than_asked_for() -> None:
    far, inbox, layer, _ = shaken(5000)
    far.object.write(b"x" * 1000)
    inbox.put(0, far.outgoing.read())
    reader = TlsReader(inbox, layer)
    pieces = []
    while octets := reader.next(300):
        pieces.append(octets)
    assert [len(each) for each in pieces] == [300, 300, 300, 100]


def test_an_announced_end_is_an_end() -> None:
    far, inbox, layer, _ = shaken(5000)
    with pytest.raises(ssl.SSLWantReadError):
        far.object.unwrap()
    inbox.put(0, far.outgoing.read())
    with pytest.raises(EndOfStream):
        TlsReader(inbox, layer).next(100)


def test_rubbish_in_tls_is_told() -> None:
    _, inbox, layer, _ = shaken(5000)
    inbox.put(0, b"250 clear\r\n")
    with pytest.raises(Broken) as caught:
        TlsReader(inbox, layer).next(100)
    assert caught.value.problem.stage == "tls"


def test_in_clear_everything_passes() -> None:
    inbox = Inbox()
    inbox.put(0, b"\x16\x03\x01")
    assert ClearReader(inbox).next(2) == b"\x16\x03"


def test_a_line_at_a_time_leaves_what_is_behind_it() -> None:
    inbox = Inbox()
    inbox.put(0, b"220 go\r\n\x16\x03\x03")
    reader = ClearReader(inbox)
    assert reader.next_line(100) == b"220 go\r\n"
    assert inbox.get() == b"\x16\x03\x03"
    inbox.put(0, b"no end")
    assert reader.next_line(3) == b"no "
    assert reader.next_line(100) == b"end"
    assert reader.next_line(100) == b""
