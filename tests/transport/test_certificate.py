"""The small certificate reader, held against cryptography."""

from __future__ import annotations

import ssl

import pytest
import trustme
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.transport.certificate import Certificate, read_certificate
from tests.transport.certificates import self_signed


def der_of(pem: bytes) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem.decode())


def samples() -> list[bytes]:
    authority = trustme.CA(organization_name="An Organisation")
    leaf = authority.issue_cert("a.test", "*.b.test", "192.0.2.1", "2001:db8::1", "bücher.test")
    child = authority.create_child_ca()
    return [
        der_of(authority.cert_pem.bytes()),
        der_of(leaf.cert_chain_pems[0].bytes()),
        der_of(child.cert_pem.bytes()),
        self_signed("c.test", "127.0.0.1")[1],
    ]


@pytest.mark.parametrize("der", samples())
def test_it_reads_what_cryptography_reads(der: bytes) -> None:
    read, known = read_certificate(der), x509.load_der_x509_certificate(der)
    assert read.begins == f"{known.not_valid_before_utc:%Y-%m-%d}"
    assert read.expires == f"{known.not_valid_after_utc:%Y-%m-%d}"
    assert read.subject in known.subject.rfc4514_string().replace("\\", "")
    assert read.issuer in known.issuer.rfc4514_string().replace("\\", "")
    assert read.subject
    assert read.issuer
    try:
        names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        assert read.names == ()
    else:
        assert read.names == tuple(str(each.value) for each in names)


def test_years_of_both_centuries_and_beyond_2050() -> None:
    der = self_signed("c.test")[1]
    assert read_certificate(der).expires > "2050"


@given(st.binary(max_size=200))
def test_anything_is_read_without_an_error(octets: bytes) -> None:
    assert isinstance(read_certificate(octets), Certificate)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_certificate_is_read_without_an_error(place: int, octet: int) -> None:
    damaged = bytearray(SAMPLE)
    damaged[place % len(damaged)] = octet
    read = read_certificate(bytes(damaged))
    assert len(read.fingerprint) == 64


SAMPLE = self_signed("c.test", "127.0.0.1")[1]
