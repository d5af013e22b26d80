"""Server certificates with one fault each, made by a private authority."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import tempfile
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def pem_of(authority: trustme.CA) -> str:
    """What a client must trust to believe the authority."""
    return authority.cert_pem.bytes().decode()


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """A server that shows a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def expired(authority: trustme.CA) -> ssl.SSLContext:
    """Valid until 2020-02-03."""
    end = datetime.datetime(2020, 2, 3, 12, tzinfo=datetime.UTC)
    return server_context(
        authority.issue_cert(
            "127.0.0.1", not_before=end - datetime.timedelta(days=9), not_after=end
        )
    )


def self_signed(*names: str) -> tuple[ssl.SSLContext, bytes]:
    """Vouches for itself; also gives its DER octets."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Selbst & Söhne"),
            x509.NameAttribute(NameOID.COMMON_NAME, "self.test"),
        ]
    )
    now = datetime.datetime.now(datetime.UTC)
    alternatives: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(each)) if each[0].isdigit() else x509.DNSName(each)
        for each in names
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30 * 365))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "both.pem")
        path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(path)
    return context, certificate.public_bytes(serialization.Encoding.DER)
