"""SCRAM against a server that computes for itself, and against servers that lie."""

from __future__ import annotations

import pytest
from scramp import ScramMechanism
from scramp.core import ScramServer

from smtpdebugger.protocol.scram import ChannelBinding, ScramProblem, scram

END_POINT = ChannelBinding("tls-server-end-point", b"\x01" * 32)


def server(name: str, password: str, binding: ChannelBinding | None = None) -> ScramServer:
    mechanism = ScramMechanism(name)
    known = mechanism.make_auth_info(password)
    bound = None if binding is None else (binding.kind, binding.octets)
    return mechanism.make_server(lambda user: known, channel_binding=bound)


@pytest.mark.parametrize("kind", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
@pytest.mark.parametrize("binding", [None, END_POINT])
def test_both_sides_prove_the_password(kind: str, binding: ChannelBinding | None) -> None:
    name = kind + ("-PLUS" if binding else "")
    peer = server(name, "pässword", binding)
    client = scram(name, "alice", "pässword", binding)
    peer.set_client_first((next(client) or b"").decode())
    final = client.send(peer.get_server_first().encode())
    peer.set_client_final((final or b"").decode())
    assert client.send(peer.get_server_final().encode()) == b""
    with pytest.raises(StopIteration):
        client.send(b"")


def test_a_wrong_password_is_refused_by_the_server() -> None:
    peer = server("SCRAM-SHA-256", "right")
    client = scram("SCRAM-SHA-256", "alice", "wrong", None)
    peer.set_client_first((next(client) or b"").decode())
    final = client.send(peer.get_server_first().encode())
    with pytest.raises(Exception, match="client keys"):
        peer.set_client_final((final or b"").decode())
    with pytest.raises(ScramProblem, match="refused the proof: invalid-proof"):
        client.send(peer.get_server_final().encode())


def test_a_server_that_does_not_know_the_password_is_found_out() -> None:
    peer = server("SCRAM-SHA-256", "another")
    client = scram("SCRAM-SHA-256", "alice", "mine", None)
    peer.set_client_first((next(client) or b"").decode())
    client.send(peer.get_server_first().encode())
    with pytest.raises(ScramProblem, match="cannot go on"):
        client.send(b"v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (b"", "cannot go on"),
        (b"\xff\xfe", "UTF-8"),
        (b"r=other,s=QSXCR+Q6sek8bf92,i=4096", "cannot go on"),
        (b"r=x,s=QSXCR+Q6sek8bf92,i=900000000", "rounds"),
        (b"r=x,s=QSXCR+Q6sek8bf92,i=" + b"9" * 5000, "rounds"),
        (b"e=unknown-user", "cannot go on"),
    ],
)
def test_nonsense_ends_the_login_with_a_sentence(first: bytes, told: str) -> None:
    client = scram("SCRAM-SHA-256", "alice", "mine", None)
    next(client)
    with pytest.raises(ScramProblem, match=told):
        client.send(first)


def test_a_password_that_cannot_be_prepared_is_told_before_anything_is_said() -> None:
    client = scram("SCRAM-SHA-256", "alice", "a\0b", None)
    with pytest.raises(ScramProblem):
        next(client)
        client.send(b"")
