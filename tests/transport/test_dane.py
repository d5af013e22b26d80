"""TLSA records against certificates."""

from __future__ import annotations

import hashlib

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from smtpdebugger.transport.chain import public_key_octets
from smtpdebugger.transport.dane import TlsaRecord


@pytest.fixture(scope="module")
def chain() -> tuple[bytes, ...]:
    authority = trustme.CA()
    pems = [*authority.issue_cert("mx.test").cert_chain_pems, authority.cert_pem]
    return tuple(
        x509.load_pem_x509_certificate(each.bytes()).public_bytes(serialization.Encoding.DER)
        for each in pems
    )


@pytest.mark.parametrize("usage", [2, 3])
@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("matching", [0, 1, 2])
def test_a_record_of_every_kind_fits_its_certificate_and_no_other(
    usage: int, selector: int, matching: int, chain: tuple[bytes, ...]
) -> None:
    own, above = chain[0], chain[1]
    meant, other = (above, own) if usage == 2 else (own, above)

    def record(der: bytes) -> TlsaRecord:
        octets = public_key_octets(der) if selector else der
        digests = {1: hashlib.sha256, 2: hashlib.sha512}
        if matching:
            octets = digests[matching](octets).digest()
        return TlsaRecord(usage, selector, matching, octets)

    assert record(meant).problem == ""
    assert record(meant).matches(chain)
    assert not record(other).matches(chain)
    assert not record(meant).matches(())


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (TlsaRecord(0, 1, 1, bytes(32)), "PKIX"),
        (TlsaRecord(4, 1, 1, bytes(32)), "unknown"),
        (TlsaRecord(3, 2, 1, bytes(32)), "unknown"),
        (TlsaRecord(3, 1, 3, bytes(32)), "matching type"),
        (TlsaRecord(3, 1, 1, bytes(31)), "wrong length"),
    ],
)
def test_records_that_nobody_uses(record: TlsaRecord, problem: str) -> None:
    assert problem in record.problem


def test_damage_fits_nothing(chain: tuple[bytes, ...]) -> None:
    assert not TlsaRecord(3, 1, 1, bytes(32)).matches((b"damaged",))
    assert not TlsaRecord(3, 0, 9, bytes(32)).matches(chain)


def test_a_record_in_words() -> None:
    shown = str(TlsaRecord(3, 1, 1, bytes(range(32))))
    assert shown == "3 1 1 0001020304050607… (DANE-EE)"
