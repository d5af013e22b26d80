"""Verification steps on the wire, against a practice server."""

import asyncio
from collections.abc import Awaitable, Callable

from smtpdebugger.diagnosis.model import Step
from smtpdebugger.diagnosis.verification import Verification
from smtpdebugger.gui.verifying import look_elsewhere, verify
from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Trust
from tests.gui.stage import knowledge


def against(
    personality: str, lines: list[str], check: Callable[[SmtpClient], Awaitable[None]]
) -> None:
    """Connect, send lines, and check with the connection still open."""

    async def run() -> None:
        server = PracticeServer(personality)
        await server.start()
        settings = ConnectionSettings(
            host="127.0.0.1",
            port=server.port,
            security="none",
            client_name="client.example",
            trust=Trust(ca_pem=server.ca_pem),
        )
        client = SmtpClient(Session(Header(origin="live")), settings)
        try:
            await client.connect()
            for line in lines:
                await client.send_line(line)
            await check(client)
        finally:
            await client.disconnect()
            await server.stop()

    asyncio.run(run())


def verification_of(client: SmtpClient) -> Verification:
    session = client.session
    refused = [n for n in range(1, len(session.exchanges) + 1) if (session.code(n) or 0) >= 400]
    return Verification(session, session.exchange(refused[-1]), knowledge())


def test_steps_run_in_the_session_and_change_what_is_thought() -> None:
    async def check(client: SmtpClient) -> None:
        verification = verification_of(client)
        before = len(client.session.exchanges)
        read = [each.id for each in verification.possible()]
        told: list[tuple[str, ...]] = []
        await verify(client, verification, lambda each: told.append(each.changes))

        assert verification.probes
        assert len(verification.probes) == len(told)
        assert {each.step for each in verification.probes} <= set(read)
        assert len(client.session.exchanges) > before
        assert client.is_connected
        assert told[-1]

    against("strict-postfix", ["AUTH PLAIN"], check)


def test_starttls_is_followed_by_its_handshake() -> None:
    async def check(client: SmtpClient) -> None:
        verification = verification_of(client)
        step = verification.next_step
        assert step is not None
        assert step.commands[0] == "STARTTLS"
        await verify(client, verification, lambda _: None)
        assert client.session.situation.tls
        assert verification.after.causes[0].id == "auth-requires-tls"

    against("strict-postfix", ["AUTH PLAIN"], check)


def test_a_connection_of_its_own_leaves_the_session_alone() -> None:
    async def check(client: SmtpClient) -> None:
        before = len(client.session.exchanges)
        step = Step("fresh-and-repeat", "", "", "reconnect", ("EHLO me", "VRFY a"), None, "none")
        other = await look_elsewhere(client.settings, step)

        verbs = [other.verb(number) for number in range(1, len(other.exchanges) + 1)]
        assert verbs == ["(greeting)", "EHLO", "VRFY", "QUIT"]
        assert len(client.session.exchanges) == before

    against("strict-postfix", ["VRFY a"], check)


def test_without_a_connection_nothing_is_taken() -> None:
    async def check(client: SmtpClient) -> None:
        verification = verification_of(client)
        await client.disconnect()
        await verify(client, verification, lambda _: None)
        assert verification.probes == []

    against("strict-postfix", ["VRFY a"], check)
