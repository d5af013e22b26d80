"""TLS over octets instead of over a socket, so that all of it passes through the tap.

``loop.start_tls`` would hide what a debugger is for: octets slipped in before the handshake,
alerts, and whether the end of the stream was announced.
"""

import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from smtpdebugger.session.events import TlsEstablished
from smtpdebugger.transport.certificate import Certificate, read_certificate
from smtpdebugger.transport.resolve import is_address
from smtpdebugger.transport.settings import TlsChoices, Trust

_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAME = frozenset({62, 64})
"""Verification codes of OpenSSL (``X509_V_ERR_…``)."""

_REASONS = {
    18: "it is self-signed: it vouches for itself and no authority does",
    19: "its chain ends in an authority of its own, which is not trusted here",
    23: "it was revoked",
    66: "its key is too short for this computer's policy",
    67: "the key of an authority in its chain is too short for this computer's policy",
    68: "a signature in its chain is too weak for this computer's policy",
}


@dataclass(frozen=True, slots=True)
class Untrusted:
    """The server certificate that the last handshake was refused for."""

    fingerprint: str
    """SHA-256 in hex; in ``Trust.fingerprints`` it makes the next handshake succeed."""
    reason: str
    certificate: Certificate
    chain: tuple[bytes, ...] = ()
    """What the server sent, DER, its own certificate first."""


class CertificateRefused(Exception):
    """The handshake could succeed, but the certificate is not good enough."""

    def __init__(self, untrusted: Untrusted) -> None:
        super().__init__(untrusted.reason)
        self.untrusted = untrusted


class TlsLayer:
    """One TLS connection as a client. Octets in, octets out; the tap moves them."""

    def __init__(
        self, context: ssl.SSLContext, host: str, trust: Trust, choices: TlsChoices | None = None
    ) -> None:
        """Raises ValueError or UnicodeError where ``host`` can be nobody's name."""
        choices = choices or TlsChoices()
        asked = None if choices.server_name is None else choices.server_name or host
        self._host = (choices.verify_name or asked or host).rstrip(".")
        self._checks_name = context.verify_mode == ssl.CERT_REQUIRED and not context.check_hostname
        self._trust = trust
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=(asked or "").rstrip(".") or None
        )

    def feed(self, octets: bytes) -> None:
        """Octets that came over the network."""
        self._incoming.write(octets)

    def outgoing(self) -> bytes:
        """Octets to send over the network now."""
        return self._outgoing.read()

    def handshake(self) -> bool:
        """Go on with the handshake; True once it is over.

        Raises CertificateRefused, or ssl.SSLError for everything else that fails.
        """
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLCertVerificationError as error:
            leaf = self._leaf()
            reason = certificate_reason(error, leaf, self._host)
            reason = "; ".join((reason, *further_reasons(error.verify_code, leaf, self._host)))
            raise self._refusal(leaf, reason) from error
        self._check_pins()
        if self._checks_name:
            self._check_name()
        return True

    def read(self, limit: int) -> bytes:
        """Decrypted octets; empty where more must come first.

        Raises ssl.SSLZeroReturnError where the server announced its end, ssl.SSLError else.
        """
        try:
            octets = self._object.read(limit)
        except ssl.SSLWantReadError:
            return b""
        if not octets:
            raise ssl.SSLZeroReturnError("the server announced its end")
        return octets

    def write(self, octets: bytes) -> None:
        """Encrypt octets; ``outgoing`` has them."""
        view = memoryview(octets)
        while view:
            view = view[self._object.write(view) :]

    def say_goodbye(self) -> None:
        """Announce our end (close_notify). Never raises: the connection is over anyway."""
        try:
            self._object.unwrap()
        except (ssl.SSLError, ValueError):
            return

    def facts(self, at: int) -> TlsEstablished:
        """What was agreed on, and what is known of the server's certificate."""
        leaf = self._leaf()
        cipher = self._object.cipher()
        return TlsEstablished(
            at,
            self._object.version() or "",
            cipher[0] if cipher else "",
            not self._doubt,
            self._doubt,
            leaf.subject or ", ".join(leaf.names[:1]),
            leaf.expires,
            self._chain(),
        )

    @property
    def unique(self) -> bytes | None:
        """What only this connection has, as ``tls-unique`` (RFC 5929 section 3), if it is told."""
        return self._object.get_channel_binding("tls-unique")

    @property
    def _doubt(self) -> str:
        """Why the certificate counts as not verified; empty where it was verified."""
        if self._trust.fingerprints:
            return "trusted by you for this session only"
        return "" if self._trust.verify else "checking is switched off"

    def _check_pins(self) -> None:
        pins = {each.lower().replace(":", "") for each in self._trust.fingerprints}
        leaf = self._leaf()
        if not pins or leaf.fingerprint in pins:
            return
        raise self._refusal(leaf, "it is not the certificate that was trusted for this session")

    def _check_name(self) -> None:
        """OpenSSL could not check the name, because another was asked for in the handshake."""
        leaf = self._leaf()
        if not any(name_fits(each, self._host) for each in leaf.names):
            raise self._refusal(leaf, _other_name(leaf, self._host))

    def _refusal(self, leaf: Certificate, reason: str) -> CertificateRefused:
        return CertificateRefused(Untrusted(leaf.fingerprint, reason, leaf, self._chain()))

    def _leaf(self) -> Certificate:
        chain = self._chain()
        return read_certificate(chain[0]) if chain else Certificate()

    def _chain(self) -> tuple[bytes, ...]:
        if sys.version_info >= (3, 13):
            return tuple(self._object.get_unverified_chain())
        # There is no public way to a chain that failed verification before Python 3.13.
        raw = self._object._sslobj  # type: ignore[attr-defined]  # noqa: SLF001
        certificates = raw.get_unverified_chain() or ()
        return tuple(ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in certificates)


