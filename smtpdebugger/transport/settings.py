"""How to connect: everything a person can choose about one connection."""

from dataclasses import dataclass, field
from typing import Literal

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for what, in seconds (RFC 5321 section 4.5.3.2)."""

    resolve: float = 30
    connect: float = 30
    """For one address; a name may have several."""
    tls: float = 30
    greeting: float = 300
    command: float = 300
    data: float = 120
    """For the reply to DATA."""
    data_block: float = 180
    """For the network to take the next block of mail data."""
    data_end: float = 600
    """For the reply to the lone dot, or to a chunk."""
    hint: float = 5
    """After so much silence in place of a greeting, tell what that often means."""
    close: float = 2
    """For the server to close after QUIT."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Which server certificates are good enough."""

    ca_file: str | None = None
    """A PEM file of certification authorities, instead of the system's."""
    ca_pem: str | None = None
    """The same as text; both may be given."""
    fingerprints: frozenset[str] = frozenset()
    """SHA-256, in hex, of server certificates a person trusts for this session.

    Where there are any, a certificate among them is accepted unverified, and no other is.
    """
    verify: bool = True


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Where to connect and how. ``none`` | ``starttls`` | ``tls`` (from the first octet)."""

    host: str
    port: int = 25
    security: Security = "none"
    ehlo: bool = True
    """Send EHLO after the greeting, and again when TLS began."""
    client_name: str = ""
    """What EHLO says; empty: the address of our end of the connection, as a literal."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    trust: Trust = field(default_factory=Trust)
