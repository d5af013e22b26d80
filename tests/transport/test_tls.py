"""Certificates that are refused, why in words, and trust for one session."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from smtpdebugger.session.events import Sent, TlsEstablished
from smtpdebugger.transport.certificate import Certificate
from smtpdebugger.transport.context import client_context
from smtpdebugger.transport.settings import TlsChoices, Trust
from smtpdebugger.transport.tls import TlsLayer, further_reasons
from tests.peers.peer import Peer
from tests.peers.scripts import polite, sends, starts_tls
from tests.peers.strict import StrictServer
from tests.transport.certificates import expired, pem_of, self_signed, server_context
from tests.transport.support import client_for, ends, events, failures, run, trusting


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def faulty(authority: trustme.CA, fault: str) -> tuple[ssl.SSLContext, Trust, str]:
    """A server with one fault, what the client trusts, and a word of the reason."""
    known = Trust(ca_pem=pem_of(authority))
    match fault:
        case "expired":
            return expired(authority), known, "expired on 2020-02-03"
        case "wrong name":
            other = authority.issue_cert("other.test", "elsewhere.test")
            return server_context(other), known, "it is for other.test, elsewhere.test, not for"
        case "unknown authority":
            stranger = trustme.CA(organization_name="Nobody knows us")
            return server_context(stranger.issue_cert("127.0.0.1")), known, "Nobody knows us"
        case _:
            return self_signed("127.0.0.1")[0], known, "self-signed"


FAULTS = ["expired", "wrong name", "unknown authority", "self-signed"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_faulty_certificate_is_refused_with_its_reason(
    fault: str, security: str, authority: trustme.CA
) -> None:
    context, trust, word = faulty(authority, fault)

    async def work() -> None:
        script = polite if security == "tls" else starts_tls(context)
        async with Peer(script, context=context if security == "tls" else None) as peer:
            client = client_for(peer.port, security=security, trust=trust)
            assert not await client.connect()
            [(stage, what)] = failures(client)
            assert stage == "certificate"
            assert word in what
            assert client.untrusted is not None
            assert word in client.untrusted.reason
            leaf = client.untrusted.chain[0]
            assert client.untrusted.fingerprint == hashlib.sha256(leaf).hexdigest()
            assert events(client, TlsEstablished) == []
            assert len(ends(client)) == 1
            if security == "tls":
                assert events(client, Sent) == []

    run(work)


@pytest.mark.parametrize("fault", FAULTS)
def test_trust_for_this_session_connects_and_stays_visible(
    fault: str, authority: trustme.CA
) -> None:
    context, trust, _ = faulty(authority, fault)

    async def work() -> None:
        async with Peer(polite, context=context) as peer:
            first = client_for(peer.port, security="tls", trust=trust)
            assert not await first.connect()
            assert first.untrusted is not None
            pinned = Trust(trust.ca_file, trust.ca_pem, frozenset({first.untrusted.fingerprint}))
            second = client_for(peer.port, security="tls", trust=pinned, session=first.session)
            assert await second.connect()
            [established] = events(second, TlsEstablished)
            assert not established.verified
            assert "trusted by you" in established.reason
            assert established.subject
            assert established.expires
            assert second.untrusted is None
            await second.quit()

    run(work)


def test_trust_in_one_certificate_is_not_trust_in_another(authority: trustme.CA) -> None:
    async def work() -> None:
        async with Peer(polite, context=self_signed("127.0.0.1")[0]) as peer:
            trust = Trust(fingerprints=frozenset({"ab" * 32}))
            client = client_for(peer.port, security="tls", trust=trust)
            assert not await client.connect()
            assert "not the certificate" in failures(client)[0][1]
            assert client.untrusted is not None

    run(work)


def test_fingerprints_may_be_written_with_colons_and_in_capitals() -> None:
    context, der = self_signed("127.0.0.1")
    digest = hashlib.sha256(der).hexdigest().upper()
    pin = ":".join(digest[at : at + 2] for at in range(0, 64, 2))

    async def work() -> None:
        async with Peer(polite, context=context) as peer:
            trust = Trust(fingerprints=frozenset({pin}))
            client = client_for(peer.port, security="tls", trust=trust)
            assert await client.connect()
            await client.disconnect()

    run(work)


def test_a_good_certificate_is_verified_and_its_facts_are_told(authority: trustme.CA) -> None:
    async def work() -> None:
        context = server_context(authority.issue_cert("localhost", common_name="mail.test"))
        async with Peer(polite, context=context) as peer:
            trust = Trust(ca_pem=pem_of(authority))
            client = client_for(peer.port, host="localhost", security="tls", trust=trust)
            assert await client.connect()
            [established] = events(client, TlsEstablished)
            assert established.verified
            assert established.reason == ""
            assert established.version.startswith("TLSv1.")
            assert established.cipher
            assert established.subject == "mail.test"
            assert len(established.chain) >= 1
            await client.quit()

    run(work)


def test_checking_switched_off_is_told() -> None:
    async def work() -> None:
        async with Peer(polite, context=self_signed("x.test")[0]) as peer:
            client = client_for(peer.port, security="tls", trust=Trust(verify=False))
            assert await client.connect()
            [established] = events(client, TlsEstablished)
            assert (established.verified, bool(established.reason)) == (False, True)
            await client.quit()

    run(work)


def test_a_file_of_authorities_is_used_and_a_bad_one_is_told(
    authority: trustme.CA, tmp_path: Path
) -> None:
    good, bad = tmp_path / "ca.pem", tmp_path / "bad.pem"
    good.write_text(pem_of(authority))
    bad.write_text("no certificate")

    async def work() -> None:
        context = server_context(authority.issue_cert("127.0.0.1"))
        async with Peer(polite, context=context) as peer:
            client = client_for(peer.port, security="tls", trust=Trust(ca_file=str(good)))
            assert await client.connect()
            await client.quit()
            for path in (bad, tmp_path / "missing.pem"):
                client = client_for(peer.port, security="tls", trust=Trust(ca_file=str(path)))
                assert not await client.connect()
                [(stage, what)] = failures(client)
                assert stage == "tls"
                assert path.name in what
                assert ends(client) == []

    run(work)


@pytest.mark.parametrize(
    ("alert", "word"),
    [(70, "TLS versions"), (40, "no cipher"), (112, "host name"), (80, "internal"), (47, "alert")],
)
def test_the_servers_alert_is_put_into_words(alert: int, word: str) -> None:
    async def work() -> None:
        async with Peer(sends(b"\x15\x03\x03\x00\x02\x02" + bytes([alert]))) as peer:
            client = client_for(peer.port, security="tls", trust=Trust(verify=False))
            assert not await client.connect()
            [(stage, what)] = failures(client)
            assert stage == "tls"
            assert word in what
            assert len(ends(client)) == 1

    run(work)


def test_the_flags_do_not_depend_on_the_version_of_python() -> None:
    context = client_context(Trust())
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    flags = ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_PARTIAL_CHAIN
    assert context.verify_flags == flags


def test_an_impossible_server_name_raises_a_value_error() -> None:
    with pytest.raises(ValueError, match=r".+"):
        TlsLayer(client_context(Trust(verify=False)), ".bad", Trust())


def test_a_refusal_names_everything_that_is_wrong(authority: trustme.CA) -> None:
    async def work() -> str:
        async with Peer(polite, context=expired(authority)) as peer:
            client = client_for(peer.port, security="tls", host="localhost")
            assert not await client.connect()
            # Where the name has an IPv6 address too, nobody listens there.
            *_, (_, what) = failures(client)
            return what

    what = run(work)
    assert "an authority that is not trusted here" in what
    assert "; it expired on 2020-02-03; it is for 127.0.0.1, not for localhost." in what


@pytest.mark.parametrize(
    ("name", "host", "fits"),
    [
        ("mx.example.test", "MX.example.test.", True),
        ("*.example.test", "mx.example.test", True),
        ("*.example.test", "a.mx.example.test", False),
        ("*.example.test", "example.test", False),
        ("::1", "0:0:0:0:0:0:0:1", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("localhost", "127.0.0.1", False),
    ],
)
def test_names_of_a_certificate_fit_as_they_do_for_openssl(
    name: str, host: str, fits: bool
) -> None:
    reasons = list(further_reasons(20, Certificate(names=(name,)), host))
    assert reasons == [] if fits else [f"it is for {name}, not for {host}"]


def asks_for_names(authority: trustme.CA, *names: str) -> tuple[ssl.SSLContext, list[str | None]]:
    """A server that remembers which names it was asked for."""
    context, asked = server_context(authority.issue_cert(*names)), []

    def remember(_: object, name: str | None, __: object) -> None:
        asked.append(name)

    context.sni_callback = remember
    return context, asked


@pytest.mark.parametrize(
    ("choices", "asked", "trusted"),
    [
        (TlsChoices(), [None], False),
        (TlsChoices(server_name="mx.example.test"), ["mx.example.test"], True),
        (TlsChoices(server_name="other.test"), ["other.test"], False),
        (TlsChoices(server_name=None, verify_name="mx.example.test"), [None], True),
        (TlsChoices(server_name="other.test", verify_name="mx.example.test"), ["other.test"], True),
        (TlsChoices(server_name=None), [None], False),
    ],
)
def test_the_name_asked_for_and_the_name_that_counts(
    choices: TlsChoices, asked: list[str | None], trusted: bool, authority: trustme.CA
) -> None:
    async def work() -> None:
        context, names = asks_for_names(authority, "mx.example.test")
        async with Peer(polite, context=context) as peer:
            client = client_for(
                peer.port, security="tls", tls=choices, trust=trusting(pem_of(authority))
            )
            assert await client.connect() is trusted
            assert names == asked
            if not trusted:
                assert "it is for mx.example.test, not for" in failures(client)[0][1]
            await client.disconnect()

    run(work)


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("maximum", ["1.2", "1.3"])
def test_a_client_certificate_is_shown_and_its_lack_is_explained(
    shown: bool, maximum: Any, authority: trustme.CA, tmp_path: Path
) -> None:
    file = tmp_path / "client.pem"
    file.write_bytes(authority.issue_cert("client.test").private_key_and_cert_chain_pem.bytes())

    async def work() -> None:
        context = server_context(authority.issue_cert("127.0.0.1"))
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
        with StrictServer(context) as server:
            tls = TlsChoices(certificate_file=str(file) if shown else None, maximum=maximum)
            client = client_for(
                server.port, security="tls", tls=tls, trust=trusting(pem_of(authority))
            )
            assert await client.connect() is shown
            if not shown:
                told = " ".join(what for _, what in failures(client))
                assert "wants a client certificate" in told or "setting in common" in told
            await client.disconnect()

    run(work)


def test_the_keys_are_logged_for_wireshark(authority: trustme.CA, tmp_path: Path) -> None:
    file = tmp_path / "keys.log"

    async def work() -> None:
        context = server_context(authority.issue_cert("127.0.0.1"))
        async with Peer(polite, context=context) as peer:
            client = client_for(
                peer.port,
                security="tls",
                tls=TlsChoices(key_log_file=str(file)),
                trust=trusting(pem_of(authority)),
            )
            assert await client.connect()
            await client.disconnect()

    run(work)
    labels = {line.split()[0] for line in file.read_text().splitlines() if line[0] != "#"}
    assert "CLIENT_TRAFFIC_SECRET_0" in labels


@pytest.mark.parametrize(
    ("choices", "version"),
    [
        (TlsChoices(maximum="1.2"), "TLSv1.2"),
        (TlsChoices(minimum="1.3"), "TLSv1.3"),
        (TlsChoices(), "TLSv1.3"),
    ],
)
def test_versions_are_agreed_on_as_chosen(
    choices: TlsChoices, version: str, authority: trustme.CA
) -> None:
    async def work() -> None:
        context = server_context(authority.issue_cert("127.0.0.1"))
        async with Peer(polite, context=context) as peer:
            client = client_for(
                peer.port, security="tls", tls=choices, trust=trusting(pem_of(authority))
            )
            assert await client.connect()
            assert events(client, TlsEstablished)[0].version == version
            await client.disconnect()

    run(work)


def test_a_server_that_is_too_old_for_the_choice_is_explained(authority: trustme.CA) -> None:
    async def work() -> None:
        context = server_context(authority.issue_cert("127.0.0.1"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with StrictServer(context) as server:
            client = client_for(
                server.port,
                security="tls",
                tls=TlsChoices(minimum="1.3"),
                trust=trusting(pem_of(authority)),
            )
            assert not await client.connect()
            assert "TLS versions of this program" in failures(client)[0][1]

    run(work)
