"""Channel bindings: what ties a login to the TLS connection it is made over (RFC 5929)."""

import hashlib
from collections.abc import Sequence
from typing import Literal

from smtpdebugger.protocol.scram import ChannelBinding
from smtpdebugger.session.events import Connected, TlsEstablished, WireEvent

BindingKind = Literal["tls-server-end-point", "tls-unique", "tls-exporter"]

BINDING_KINDS: tuple[BindingKind, ...] = ("tls-server-end-point", "tls-unique", "tls-exporter")

_TOO_WEAK = frozenset({"md5", "sha1"})


class Unbindable(Exception):
    """There is no such binding here; the message is a sentence."""


def channel_binding(
    kind: BindingKind, events: Sequence[WireEvent], unique: bytes | None
) -> ChannelBinding:
    """The binding of a connection that has these events; ``unique`` is what OpenSSL tells.

    Raises Unbindable.
    """
    facts = _tls_facts(events)
    if facts is None:
        raise Unbindable("There is no TLS connection to bind the login to; use STARTTLS first.")
    if kind == "tls-exporter":
        raise Unbindable(
            "tls-exporter (RFC 9266) cannot be had: Python's ssl does not export key material."
            " tls-server-end-point works with every version of TLS."
        )
    if kind == "tls-unique":
        if facts.version == "TLSv1.3":
            raise Unbindable(
                "tls-unique is not defined for TLS 1.3 (RFC 8446 appendix C.5);"
                " use tls-server-end-point, or TLS 1.2."
            )
        if not unique:
            raise Unbindable("OpenSSL does not tell the octets of tls-unique here.")
        return ChannelBinding(kind, unique)
    return ChannelBinding(kind, _end_point(facts.chain))


def _tls_facts(events: Sequence[WireEvent]) -> TlsEstablished | None:
    for event in reversed(events):
        if isinstance(event, TlsEstablished):
            return event
        if isinstance(event, Connected):
            return None
    return None


def _end_point(chain: tuple[bytes, ...]) -> bytes:
    """RFC 5929 section 4.1: the certificate's digest, by the hash of its own signature."""
    # Loading it takes longer than a frame, and few servers ask for it.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415

    if not chain:
        raise Unbindable("The server sent no certificate to bind the login to.")
    try:
        algorithm = x509.load_der_x509_certificate(chain[0]).signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unbindable(f"The server's certificate cannot be read: {error}.") from error
    if algorithm is None:
        raise Unbindable(
            "The server's certificate is signed without a hash of its own, for which"
            " tls-server-end-point is not defined (RFC 5929 section 4.1)."
        )
    name = "sha256" if algorithm.name in _TOO_WEAK else algorithm.name
    return hashlib.new(name, chain[0]).digest()
