"""Wire events: the facts of a session, and the only thing that is ever stored of it.

``at`` is always whole microseconds since the session began.
"""

from dataclasses import dataclass
from typing import NamedTuple

from smtpdebugger.protocol.sasl import Secret


class Resolved(NamedTuple):
    """A host name was looked up."""

    at: int
    host: str
    addresses: tuple[str, ...]
    took: int = 0
    """How long that took, in microseconds; 0 where nobody measured it."""


class Connected(NamedTuple):
    """A TCP connection stands. ``tls`` tells that TLS is spoken from the first octet."""

    at: int
    host: str
    peer: str
    """Address and port, as ``192.0.2.25:587`` or ``[2001:db8::25]:587``; or ``unix:/PATH``."""
    local: str = ""
    tls: bool = False
    took: int = 0
    """How long connecting to this address took, in microseconds; 0 where nobody measured it."""
    via: str = ""
    """The proxy that made the connection, as ``socks5 192.0.2.3:1080``; empty: none."""
    lmtp: bool = False
    """Whether the client came to speak LMTP (RFC 2033)."""

    @property
    def port(self) -> int | None:
        """The server's port, or None where the peer has none."""
        port = self.peer.rpartition(":")[2]
        return int(port) if port.isdecimal() and not self.peer.startswith("unix:") else None


@dataclass(frozen=True, slots=True)
class Sent:
    """Octets the client sent."""

    at: int
    octets: bytes
    secrets: tuple[Secret, ...] = ()
    """Masks in ``octets``, of a session read back from a file."""
    omitted: int = 0
    """Octets left out between ``octets`` and ``tail`` when the session was saved."""
    tail: bytes = b""
    omitted_lines: int = 0
    """Line ends among the octets left out."""
    sha256: str = ""
    """The digest of the octets left out, in hexadecimal."""

    @property
    def length(self) -> int:
        """How many octets were sent, those left out included."""
        return len(self.octets) + self.omitted + len(self.tail)


@dataclass(frozen=True, slots=True)
class Received:
    """Octets the server sent."""

    at: int
    octets: bytes
    secrets: tuple[Secret, ...] = ()
    """Masks in ``octets``, of a session read back from a file."""


class TlsEstablished(NamedTuple):
    """A TLS handshake succeeded; from here on the connection is encrypted."""

    at: int
    version: str = ""
    cipher: str = ""
    verified: bool = False
    reason: str = ""
    """Why the certificate is not verified; empty where it is."""
    subject: str = ""
    expires: str = ""
    """The last day of the server certificate, as YYYY-MM-DD, or empty."""
    chain: tuple[bytes, ...] = ()
    """The certificates the server sent, DER, its own first."""


class Failed(NamedTuple):
    """Something did not work; a failure of the conversation is a record, not an exception."""

    at: int
    stage: str
    """resolve | connect | proxy | greeting | tls | certificate | time-out | send | record | open"""
    what: str
    advice: str = ""
    took: int = 0
    """How long it was tried, in microseconds; 0 where nobody measured it."""
    chain: tuple[bytes, ...] = ()
    """The certificates that were refused, DER, the server's own first."""


class Closed(NamedTuple):
    """The connection ended. ``by`` is server, client or network."""

    at: int
    by: str
    reason: str = ""


class Remark(NamedTuple):
    """A note, by a person or by this program, on an exchange or on the session (0)."""

    at: int
    text: str
    exchange: int = 0


class Mark(NamedTuple):
    """A person marked an exchange, or took the mark away."""

    at: int
    exchange: int
    on: bool = True


WireEvent = (
    Resolved | Connected | Sent | Received | TlsEstablished | Failed | Closed | Remark | Mark
)
