"""A server's certificates laid open: what each says, and which check it passes or fails.

OpenSSL stops at the first thing that is wrong and names it; who runs the server needs all of it,
for each certificate. It works on DER octets, so refused, old and saved chains are examined alike.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from smtpdebugger.transport.tls import name_fits

_WEAK_HASHES = frozenset({"MD5", "SHA1"})
_LEAST_BITS = 2048
"""Of RSA and DSA keys; authorities have issued nothing shorter since 2014."""
_LEAST_CURVE_BITS = 224

_DAMAGE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises for a certificate that it cannot make sense of."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    """dates | name | key | signature | issuer | authority | form"""
    is_passed: bool
    what: str
    """A sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """One certificate as a person looks at it."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """Host names and addresses it is for."""
    begins: str
    expires: str
    """Moments as ``2026-11-23 10:00:00 UTC``."""
    key: str
    signature: str
    serial: str
    fingerprint: str
    """SHA-256 of the whole, in hex."""
    key_fingerprint: str
    """SHA-256 of its public key, in hex, as TLSA records with selector 1 have it."""
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks it does not pass."""
        return tuple(each for each in self.checks if not each.is_passed)


def examine_chain(
    chain: tuple[bytes, ...], host: str, now: datetime | None = None
) -> list[ShownCertificate]:
    """What a server sent, its own certificate first. Never raises: it may send anything."""
    moment = now or datetime.now(UTC)
    with warnings.catch_warnings():
        # The library warns of certificates that will be refused one day; here they are shown.
        warnings.simplefilter("ignore")
        return _examined(chain, host, moment)


def _examined(chain: tuple[bytes, ...], host: str, moment: datetime) -> list[ShownCertificate]:
    loaded = [_load(der) for der in chain]
    shown = []
    for position, der in enumerate(chain):
        certificate = loaded[position]
        if certificate is None:
            shown.append(_unreadable(der))
            continue
        above = loaded[position + 1] if position + 1 < len(loaded) else None
        is_last = position + 1 == len(loaded)
        try:
            checks = [*_checks_of_one(certificate, moment)]
            if position == 0:
                checks.insert(0, _name_check(certificate, host))
            checks.append(_top_check(certificate) if is_last else _link_check(certificate, above))
            shown.append(_shown(certificate, tuple(checks)))
        except _DAMAGE:
            # Parts are read when they are asked for; damage in one shows up late.
            shown.append(_unreadable(der))
    return shown


def public_key_octets(der: bytes) -> bytes:
    """A certificate's public key, DER (SubjectPublicKeyInfo). Raises ValueError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        certificate = _load(der)
        if certificate is None:
            raise ValueError("the certificate cannot be read")
        try:
            return _key_octets(certificate)
        except _DAMAGE as error:
            raise ValueError("its key is of an unknown kind") from error


def _load(der: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der)
    except _DAMAGE:
        return None


def _unreadable(der: bytes) -> ShownCertificate:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    check = Check("form", False, f"its {len(der)} octets are no certificate that can be read")
    fingerprint = digest.finalize().hex()
    return ShownCertificate("", "", (), "", "", "", "", "", fingerprint, "", (check,))


def _shown(certificate: x509.Certificate, checks: tuple[Check, ...]) -> ShownCertificate:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(_key_octets(certificate))
    return ShownCertificate(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        _names(certificate),
        f"{certificate.not_valid_before_utc:%Y-%m-%d %H:%M:%S} UTC",
        f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%S} UTC",
        _key_words(certificate),
        _signature_words(certificate),
        f"{certificate.serial_number:x}",
        certificate.fingerprint(hashes.SHA256()).hex(),
        digest.finalize().hex(),
        checks,
    )


def _key_octets(certificate: x509.Certificate) -> bytes:
    encoding, kind = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return certificate.public_key().public_bytes(encoding, kind)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    names = extension.value
    addresses = names.get_values_for_type(x509.IPAddress)
    return (*names.get_values_for_type(x509.DNSName), *map(str, addresses))


def _key_words(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    match key:
        case rsa.RSAPublicKey():
            return f"RSA, {key.key_size} bits"
        case ec.EllipticCurvePublicKey():
            return f"EC, {key.curve.name}, {key.key_size} bits"
        case dsa.DSAPublicKey():
            return f"DSA, {key.key_size} bits"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ed448.Ed448PublicKey():
            return "Ed448"
        case _:
            return type(key).__name__


def _signature_words(certificate: x509.Certificate) -> str:
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return certificate.signature_algorithm_oid.dotted_string
    return "of the key's own kind" if algorithm is None else algorithm.name.upper()


def _checks_of_one(certificate: x509.Certificate, moment: datetime) -> Iterator[Check]:
    begins, expires = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if moment < begins:
        yield Check("dates", False, f"it is not valid before {begins:%Y-%m-%d %H:%M} UTC")
    elif moment > expires:
        yield Check("dates", False, f"it expired on {expires:%Y-%m-%d %H:%M} UTC")
    else:
        days = (expires - moment).days
        left = f"{days} more day{'s' * (days > 1)}" if days else "less than a day"
        yield Check("dates", True, f"it is valid for {left}")
    weak = _weakness(certificate)
    yield Check("key", not weak, weak or "its key is strong enough")
    algorithm = _signature_words(certificate)
    is_own = certificate.subject == certificate.issuer
    # What vouches for itself is believed or not, whatever its signature.
    if algorithm in _WEAK_HASHES and not is_own:
        yield Check("signature", False, f"it is signed with {algorithm}, which can be forged")


def _weakness(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey) and key.key_size < _LEAST_BITS:
        return f"its key of {key.key_size} bits is too short; {_LEAST_BITS} are the least"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < _LEAST_CURVE_BITS:
        return f"its key of {key.key_size} bits is too short; {_LEAST_CURVE_BITS} are the least"
    return ""


def _name_check(certificate: x509.Certificate, host: str) -> Check:
    names = _names(certificate)
    if any(name_fits(each, host) for each in names):
        return Check("name", True, f"it is for {host}")
    whom = ", ".join(names) or "nobody by name"
    return Check("name", False, f"it is for {whom}, not for {host}")


def _link_check(certificate: x509.Certificate, above: x509.Certificate | None) -> Check:
    if above is None:
        return Check("issuer", False, "the next certificate cannot be read")
    issuer, subject = certificate.issuer.rfc4514_string(), above.subject.rfc4514_string()
    try:
        certificate.verify_directly_issued_by(above)
    except InvalidSignature:
        return Check("issuer", False, f"its signature is not by {subject}, who is said to issue it")
    except (ValueError, TypeError):
        what = f"it was issued by {issuer}, but the next certificate is {subject}'s"
        return Check("issuer", False, what)
    if not _is_authority(above):
        what = f"{subject} signed it without being allowed to: that certificate is no authority's"
        return Check("issuer", False, what)
    return Check("issuer", True, f"the next certificate, {subject}'s, signed it")


def _top_check(certificate: x509.Certificate) -> Check:
    issuer = certificate.issuer.rfc4514_string()
    if certificate.subject == certificate.issuer:
        what = "it vouches for itself, so it must be trusted here already"
        return Check("authority", True, what)
    what = f"its issuer, {issuer}, was not sent and must be known here"
    return Check("authority", True, what)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return found.value.ca
