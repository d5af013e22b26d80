"""DANE (RFC 6698, RFC 7672): a server's certificate, fixed by signed records of its name."""

import hashlib
from dataclasses import dataclass

from smtpdebugger.transport.chain import public_key_octets

_USAGES = {0: "PKIX-TA", 1: "PKIX-EE", 2: "DANE-TA", 3: "DANE-EE"}
_SELECTORS = {0: "whole certificate", 1: "public key"}
_DIGESTS = {1: "sha256", 2: "sha512"}
_LENGTHS = {1: 32, 2: 64}


@dataclass(frozen=True, slots=True)
class TlsaRecord:
    """One TLSA record."""

    usage: int
    selector: int
    matching: int
    """0 the octets themselves, 1 SHA-256, 2 SHA-512."""
    octets: bytes

    def __str__(self) -> str:
        shown = self.octets.hex()
        tail = "…" if len(shown) > 16 else ""
        usage = _USAGES.get(self.usage, "unknown usage")
        return f"{self.usage} {self.selector} {self.matching} {shown[:16]}{tail} ({usage})"

    @property
    def problem(self) -> str:
        """Why mail senders pass over it; empty where they use it (RFC 7672 section 3.1)."""
        if self.usage not in _USAGES or self.selector not in _SELECTORS:
            return "its usage or selector is unknown"
        if self.usage in {0, 1}:
            return "mail senders do not use PKIX usages"
        if self.matching and self.matching not in _DIGESTS:
            return "its matching type is unknown"
        if self.matching and len(self.octets) != _LENGTHS[self.matching]:
            return "its digest has the wrong length"
        return ""

    def matches(self, chain: tuple[bytes, ...]) -> bool:
        """Whether the certificates a server sent satisfy it.

        The server's own for usages 1 and 3, any that was sent above it for 0 and 2.
        """
        candidates = chain[:1] if self.usage in {1, 3} else chain[1:] or chain
        return any(self._fits(each) for each in candidates)

    def _fits(self, der: bytes) -> bool:
        try:
            octets = public_key_octets(der) if self.selector == 1 else der
        except ValueError:
            return False
        if self.matching == 0:
            return octets == self.octets
        name = _DIGESTS.get(self.matching)
        return name is not None and hashlib.new(name, octets).digest() == self.octets
