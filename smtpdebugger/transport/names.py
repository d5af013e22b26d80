"""What the domain name system says: mail exchangers, addresses and other records of a name.

Blocking, for a thread. It stands apart because its library takes longer to load than a window may
stand still, and most connections need nothing but an address, which the system knows.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import dns.exception
import dns.flags
import dns.name
import dns.rdata
import dns.resolver

from smtpdebugger.protocol.address import split_host
from smtpdebugger.transport.resolve import LookupFailed

RecordType = Literal["A", "AAAA", "MX", "TLSA", "TXT"]
_PAYLOAD = 1232
"""The size of a datagram that survives every network (DNS flag day 2020)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of one type that a name has."""

    name: str
    records: tuple[dns.rdata.Rdata, ...]
    is_secure: bool
    """Whether the name server says that it checked their signatures (DNSSEC)."""


@dataclass(frozen=True, slots=True, order=True)
class Exchanger:
    """One mail exchanger of a domain; the lowest preference is tried first."""

    preference: int
    host: str


def ask(name: str, kind: RecordType, name_server: str, seconds: float) -> Answer:
    """Ask for records. Raises LookupFailed where there are none or nobody answers."""
    try:
        resolver = _resolver(name_server)
        found = resolver.resolve(dns.name.from_text(name), kind, lifetime=seconds)
    except dns.resolver.NXDOMAIN as error:
        raise LookupFailed("nonexistent", name) from error
    except dns.resolver.NoAnswer as error:
        raise LookupFailed("empty", name) from error
    except dns.exception.Timeout as error:
        raise LookupFailed("silent", name) from error
    except dns.resolver.NoNameservers as error:
        raise LookupFailed("broken", name) from error
    except (dns.exception.DNSException, UnicodeError) as error:
        raise LookupFailed("misspelt", name) from error
    is_secure = bool(found.response.flags & dns.flags.AD)
    return Answer(name, tuple(found), is_secure)


def mail_exchangers(domain: str, name_server: str, seconds: float) -> list[Exchanger]:
    """The mail exchangers of a domain in their order (RFC 5321 section 5.1).

    One without a name means that the domain takes no mail (RFC 7505). Raises LookupFailed.
    """
    answer = ask(domain, "MX", name_server, seconds)
    found = (
        Exchanger(int(each.preference), str(each.exchange).rstrip("."))  # type: ignore[attr-defined]
        for each in answer.records
    )
    return sorted(found)


def addresses(host: str, family: str, name_server: str, seconds: float) -> list[str]:
    """The addresses of a host by a chosen name server. Raises LookupFailed."""
    kinds: list[RecordType] = []
    if family != "ipv4":
        kinds.append("AAAA")
    if family != "ipv6":
        kinds.append("A")
    found: list[str] = []
    failure: LookupFailed | None = None
    for kind in kinds:
        try:
            found += map(str, ask(host, kind, name_server, seconds).records)
        except LookupFailed as error:
            failure = error
    if not found and failure is not None:
        raise failure
    return found


def texts(name: str, name_server: str, seconds: float) -> Iterator[str]:
    """The TXT records of a name, the pieces of each joined. Raises LookupFailed."""
    for record in ask(name, "TXT", name_server, seconds).records:
        yield b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]


def _resolver(name_server: str) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=not name_server)
    if name_server:
        host, port = split_host(name_server)
        resolver.nameservers = [str(ipaddress.ip_address(host))]
        resolver.port = port or 53
    resolver.search = []
    # Ask for DNSSEC's verdict; without EDNS nobody gives one.
    resolver.use_edns(0, dns.flags.DO, _PAYLOAD)
    resolver.flags = dns.flags.RD | dns.flags.AD
    return resolver