def certificate_reason(error: ssl.SSLCertVerificationError, leaf: Certificate, host: str) -> str:
    """Why OpenSSL refused a certificate, as a sentence without its full stop."""
    match error.verify_code:
        case 9:
            return f"it is not valid before {leaf.begins}"
        case 10:
            return f"it expired on {leaf.expires}" if leaf.expires else "it has expired"
        case 20 | 21:
            by = f" {leaf.issuer}" if leaf.issuer else ""
            return f"it was issued by an authority that is not trusted here{by and ':'}{by}"
        case 62 | 64:
            return _other_name(leaf, host)
        case code:
            return _REASONS.get(code) or error.verify_message


def further_reasons(code: int, leaf: Certificate, host: str) -> Iterator[str]:
    """What else is wrong with a certificate: OpenSSL stops at the first thing, and who is asked
    to trust it should know all."""
    today = datetime.now(UTC).date().isoformat()
    if leaf.expires and leaf.expires < today and code != _EXPIRED:
        yield f"it expired on {leaf.expires}"
    if leaf.begins > today and code != _NOT_YET_VALID:
        yield f"it is not valid before {leaf.begins}"
    if (
        leaf.names
        and code not in _OTHER_NAME
        and not any(name_fits(each, host) for each in leaf.names)
    ):
        yield _other_name(leaf, host)


def _other_name(leaf: Certificate, host: str) -> str:
    names = ", ".join(leaf.names[:4]) or leaf.subject or "nobody"
    return f"it is for {names}, not for {host}"


def name_fits(name: str, host: str) -> bool:
    """Whether a name of a certificate covers a host (RFC 6125 section 6.4.3)."""
    name, host = name.lower().rstrip("."), host.lower().rstrip(".")
    if is_address(host):
        return is_address(name) and ip_address(name) == ip_address(host.partition("%")[0])
    first, _, rest = name.partition(".")
    return name == host or (first == "*" and bool(rest) and host.partition(".")[2] == rest)
