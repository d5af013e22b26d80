"""Channel bindings, by the certificate's own hash."""

from __future__ import annotations

import datetime
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from smtpdebugger.session.events import Connected, Received, TlsEstablished, WireEvent
from smtpdebugger.transport.binding import Unbindable, channel_binding


def certificate(kind: str) -> bytes:
    own = ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else None
    key = own or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x.test")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(7)
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    algorithm = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}.get(kind)
    return builder.sign(key, algorithm).public_bytes(serialization.Encoding.DER)


def established(*chain: bytes, version: str = "TLSv1.3") -> list[WireEvent]:
    return [Connected(0, "h", "127.0.0.1:25"), TlsEstablished(1, version, chain=chain)]


@pytest.mark.parametrize("kind", ["sha256", "sha384"])
def test_the_certificates_own_hash_is_used(kind: str) -> None:
    der = certificate(kind)
    bound = channel_binding("tls-server-end-point", established(der), None)
    assert bound == ("tls-server-end-point", hashlib.new(kind, der).digest())


def test_a_certificate_without_a_hash_cannot_be_bound_to() -> None:
    with pytest.raises(Unbindable, match=r"5929 section 4\.1"):
        channel_binding("tls-server-end-point", established(certificate("ed25519")), None)


@pytest.mark.parametrize("chain", [(), (b"\x30\x00",)])
def test_no_certificate_and_rubbish_are_told(chain: tuple[bytes, ...]) -> None:
    with pytest.raises(Unbindable, match="certificate"):
        channel_binding("tls-server-end-point", established(*chain), None)


def test_unique_is_what_openssl_tells_up_to_tls_1_2() -> None:
    assert channel_binding("tls-unique", established(version="TLSv1.2"), b"abc").octets == b"abc"
    with pytest.raises(Unbindable, match="does not tell"):
        channel_binding("tls-unique", established(version="TLSv1.2"), None)
    with pytest.raises(Unbindable, match="TLS 1"):
        channel_binding("tls-unique", established(), b"abc")


def test_only_this_connection_counts() -> None:
    events = [*established(b"x"), Received(2, b"220\r\n"), Connected(3, "h", "127.0.0.1:25")]
    with pytest.raises(Unbindable, match="no TLS"):
        channel_binding("tls-server-end-point", events, None)
    with pytest.raises(Unbindable, match="no TLS"):
        channel_binding("tls-server-end-point", [], None)
