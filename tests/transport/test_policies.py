"""What was published, and whether a server keeps to it: asked of a name server on loopback."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from smtpdebugger.transport.chain import public_key_octets
from smtpdebugger.transport.mta_sts import PolicyMissing
from smtpdebugger.transport.policies import Server, Verdict, examine_policies, examine_published
from tests.peers.name_server import NameServer, Zone
from tests.peers.peer import Peer
from tests.peers.scripts import polite
from tests.transport.certificates import pem_of, server_context
from tests.transport.support import client_for, remarks, run, trusting

RECORD = {("_mta-sts.example.test", "TXT"): ['"v=STSv1; id=1;"']}
POLICY = b"version: STSv1\nmode: enforce\nmx: mx.example.test\nmax_age: 9\n"


@pytest.fixture(scope="module")
def chain() -> tuple[bytes, ...]:
    leaf = trustme.CA().issue_cert("mx.example.test")
    certificate = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
    return (certificate.public_bytes(serialization.Encoding.DER),)


def examine(zone: Zone, server: Server, *, policy: Any = POLICY, secure: bool = True) -> Any:
    def fetch(domain: str, seconds: float) -> bytes:
        assert domain == "example.test"
        if isinstance(policy, Exception):
            raise policy
        assert isinstance(policy, bytes)
        return policy

    async def work() -> list[Verdict]:
        async with NameServer(zone, is_secure=secure) as names:
            return await examine_policies(
                "example.test", server, name_server=names.address, seconds=1, fetch=fetch
            )

    return [(each.subject, each.is_kept, each.what) for each in run(work)]


def test_nothing_is_published(chain: tuple[bytes, ...]) -> None:
    found = examine({}, Server("mx.example.test", 25, chain, True))
    assert found == [
        ("MTA-STS", None, "example.test has no MTA-STS policy"),
        ("TLSA", None, "mx.example.test has no TLSA record"),
    ]


def test_a_policy_that_is_kept(chain: tuple[bytes, ...]) -> None:
    named, verified, _ = examine(RECORD, Server("mx.example.test", 25, chain, True))
    assert named[:2] == verified[:2] == ("MTA-STS", True)
    assert "(mode enforce, 9 s) names mx.example.test" in named[2]


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (Server("evil.test", 25, (b"x",), True), "names mx.example.test, not evil.test"),
        (Server("mx.example.test", 25, (), False), "wants TLS, and there is none"),
        (Server("mx.example.test", 25, (b"x",), False), "and it is not"),
    ],
)
def test_a_policy_that_is_not_kept(server: Server, words: str) -> None:
    found = examine(RECORD, server)
    assert any(kept is False and words in what for _, kept, what in found)


@pytest.mark.parametrize(
    ("zone", "policy", "kept", "words"),
    [
        (RECORD, PolicyMissing("no answer"), False, "not to be had: no answer"),
        (RECORD, b"version: STSv1\nmode: none\nmax_age: 1\n", None, "asks for nothing"),
        (RECORD, b"<html>", False, "is wrong"),
        ({("_mta-sts.example.test", "TXT"): ['"v=spf1"']}, b"", None, "has no MTA-STS record"),
        (
            {("_mta-sts.example.test", "TXT"): ['"v=STSv1; id=1"', '"v=STSv1; id=2"']},
            b"",
            False,
            "has 2 MTA-STS records",
        ),
        ({("_mta-sts.example.test", "FAIL"): []}, b"", None, "is not known"),
    ],
)
def test_policies_that_are_missing_or_wrong(
    zone: Zone, policy: Any, kept: bool | None, words: str, chain: tuple[bytes, ...]
) -> None:
    found = examine(zone, Server("mx.example.test", 25, chain, True), policy=policy)
    assert found[0][1] is kept
    assert words in found[0][2]


@pytest.mark.parametrize("secure", [True, False])
def test_records_of_the_certificate(secure: bool, chain: tuple[bytes, ...]) -> None:
    digest = hashlib.sha256(public_key_octets(chain[0])).hexdigest()
    zone = {
        ("_587._tcp.mx.example.test", "TLSA"): [
            f"3 1 1 {digest}",
            f"3 1 1 {'00' * 32}",
            f"1 1 1 {digest}",
        ]
    }
    server = Server("mx.example.test", 587, chain, True)
    found = [each for each in examine(zone, server, secure=secure) if each[0] == "TLSA"]
    verdicts = {kept for _, kept, _ in found}
    assert verdicts == {True, False, None}
    assert any("not signed" in what for _, _, what in found) is not secure
    assert any("do not use PKIX" in what for _, _, what in found)
    without = Server("mx.example.test", 587, (), False)
    found = examine(zone, without)
    assert any("TLS is due, and there is none" in what for _, _, what in found)


def test_records_nobody_can_use() -> None:
    zone = {("_25._tcp.mx.example.test", "TLSA"): [f"0 0 1 {'00' * 32}"]}
    found = examine(zone, Server("mx.example.test", 25, (b"x",), True))
    assert found[-1] == (
        "TLSA",
        None,
        "_25._tcp.mx.example.test has no record that mail senders can use",
    )


def test_verdicts_are_noted_in_the_session() -> None:
    async def work() -> None:
        authority = trustme.CA()
        context = server_context(authority.issue_cert("mx.example.test"))
        async with NameServer(RECORD) as names, Peer(polite, context=context) as peer:
            client = client_for(
                peer.port,
                host="mx.example.test",
                address="127.0.0.1",
                security="tls",
                trust=trusting(pem_of(authority)),
                name_server=names.address,
            )
            assert await client.connect()
            verdicts = await examine_published(client, "example.test", lambda *_: POLICY)
            assert [each.is_kept for each in verdicts] == [True, True, None]
            noted = remarks(client)
            assert noted[0].startswith("MTA-STS, kept: the policy of example.test")
            assert noted[-1] == "TLSA, nothing to keep: mx.example.test has no TLSA record."
            await client.disconnect()

    run(work)
