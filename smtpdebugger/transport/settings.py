"""How to connect: everything a person can choose about one connection."""

from dataclasses import dataclass, field, fields
from typing import Any, Literal

Security = Literal["none", "starttls", "tls"]
Protocol = Literal["smtp", "lmtp"]
Family = Literal["any", "ipv4", "ipv6"]
TlsVersion = Literal["1.0", "1.1", "1.2", "1.3"]

MX_PREFIX = "mx:"
UNIX_PREFIX = "unix:"
USUAL_PORTS = (25, 465, 587, 2525)
"""Where mail servers listen."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for what, in seconds (RFC 5321 section 4.5.3.2)."""

    resolve: float = 30
    connect: float = 30
    """For one address; a name may have several. A proxy has as long for its part."""
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
class TlsChoices:
    """What this end brings into TLS, and which versions it agrees to."""

    server_name: str | None = ""
    """The name asked for in the handshake (SNI, RFC 6066 section 3); empty: the host, unless that
    is an address; None: no name is sent at all."""
    verify_name: str = ""
    """The name the certificate must be for; empty: the name asked for, else the host."""
    certificate_file: str | None = None
    """A PEM file with the client's certificate and its chain."""
    key_file: str | None = None
    """A PEM file with the client's key; None: the certificate's file holds it."""
    key_password: str = field(default="", repr=False)
    minimum: TlsVersion | None = None
    """The lowest version to agree to; None: 1.2. Below that, weak ciphers are allowed as well."""
    maximum: TlsVersion | None = None
    key_log_file: str | None = None
    """A file to which the session's keys are added, so that Wireshark can decrypt a capture."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that makes the connection for us: SOCKS5 (RFC 1928) or HTTP CONNECT (RFC 9110)."""

    kind: Literal["socks5", "http"]
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """A header of HAProxy's PROXY protocol, sent before anything else, TLS included."""

    version: Literal[1, 2] = 1
    source: str = ""
    """The client to announce, as ``192.0.2.1:4711`` or ``[2001:db8::1]:4711``; empty: our end."""
    destination: str = ""
    """The address that client connected to; empty: the server's end."""
    is_local: bool = False
    """Announce nobody: UNKNOWN in version 1, the command LOCAL in version 2."""


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Where to connect and how. ``none`` | ``starttls`` | ``tls`` (from the first octet)."""

    host: str
    """A name, an address, ``mx:DOMAIN`` for the mail exchangers of a domain in their order, or
    ``unix:/PATH`` for a socket on this computer (the port is not used then)."""
    port: int = 25
    security: Security = "none"
    ehlo: bool = True
    """Send EHLO (LHLO in LMTP) after the greeting, and again when TLS began."""
    client_name: str = ""
    """What EHLO says; empty: the address of our end of the connection, as a literal."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    trust: Trust = field(default_factory=Trust)
    tls: TlsChoices = field(default_factory=TlsChoices)
    protocol: Protocol = "smtp"
    """``lmtp`` says LHLO, and awaits a reply for each recipient after the mail (RFC 2033)."""
    family: Family = "any"
    """Which addresses of a name to try; ``any`` tries all, in the system's order."""
    address: str = ""
    """Of the addresses of a name, the one to use; empty: each in turn until one answers. The
    certificate is still checked against the name."""
    source_address: str = ""
    """The address of this computer to connect from, with ``:PORT`` if that matters too."""
    proxy: Proxy | None = None
    """With a proxy, the proxy looks up the host's name."""
    proxy_header: ProxyHeader | None = None
    name_server: str = ""
    """``ADDRESS[:PORT]`` of the name server to ask; empty: those of this computer."""

    def count_options(self, usual: Timeouts | None = None) -> int:
        """How many choices besides host, port, protection and EHLO are not the usual ones.

        ``usual`` are the time-outs that a person has set for all connections.
        """
        groups = (
            (self.timeouts, usual or Timeouts()),
            (self.trust, Trust()),
            (self.tls, TlsChoices()),
        )
        own = {"host", "port", "security", "ehlo", "client_name", "timeouts", "trust", "tls"}
        count = _differences(self, ConnectionSettings(self.host), own)
        return count + sum(_differences(ours, usual, set()) for ours, usual in groups)


def _differences(ours: Any, usual: Any, but: set[str]) -> int:
    names = [each.name for each in fields(ours) if each.name not in but]
    return sum(bool(getattr(ours, name) != getattr(usual, name)) for name in names)
