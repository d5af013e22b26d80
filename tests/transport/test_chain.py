"""Certificates laid open: what each says, and which checks it fails."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import suppress

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.transport.chain import ShownCertificate, examine_chain, public_key_octets

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make(
    subject: str,
    key: Key,
    issuer: str = "",
    signer: Key | None = None,
    *,
    names: Sequence[str] = (),
    is_authority: bool = False,
    begins: datetime.datetime = NOW - 10 * DAY,
    expires: datetime.datetime = NOW + 10 * DAY,
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer or subject))
        .public_key(key.public_key())
        .serial_number(77)
        .not_valid_before(begins)
        .not_valid_after(expires)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    )
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        builder = builder.add_extension(alternatives, critical=False)
    signer = signer or key
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer, digest).public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def keys() -> list[ec.EllipticCurvePrivateKey]:
    return [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]


def failed(shown: ShownCertificate) -> list[tuple[str, str]]:
    return [(each.name, each.what) for each in shown.failed]


def test_a_chain_that_is_in_order(keys: list[ec.EllipticCurvePrivateKey]) -> None:
    leaf = make("mx", keys[0], "middle", keys[1], names=["mx.test", "*.mx.test"])
    middle = make("middle", keys[1], "root", keys[2], is_authority=True)
    shown = examine_chain((leaf, middle), "mx.test", NOW)
    assert [each.failed for each in shown] == [(), ()]
    first, second = shown
    assert (first.subject, first.issuer) == ("CN=mx", "CN=middle")
    assert first.names == ("mx.test", "*.mx.test")
    assert (first.begins, first.expires) == ("2026-05-22 00:00:00 UTC", "2026-06-11 00:00:00 UTC")
    assert (first.key, first.signature) == ("EC, secp256r1, 256 bits", "SHA256")
    assert first.serial == "4d"
    assert len(first.fingerprint) == len(first.key_fingerprint) == 64
    assert first.fingerprint != first.key_fingerprint
    told = {each.name: each.what for each in first.checks}
    assert told["dates"] == "it is valid for 10 more days"
    assert told["issuer"] == "the next certificate, CN=middle's, signed it"
    last = {each.name: each.what for each in second.checks}
    assert last["authority"] == "its issuer, CN=root, was not sent and must be known here"


def test_each_fault_is_told_of_the_certificate_that_has_it(
    keys: list[ec.EllipticCurvePrivateKey],
) -> None:
    old = make("mx", keys[0], "middle", keys[1], names=["other.test"], expires=NOW - DAY)
    early = make("middle", keys[1], is_authority=True, begins=NOW + DAY)
    shown = examine_chain((old, early), "mx.test", NOW)
    assert failed(shown[0]) == [
        ("name", "it is for other.test, not for mx.test"),
        ("dates", "it expired on 2026-05-31 00:00 UTC"),
    ]
    assert failed(shown[1]) == [("dates", "it is not valid before 2026-06-02 00:00 UTC")]
    assert "vouches for itself" in shown[1].checks[-1].what


def test_a_chain_whose_links_do_not_fit(keys: list[ec.EllipticCurvePrivateKey]) -> None:
    leaf = make("mx", keys[0], "middle", keys[1], names=["mx.test"])
    stranger = make("stranger", keys[2], is_authority=True)
    [wrong, _] = examine_chain((leaf, stranger), "mx.test", NOW)
    assert failed(wrong) == [
        ("issuer", "it was issued by CN=middle, but the next certificate is CN=stranger's")
    ]
    namesake = make("middle", keys[2], is_authority=True)
    [forged, _] = examine_chain((leaf, namesake), "mx.test", NOW)
    assert failed(forged) == [
        ("issuer", "its signature is not by CN=middle, who is said to issue it")
    ]
    humble = make("middle", keys[1])
    [unauthorised, _] = examine_chain((leaf, humble), "mx.test", NOW)
    assert "without being allowed to" in failed(unauthorised)[0][1]
    [before, damaged] = examine_chain((leaf, b"nothing"), "mx.test", NOW)
    assert failed(before) == [("issuer", "the next certificate cannot be read")]
    assert failed(damaged)[0][0] == "form"


def test_short_keys_and_other_kinds() -> None:
    short = rsa.generate_private_key(65537, 1024)
    [shown] = examine_chain((make("mx", short, names=["mx.test"]),), "mx.test", NOW)
    assert shown.key == "RSA, 1024 bits"
    assert failed(shown) == [("key", "its key of 1024 bits is too short; 2048 are the least")]
    small = ec.generate_private_key(ec.SECP192R1())
    [shown] = examine_chain((make("mx", small, names=["mx.test"]),), "mx.test", NOW)
    assert "192 bits is too short" in failed(shown)[0][1]
    edwards = ed25519.Ed25519PrivateKey.generate()
    [shown] = examine_chain((make("mx", edwards),), "mx.test", NOW)
    assert (shown.key, shown.signature) == ("Ed25519", "of the key's own kind")
    assert failed(shown) == [("name", "it is for nobody by name, not for mx.test")]


def test_addresses_count_as_names() -> None:
    leaf = trustme.CA().issue_cert("127.0.0.1", "::1")
    der = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
    octets = der.public_bytes(serialization.Encoding.DER)
    [shown] = examine_chain((octets,), "127.0.0.1")
    assert shown.names == ("127.0.0.1", "::1")
    assert failed(shown) == []


def test_nothing_was_sent() -> None:
    assert examine_chain((), "mx.test") == []
    with pytest.raises(ValueError, match="cannot be read"):
        public_key_octets(b"")


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 255))
def test_damage_never_raises(rubbish: bytes, position: int, octet: int) -> None:
    good = make("mx", _KEY, names=["mx.test"])
    damaged = bytearray(good)
    damaged[position % len(good)] = octet
    shown = examine_chain((bytes(damaged), rubbish), "mx.test", NOW)
    assert len(shown) == 2
    assert shown[1].failed


_KEY = ed25519.Ed25519PrivateKey.generate()


def test_every_octet_may_be_damaged() -> None:
    good = make("mx", _KEY, names=["mx.test"])
    for position in range(len(good)):
        for octet in (0, 3, good[position] ^ 1, good[position] ^ 128):
            damaged = bytearray(good)
            damaged[position] = octet
            assert len(examine_chain((bytes(damaged),), "mx.test", NOW)) == 1
            with suppress(ValueError):
                assert public_key_octets(bytes(damaged))
