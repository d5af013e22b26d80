"""``talk --policies``: names are asked of a name server on loopback, the policy of the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from smtpdebugger.transport import mta_sts
from smtpdebugger.transport.chain import public_key_octets
from tests.cli.talk.support import Talk, Told, in_thread
from tests.peers.name_server import NameServer, Zone
from tests.peers.peer import Peer
from tests.peers.scripts import polite
from tests.transport.certificates import server_context

POLICY = b"version: STSv1\nmode: enforce\nmx: 127.0.0.1\nmax_age: 9\n"
STS = {("_mta-sts.example.test", "TXT"): ['"v=STSv1; id=1;"']}


@pytest.fixture(autouse=True)
def policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mta_sts, "fetch_policy", lambda domain, seconds: POLICY)


class Lab:
    """A server with TLS, and what its domain has published."""

    def __init__(self, talk: Talk) -> None:
        self.authority = trustme.CA()
        self.leaf = self.authority.issue_cert("127.0.0.1")
        self.ca = talk.folder / "ca.pem"
        self.authority.cert_pem.write_to_path(self.ca)
        self._talk = talk

    @property
    def digest(self) -> str:
        certificate = x509.load_pem_x509_certificate(self.leaf.cert_chain_pems[0].bytes())
        der = certificate.public_bytes(serialization.Encoding.DER)
        return sha256(public_key_octets(der)).hexdigest()

    @contextmanager
    def server(self) -> Iterator[Peer]:
        context = server_context(self.leaf)
        with in_thread(lambda: Peer(polite, context=context)) as server:
            yield server

    def ask(self, zone: Zone, port: int, *options: str, script: str = "") -> Told:
        with in_thread(lambda: NameServer(zone, is_secure=True)) as names:
            return self._talk(
                port,
                script,
                *("--security", "tls", "--policies", "example.test"),
                *("--name-server", names.address, "--timeout", "5", *options),
            )


@pytest.fixture
def lab(talk: Talk) -> Lab:
    return Lab(talk)


def test_what_is_kept_is_told_before_the_script(lab: Lab) -> None:
    with lab.server() as server:
        zone = STS | {(f"_{server.port}._tcp.127.0.0.1", "TLSA"): [f"3 1 1 {lab.digest}"]}
        told = lab.ask(zone, server.port, "--ca", str(lab.ca), script="NOOP\n")
        objects = lab.ask(zone, server.port, "--ca", str(lab.ca), "--format", "json").objects

    assert "# MTA-STS, kept: the certificate is verified, as the policy of example.test" in told.out
    assert "the certificate satisfies it." in told.out
    assert told.out.index("MTA-STS") < told.out.index("C*: NOOP")
    assert told.code == 0
    found = [each for each in objects if each["type"] == "published"]
    assert [(each["subject"], each["kept"]) for each in found] == [
        ("MTA-STS", True), ("MTA-STS", True), ("TLSA", True)
    ]  # fmt: skip


def test_what_is_not_kept_makes_the_exit_code(lab: Lab) -> None:
    with lab.server() as server:
        zone = {(f"_{server.port}._tcp.127.0.0.1", "TLSA"): [f"3 1 1 {'00' * 32}"]}
        told = lab.ask(zone, server.port, "--ca", str(lab.ca))

    assert "# TLSA, NOT kept: " in told.out
    assert "# MTA-STS, nothing to keep: example.test has no MTA-STS policy." in told.out
    assert told.code == 1


def test_a_refused_certificate_may_be_vouched_for_by_a_record(lab: Lab) -> None:
    with lab.server() as server:
        zone = STS | {(f"_{server.port}._tcp.127.0.0.1", "TLSA"): [f"3 1 1 {lab.digest}"]}
        told = lab.ask(zone, server.port, script="NOOP\n")

    assert "# TLSA, kept: " in told.out
    assert "# MTA-STS, NOT kept: " in told.out
    assert "NOOP" not in told.commands()
    assert told.code == 3


def test_without_a_connection_nothing_is_asked(lab: Lab, talk: Talk) -> None:
    with lab.server() as server:
        port = server.port
    told = lab.ask(STS, port)
    assert "MTA-STS" not in told.out
    assert told.code == 3
