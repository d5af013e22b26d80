"""The throw-away certificate."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from smtpdebugger.practice.certificates import Identity, make_identity


@pytest.fixture(scope="module")
def identity() -> Identity:
    return make_identity("mail.test")


def test_each_is_its_own(identity: Identity) -> None:
    assert make_identity("mail.test").ca_pem != identity.ca_pem
    assert isinstance(identity.context, ssl.SSLContext)


def test_the_authority_is_one_and_lives_for_a_day(identity: Identity) -> None:
    authority = x509.load_pem_x509_certificate(identity.ca_pem.encode())
    constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)
    now = datetime.now(UTC)
    assert authority.not_valid_before_utc < now < authority.not_valid_after_utc
    assert authority.not_valid_after_utc < now + timedelta(days=2)


def test_no_private_key_is_told(identity: Identity) -> None:
    assert "PRIVATE" not in identity.ca_pem


@pytest.mark.parametrize("name", ["mail.test", "localhost", "127.0.0.1", "::1"])
def test_it_is_good_for_loopback_by_every_name(identity: Identity, name: str) -> None:
    context = ssl.create_default_context(cadata=identity.ca_pem)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(ours, theirs, server_hostname=name)
    server = identity.context.wrap_bio(theirs, ours, server_side=True)
    is_done = False
    for _ in range(6):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            is_done = side is server or is_done
    assert is_done
    assert client.getpeercert()
