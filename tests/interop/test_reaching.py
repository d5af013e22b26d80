"""Every endpoint is reached in every TLS mode it has, and told apart from the modes it has not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from smtpdebugger.gui.connecting.certificates import presented
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.panels.connection_bar import Choice
from smtpdebugger.session.events import Closed, Failed, TlsEstablished
from smtpdebugger.session.session import Session
from smtpdebugger.transport.chain import examine_chain
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.settings import ConnectionSettings, Security, Timeouts, Trust
from tests.gui.driving import drive
from tests.interop.fixtures import Live, on
from tests.interop.recipe import Endpoint
from tests.transport.support import run

pytestmark = pytest.mark.interop

MODES: dict[str, tuple[Security, ...]] = {
    "none": ("none",),
    "starttls": ("none", "starttls"),
    "implicit": ("tls",),
}
PATIENT = 60.0


def settings_for(live: Live, security: Security, **choices: object) -> ConnectionSettings:
    """How to reach an endpoint, its authority trusted."""
    settings = ConnectionSettings(
        live.at.host,
        live.at.port,
        security,
        client_name="client.lab.test",
        protocol=live.at.protocol,
        trust=Trust(ca_file=str(live.server.ca)),
    )
    return replace(settings, **choices)  # type: ignore[arg-type]


def meet(settings: ConnectionSettings) -> SmtpClient:
    """Connect, say nothing but hello and QUIT; the client with its session."""

    async def work() -> SmtpClient:
        client = SmtpClient(Session(), settings)
        if await client.connect():
            await client.quit()
        return client

    return run(work, PATIENT)


def hellos(session: Session) -> list[int | None]:
    """The codes of all EHLO and LHLO."""
    return [each.code for each in session.exchanges if each.verb in {"EHLO", "LHLO"}]


@on(lambda endpoint: endpoint.tls_works)
def test_by_the_client_in_every_mode(live: Live) -> None:
    for security in MODES[live.at.tls]:
        session = meet(settings_for(live, security)).session
        told = [each.what for each in session.events if isinstance(each, Failed)]
        assert told == [], (live.at.name, security)
        assert hellos(session) == [250] * (2 if security == "starttls" else 1)
        assert session.exchanges[-1].code == 221
        assert isinstance(session.events[-1], Closed)
        assert session.situation.tls is (security != "none")


@on(lambda endpoint: endpoint.tls != "none" and endpoint.tls_works)
def test_certificates_are_laid_open_and_refused_where_nobody_vouches(live: Live) -> None:
    security: Security = "tls" if live.at.tls == "implicit" else "starttls"
    session = meet(settings_for(live, security)).session
    found = presented(session)
    assert found is not None
    assert found.is_good
    assert examine_chain(found.chain, live.at.host)[0].failed == ()
    stranger = meet(settings_for(live, security, trust=Trust()))
    assert not stranger.is_connected
    assert stranger.untrusted is not None
    refused = presented(stranger.session)
    assert refused is not None
    assert refused.chain[0] == found.chain[0]
    assert not any(isinstance(each, TlsEstablished) for each in stranger.session.events)


def has_no_implicit_tls(endpoint: Endpoint) -> bool:
    """Whether TLS from the first octet is a mistake here."""
    return endpoint.tls != "implicit"


@on(has_no_implicit_tls)
def test_tls_to_a_plain_port_is_explained(live: Live) -> None:
    times = Timeouts(tls=8, greeting=8)
    client = meet(settings_for(live, "tls", timeouts=times))
    assert not client.is_connected
    told = " ".join(each.what for each in client.session.events if isinstance(each, Failed))
    assert "in clear" in told or "TLS" in told


@on(lambda endpoint: endpoint.tls == "implicit" and endpoint.tls_works)
def test_clear_text_to_a_tls_port_is_explained(live: Live) -> None:
    times = Timeouts(greeting=1.5, hint=0.5, command=3)
    client = meet(settings_for(live, "none", timeouts=times))
    assert hellos(client.session) == []
    assert any("TLS" in row.text for row in client.session.rows)


@on(lambda endpoint: endpoint.tls_works)
def test_by_the_window(live: Live, qapp: QApplication) -> None:
    security: Security = {"none": "none", "starttls": "starttls"}.get(live.at.tls, "tls")  # type: ignore[assignment]

    async def work(driver: PageDriver) -> None:
        driver.live.way = settings_for(live, security)
        choice = Choice(live.at.host, live.at.port, security, True, "client.lab.test")
        driver.live.connect_to(choice)
        await driver.settle(PATIENT)
        session = driver.page.watcher.session
        assert driver.live.is_connected
        assert hellos(session)[-1] == 250
        assert session.situation.tls is (security != "none")
        assert not driver.live.is_unverified
        driver.live.disconnect()
        await driver.settle(PATIENT)

    drive(qapp, work)
