"""Pseudonyms: other addresses, host names and IP addresses in their place, always the same ones.

So a transcript can be shown to strangers and still be followed. The names given out are those that
are reserved for examples (RFC 2606, RFC 5737, RFC 3849).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address

from smtpdebugger.protocol.sasl import MASK_OCTETS, Secret
from smtpdebugger.session.events import (
    Connected,
    Failed,
    Received,
    Remark,
    Resolved,
    Sent,
    TlsEstablished,
    WireEvent,
)

KINDS = ("addresses", "hosts", "ips")
"""What can be replaced."""

MOST_OPEN_OCTETS = 1024 * 1024
"""A line longer than this is read in pieces."""

_PATTERN = re.compile(
    r"""(?P<address>(?<![^\s<>()\[\],:;@"\\•])[^\s<>()\[\],:;@"\\•]+@(?P<domain>(?:[\w-]+\.)*[\w-]*\w))
    |(?P<six>(?:(?<![\w:.])|(?<=IPv6:))(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d+\.){3}\d+)?(?![\w:]))
    |(?P<four>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d))
    |(?P<host>(?<![\w.-])(?:[A-Za-z0-9_](?:[\w-]*\w)?\.)+[A-Za-z][\w-]*[\w](?![\w-]))
    |(?P<word>(?<![\w.-])[A-Za-z0-9_-]+(?![\w.-]))
    """,
    re.VERBOSE,
)
_CODE = re.compile(rb"[0-9]{3}[ -]")
_NETS = ("192.0.2", "198.51.100", "203.0.113")
_HARMLESS = frozenset({"localhost"})


class Pseudonyms:
    """Gives the same name for the same thing, for one transcript."""

    def __init__(self, kinds: Iterable[str] = KINDS) -> None:
        self._kinds = frozenset(kinds)
        self._people: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        self._ips: dict[str, str] = {}
        self._short: set[str] = set()
        """Host names without a dot, as far as they are known to be host names."""

    def text(self, text: str) -> str:
        """A text with other names in it."""
        return _PATTERN.sub(self._of_match, text)

    def octets(self, octets: bytes) -> bytes:
        """Whole lines with other names in them; reply codes stay."""
        return b"".join(map(self._line, octets.splitlines(keepends=True)))

    def event(self, event: WireEvent) -> WireEvent:
        """An event that is no octets, with other names in it."""
        match event:
            case Connected():
                self._learn(event.host)
                return event._replace(
                    host=self.text(event.host),
                    peer=self.text(event.peer),
                    local=self.text(event.local),
                )
            case Resolved():
                self._learn(event.host)
                addresses = tuple(map(self.text, event.addresses))
                return event._replace(host=self.text(event.host), addresses=addresses)
            case TlsEstablished():
                # A certificate is nothing but names.
                return event._replace(
                    subject=self.text(event.subject), reason=self.text(event.reason), chain=()
                )
            case Failed():
                what, advice = self.text(event.what), self.text(event.advice)
                return event._replace(what=what, advice=advice, chain=())
            case Remark():
                return event._replace(text=self.text(event.text))
            case _:
                return event

    def _line(self, line: bytes) -> bytes:
        code = _CODE.match(line)
        head = line[: code.end()] if code else b""
        text = line[len(head) :].decode("utf-8", "surrogateescape")
        return head + self.text(text).encode("utf-8", "surrogateescape")

    def _learn(self, host: str) -> None:
        if host and "." not in host and ":" not in host and host.lower() not in _HARMLESS:
            self._short.add(host.lower())

    def _of_match(self, match: re.Match[str]) -> str:
        found = match[0]
        if match["address"]:
            return self._address(found, match["domain"]) if "addresses" in self._kinds else found
        if match["six"] or match["four"]:
            return self._ip(found) if "ips" in self._kinds else found
        is_host = match["host"] or found.lower() in self._short
        return self._host(found) if is_host and "hosts" in self._kinds else found

    def _address(self, address: str, domain: str) -> str:
        person = _given(self._people, address.lower(), lambda number: f"person{number}")
        return f"{person}@{self._host(domain)}"

    def _host(self, host: str) -> str:
        if host.lower() in _HARMLESS:
            return host
        return _given(self._hosts, host.lower(), lambda number: f"host{number}.example")

    def _ip(self, text: str) -> str:
        try:
            address = ip_address(text)
        except ValueError:
            return text
        if address.is_loopback or address.is_unspecified:
            return text
        make = _four if isinstance(address, IPv4Address) else _six
        return _given(self._ips, f"{type(address).__name__} {address}", make)


def _given(known: dict[str, str], name: str, make: Callable[[int], str]) -> str:
    if name not in known:
        known[name] = make(len(known) + 1)
    return known[name]


def _four(number: int) -> str:
    net, host = divmod(number - 1, 254)
    if net < len(_NETS):
        return f"{_NETS[net]}.{host + 1}"
    return str(IPv4Address("198.18.0.0") + (number % (1 << 17)))


def _six(number: int) -> str:
    return str(IPv6Address("2001:db8::") + number)


class WholeLines:
    """Puts octets together to whole lines: a name that came in two events is one name."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._open: dict[type[Sent] | type[Received], Sent | Received] = {}

    def feed(self, event: WireEvent) -> Iterator[WireEvent]:
        """Take one event; give those that can be told now, with other names in them."""
        if not isinstance(event, Sent | Received):
            yield from self.flush()
            yield self._pseudonyms.event(event)
            return
        before = self._open.pop(type(event), None)
        if before is not None:
            event = _joined(before, event)
        if isinstance(event, Sent) and (event.omitted or event.tail):
            yield self._with_other_names(event)
            return
        stop = event.octets.rfind(b"\n") + 1
        if stop < len(event.octets) <= MOST_OPEN_OCTETS:
            self._open[type(event)] = _part(event, stop, len(event.octets))
            event = _part(event, 0, stop)
        if event.octets:
            yield self._with_other_names(event)

    def flush(self) -> Iterator[WireEvent]:
        """Lines that were never ended."""
        for event in self._open.values():
            yield self._with_other_names(event)
        self._open.clear()

    def _with_other_names(self, event: Sent | Received) -> Sent | Received:
        octets = self._pseudonyms.octets(event.octets)
        places = (match.span() for match in re.finditer(re.escape(MASK_OCTETS), octets))
        # Masks are never renamed, so there are as many as before, in the same order.
        secrets = tuple(
            Secret(*place, secret.kind)
            for place, secret in zip(places, event.secrets, strict=False)
        )
        made = replace(event, octets=octets, secrets=secrets)
        if isinstance(made, Sent) and made.tail:
            return replace(made, tail=self._pseudonyms.octets(made.tail))
        return made


def _joined(one: Sent | Received, other: Sent | Received) -> Sent | Received:
    by = len(one.octets)
    later = (each._replace(start=each.start + by, stop=each.stop + by) for each in other.secrets)
    return replace(other, octets=one.octets + other.octets, secrets=(*one.secrets, *later))


def _part(event: Sent | Received, start: int, stop: int) -> Sent | Received:
    secrets = tuple(
        each._replace(start=each.start - start, stop=each.stop - start)
        for each in event.secrets
        if start <= each.start < stop
    )
    return replace(event, octets=event.octets[start:stop], secrets=secrets)
