"""Certificates with every fault: the reason in words, the whole chain kept, nothing sent."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from smtpdebugger.session.events import Failed, Sent
from smtpdebugger.transport.chain import examine_chain
from smtpdebugger.transport.client import Trust
from tests.peers.peer import Peer
from tests.peers.scripts import polite, starts_tls
from tests.transport.certificates import expired, pem_of, self_signed, server_context
from tests.transport.support import client_for, events, replies, run

YEAR = datetime.timedelta(days=365)


def early(authority: trustme.CA) -> ssl.SSLContext:
    begin = datetime.datetime.now(datetime.UTC) + YEAR
    return server_context(
        authority.issue_cert("127.0.0.1", not_before=begin, not_after=begin + YEAR)
    )


def other_name(authority: trustme.CA) -> ssl.SSLContext:
    return server_context(authority.issue_cert("elsewhere.test"))


def own(authority: trustme.CA) -> ssl.SSLContext:
    return self_signed("127.0.0.1")[0]


def broken_chain(authority: trustme.CA) -> ssl.SSLContext:
    """Issued by an authority between, whose certificate is not sent."""
    leaf = authority.create_child_ca().issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with leaf.private_key_pem.tempfile() as key, leaf.cert_chain_pems[0].tempfile() as chain:
        context.load_cert_chain(chain, key)
    return context


def unknown(authority: trustme.CA) -> ssl.SSLContext:
    return server_context(trustme.CA().issue_cert("127.0.0.1"))


def weak(authority: trustme.CA, folder: Path) -> ssl.SSLContext:
    """A key of 1024 bits; the server's own policy must allow it."""
    key = rsa.generate_private_key(65537, 1024)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "weak.test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - YEAR)
        .not_valid_after(now + YEAR)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "weak.pem"
    file.write_bytes(secret + certificate.public_bytes(encoding))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("make", "reason", "failed_check"),
    [
        (expired, "it expired on 2020-02-03", "dates"),
        (early, "it is not valid before", "dates"),
        (own, "it is self-signed", None),
        (other_name, "it is for elsewhere.test, not for 127.0.0.1", "name"),
        (broken_chain, "an authority that is not trusted here", None),
        (unknown, "authority", None),
        (weak, "self-signed|too short", "key"),
    ],
    ids=["expired", "not yet", "self-signed", "wrong name", "broken chain", "unknown", "weak key"],
)
def test_each_is_refused_and_laid_open(
    make: Callable[..., ssl.SSLContext],
    reason: str,
    failed_check: str | None,
    security: Any,
    tmp_path: Path,
) -> None:
    async def work() -> None:
        authority = trustme.CA()
        context = make(authority, tmp_path) if make is weak else make(authority)
        implicit = security == "tls"
        script = polite if implicit else starts_tls(context)
        async with Peer(script, context=context if implicit else None) as peer:
            trust = Trust(ca_pem=pem_of(authority))
            client = client_for(peer.port, security=security, trust=trust)
            assert not await client.connect()
            failed = events(client, Failed)[-1]
            assert failed.stage == "certificate"
            assert any(each in failed.what for each in reason.split("|")), failed.what
            assert failed.chain
            shown = examine_chain(failed.chain, "127.0.0.1")
            names = [check.name for each in shown for check in each.failed]
            assert failed_check is None or failed_check in names
            octets = b"".join(each.octets for each in events(client, Sent))
            assert octets == (b"" if implicit else b"EHLO client.test\r\nSTARTTLS\r\n")
            # Trusting exactly this one connects, and the doubt stays in the log.
            assert client.untrusted is not None
            pins = frozenset({client.untrusted.fingerprint})
            again = client_for(peer.port, security=security, trust=Trust(fingerprints=pins))
            assert await again.connect()
            assert replies(again)[-1] == ("EHLO", 250)
            assert any("trusted by you" in row.text for row in again.session.rows)
            await again.disconnect()

    run(work)
