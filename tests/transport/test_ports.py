"""Find the port: each door of a host, and what stands behind it."""

from __future__ import annotations

import pytest
import trustme

from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.session.events import Sent
from smtpdebugger.transport.ports import USUAL_PORTS, Door, find_ports
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts, Trust
from tests.peers.peer import Peer, free_port
from tests.peers.scripts import polite, says, silent
from tests.transport.certificates import pem_of, server_context
from tests.transport.support import run


def brief(doors: list[Door]) -> list[tuple[int, str, bool]]:
    return [(each.port, each.security, each.works) for each in doors]


def test_the_doors_of_a_host_side_by_side() -> None:
    async def work() -> None:
        clear, tls = PracticeServer("modern"), PracticeServer("modern", tls=True)
        await clear.start()
        await tls.start()
        nobody = free_port()
        told: list[Door] = []
        settings = ConnectionSettings(
            "127.0.0.1",
            timeouts=Timeouts(tls=1, greeting=1, command=2, connect=2),
            trust=Trust(ca_pem=clear.ca_pem + tls.ca_pem),
            client_name="client.test",
        )
        doors = await find_ports(settings, (clear.port, tls.port, nobody), told.append)
        assert brief(doors) == [
            (clear.port, "none", True),
            (clear.port, "starttls", True),
            (clear.port, "tls", False),
            (tls.port, "none", False),
            (tls.port, "starttls", False),
            (tls.port, "tls", True),
            (nobody, "none", False),
            (nobody, "starttls", False),
            (nobody, "tls", False),
        ]
        assert sorted(brief(told)) == sorted(brief(doors))
        assert doors[1].can_log_in
        assert not doors[0].can_log_in
        assert doors[1].what == "TLSv1.3, certificate verified"
        assert "PLAIN" in doors[5].mechanisms
        assert "ESMTP" in doors[0].greeting
        assert "refused the connection" in doors[6].what
        sessions = [each.session for each in doors if each.session is not None]
        verbs = {
            each.octets.split()[0]
            for session in sessions
            for each in session.events
            if isinstance(each, Sent)
        }
        assert verbs == {b"EHLO", b"STARTTLS", b"QUIT"}
        await clear.stop()
        await tls.stop()

    run(work)


def test_a_server_without_starttls_and_one_that_keeps_silent() -> None:
    async def work() -> None:
        settings = ConnectionSettings(
            "127.0.0.1", timeouts=Timeouts(tls=0.2, greeting=0.2, command=0.2)
        )
        async with Peer(polite) as honest, Peer(silent) as quiet, Peer(says("554 no")) as closed:
            ports = (honest.port, quiet.port, closed.port)
            doors = await find_ports(settings, ports)
        assert brief(doors)[:3] == [
            (ports[0], "none", True),
            (ports[0], "starttls", False),
            (ports[0], "tls", False),
        ]
        assert doors[1].what == "not offered"
        assert "did not greet within 0.2 s" in doors[3].what
        assert "greeted with 554" in doors[6].what

    run(work)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_that_is_refused_is_why(trusted: bool) -> None:
    async def work() -> None:
        authority = trustme.CA()
        context = server_context(authority.issue_cert("127.0.0.1"))
        async with Peer(polite, context=context) as peer:
            trust = Trust(ca_pem=pem_of(authority if trusted else trustme.CA()))
            settings = ConnectionSettings(
                "127.0.0.1", trust=trust, timeouts=Timeouts(greeting=0.2, tls=2)
            )
            doors = await find_ports(settings, (peer.port,))
            assert doors[2].works is trusted
            assert trusted or "certificate is refused" in doors[2].what

    run(work)


def test_the_usual_ports() -> None:
    assert USUAL_PORTS == (25, 465, 587, 2525)
