"""Speaking to every server: each login it offers, and messages every way it takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.mechanisms import KNOWN, Credentials
from smtpdebugger.session.session import Session
from smtpdebugger.session.transaction import deliveries
from smtpdebugger.transport.auth import Login, Outcome
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Trust
from smtpdebugger.transport.mailing import Mail, send_mail
from smtpdebugger.transport.sending import Sending
from smtpdebugger.transport.settings import Timeouts, TlsChoices
from smtpdebugger.transport.source import Octets
from tests.interop import lab
from tests.interop.fixtures import Live, on
from tests.interop.landing import landed, same
from tests.interop.recipe import Endpoint

pytestmark = pytest.mark.interop

BREAKS_CHUNKS = {"inetsim"}
"""It takes dots away from chunks as if they were mail data, and answers none but the last."""

TAKES_NOTHING = {"opensmtpd-submission", "postfix-postscreen"}
"""One wants TLS and cannot do it; the other looks at strangers and sends them away at first."""

OVERSTATES = {"nginx"}
"""It offers DSN for whoever is behind it, who refuses it."""

THROW_AWAY = {
    "aiosmtpd", "chasquid", "fakesmtpd", "go-smtp", "haraka", "net-server-mail", "nginx",
    "proxsmtp", "py-smtpd", "simplesmtp", "slimta", "smtp-server", "twisted",
}  # fmt: skip
"""Servers that keep nothing of what they take; some endpoints of others do so, too."""

PATIENT = Timeouts(greeting=40, command=40, data_end=60, close=1)
SENDER, RECIPIENT = "alice@lab.test", "bob@lab.test"


def usable(endpoint: Endpoint) -> bool:
    return endpoint.tls_works or endpoint.tls != "implicit"


def throws_away(endpoint: Endpoint) -> bool:
    """Whether a message that was taken is nowhere to be found."""
    passed_on = {"dovecot", "dovecot-tls", "postfix-sink", "postfix-sink-lmtp"}
    return endpoint.name in passed_on or any(
        endpoint.name == name or endpoint.name.startswith(f"{name}-") for name in THROW_AWAY
    )


def client_of(live: Live, tls: TlsChoices | None = None) -> SmtpClient:
    """A client for an endpoint, under TLS where there is any that works."""
    server, at = live
    security = {"implicit": "tls", "starttls": "starttls", "none": "none"}[at.tls]
    if not at.tls_works:
        security = "none"
    settings = ConnectionSettings(
        at.host,
        at.port,
        security,  # type: ignore[arg-type]
        client_name="client.lab.test",
        timeouts=PATIENT,
        trust=Trust(ca_file=str(server.ca)),
        protocol=at.protocol,
        tls=tls or TlsChoices(),
    )
    return SmtpClient(Session(), settings)


def with_client(
    live: Live,
    work: Callable[[SmtpClient], Awaitable[object]],
    tls: TlsChoices | None = None,
) -> SmtpClient:
    async def hold() -> SmtpClient:
        client = client_of(live, tls)
        try:
            assert await client.connect()
            assert client.session.situation.capabilities is not None
            await work(client)
            await client.quit()
        finally:
            await client.disconnect()
        return client

    return asyncio.run(asyncio.wait_for(hold(), 200))


def log_in(live: Live, mechanism: str, password: str) -> Outcome:
    found: list[Outcome] = []

    async def work(client: SmtpClient) -> None:
        offered = client.session.situation.capabilities
        assert offered is not None
        assert mechanism in offered.auth_mechanisms
        who = Credentials(live.server.user, password)
        if mechanism == "XOAUTH2":
            who = Credentials(live.server.user, f"token-{password}")
        if mechanism == "EXTERNAL":
            who = Credentials()
        login = Login(who, mechanism, allow_clear=True, binding="tls-unique")
        found.append(await client.authenticate(login))

    # Cyrus SASL binds by tls-unique, which ends with TLS 1.2.
    plus = TlsChoices(maximum="1.2") if mechanism.endswith("-PLUS") else None
    with_client(live, work, plus)
    return found[0]


def spoken(endpoint: Endpoint) -> list[str]:
    if endpoint.name == "cyrus-lmtp-preauth":
        # It offers EXTERNAL to who is logged in already, and refuses it.
        return []
    return [name for name in endpoint.expect.mechanisms or () if name in KNOWN]


@on(lambda e: usable(e) and spoken(e))
def test_every_mechanism_with_the_right_and_a_wrong_password(live: Live) -> None:
    for mechanism in spoken(live.at):
        right = log_in(live, mechanism, live.server.password)
        assert right.has_succeeded, (mechanism, right)
        assert right.problem == ""
        wrong = log_in(live, mechanism, "not-" + live.server.password)
        assert wrong.exchange is not None
        assert wrong.exchange.code == live.at.expect.wrong_password, mechanism


def message(kind: str, marker: str) -> bytes:
    body = "Grüße" if kind in {"8bit", "smtputf8"} else "Greetings"
    subject = "Grüße" if kind == "smtputf8" else kind
    return (
        f"From: <{SENDER}>\r\nTo: <{RECIPIENT}>\r\nSubject: {subject}\r\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{marker}@client.lab.test>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n"
        f"{marker}\r\n.\r\n..\r\n.{body}\r\n\r\nlast line  \r\n"
    ).encode()


def ways(client: SmtpClient, server: str) -> list[tuple[str, Mail]]:
    """Every way of sending that the server offers."""
    has = client.session.situation.capabilities
    assert has is not None
    plain = Envelope(SENDER, (RECIPIENT,))
    blank = Octets(b"")
    found = [("data", Mail(plain, blank))]
    if "CHUNKING" in has and server not in BREAKS_CHUNKS:
        found.append(("bdat", Mail(plain, blank, "bdat")))
        found.append(("chunks", Mail(plain, blank, "bdat", 100)))
    if "PIPELINING" in has:
        found.append(("pipelined", Mail(plain, blank, pipelined=True)))
        if "CHUNKING" in has and server not in BREAKS_CHUNKS:
            found.append(("pipelined-chunks", Mail(plain, blank, "bdat", 100, pipelined=True)))
    if "DSN" in has and server not in OVERSTATES:
        dsn = replace(
            plain, ret="HDRS", envid="an id", notify=("SUCCESS", "FAILURE"), orcpt=RECIPIENT
        )
        found.append(("dsn", Mail(dsn, blank)))
    if "SIZE" in has:
        found.append(("size", Mail(plain, blank)))
    if "8BITMIME" in has:
        found.append(("8bit", Mail(replace(plain, body="8BITMIME"), blank)))
    if "SMTPUTF8" in has and "8BITMIME" in has:
        eai = replace(plain, smtputf8=True, body="8BITMIME")
        found.append(("smtputf8", Mail(eai, blank)))
    return found


@on(usable)
def test_a_message_every_way_the_server_takes_it(live: Live) -> None:
    taken: dict[str, bytes] = {}
    refused: dict[str, str] = {}

    async def work(client: SmtpClient) -> None:
        await log_in_if_need_be(client, live)
        for kind, mail in ways(client, live.server.name):
            octets = message(kind, f"{kind}-{uuid4().hex}")
            if kind == "size":
                mail = replace(mail, envelope=replace(mail.envelope, size=len(octets)))
            sending = Sending()
            last = await send_mail(client, replace(mail, source=Octets(octets)), sending)
            if last is not None and last.code is not None and last.code // 100 == 2:
                taken[kind] = octets
                assert sending.problem == ""
                assert sending.sent == len(octets)
                # At once: from some queues it goes as soon as it was delivered.
                await asyncio.to_thread(compare, live, kind, octets)
            else:
                refused[kind] = f"{sending.problem} {last and last.reply and last.reply.text}"
            if not client.is_connected:
                break
            await client.send_line("RSET")

    with_client(live, work)
    if live.at.name in TAKES_NOTHING:
        assert taken == {}
    else:
        assert refused == {}


KNOWS_ASCII_ONLY = {"chasquid", "courier"}
"""Servers that offer SMTPUTF8 and have no such user."""

WRITES_PATHS_DOWN = {"postfix"}
"""Servers that put the reverse-path into the file the message is found in."""


@on(usable)
def test_addresses_beyond_ascii_go_where_they_are_offered_and_nowhere_else(live: Live) -> None:
    octets = message("smtputf8", f"eai-{uuid4().hex}")
    recipients = ("почта@lab.test", RECIPIENT)
    envelope = Envelope("ärger@lab.test", recipients, body="8BITMIME", smtputf8=True)
    offers: list[bool] = []
    sending = Sending()
    said: list[tuple[str, int | None]] = []

    async def work(client: SmtpClient) -> None:
        await log_in_if_need_be(client, live)
        before = len(client.session.exchanges)
        has = client.session.situation.capabilities
        offers.append(has is not None and "SMTPUTF8" in has)
        await send_mail(client, Mail(envelope, Octets(octets)), sending)
        said.extend((each.verb, each.code) for each in client.session.exchanges[before:])

    with_client(live, work)
    if not offers[0]:
        assert said == []
        assert "did not offer SMTPUTF8" in sending.problem
    elif live.at.name not in TAKES_NOTHING:
        assert said[0] == ("MAIL", 250)
        known = not {live.at.name, live.server.name} & KNOWS_ASCII_ONLY
        assert said[1:3] == [("RCPT", 250 if known else 550), ("RCPT", 250)]
        assert (said[-1][1] or 0) // 100 == 2
        stored = compare(live, "eai", octets)
        if live.server.name in WRITES_PATHS_DOWN and stored is not None:
            assert "ärger@lab.test".encode() in stored


ANSWERS_ONCE = {"aiosmtpd-lmtp", "net-server-mail-lmtp"}
"""LMTP servers that answer once for all recipients, which RFC 2033 does not allow: one with one
line, the other with a line for each."""


@on(lambda e: usable(e) and e.protocol == "lmtp")
def test_in_lmtp_each_recipient_has_a_reply_of_its_own(live: Live) -> None:
    octets = message("lmtp", f"lmtp-{uuid4().hex}")
    to = (RECIPIENT, "nobody@lab.test", SENDER)
    found: list[tuple[str, ...]] = []
    sending = Sending()

    async def work(client: SmtpClient) -> None:
        await log_in_if_need_be(client, live)
        client.settings = replace(client.settings, timeouts=replace(PATIENT, data_end=6))
        last = await send_mail(client, Mail(Envelope(SENDER, to), Octets(octets)), sending)
        assert last is not None
        session = client.session
        told = deliveries(session, last.number)
        found.append(tuple(each.recipient for each in told if (each.code or 0) // 100 == 2))
        accepted = [each.verb == "RCPT" and each.code == 250 for each in session.exchanges]
        assert len(told) == sum(accepted)
        await client.send_line("NOOP")
        assert session.exchanges[-1].verb == "NOOP", "nothing is one reply out of step"
        assert session.exchanges[-1].code == 250

    with_client(live, work)
    assert sending.problem == ""
    if live.at.name in ANSWERS_ONCE:
        assert len(found[0]) == 1
        assert "no reply for " in sending.summary
    else:
        # Who is known there differs: somebody besides the first.
        assert found[0][0] == RECIPIENT
        assert len(found[0]) >= 2
        assert sending.summary == f"Taken for {len(found[0])} of {len(found[0])} recipients."


async def log_in_if_need_be(client: SmtpClient, live: Live) -> None:
    """Log in where a server offers it."""
    has = client.session.situation.capabilities
    if has is not None and has.auth_mechanisms and live.at.expect.mechanisms:
        who = Credentials(live.server.user, live.server.password)
        name = "PLAIN" if "PLAIN" in has.auth_mechanisms else ""
        await client.authenticate(Login(who, name, allow_clear=True))


def compare(live: Live, kind: str, octets: bytes) -> bytes | None:
    """What landed is what was sent; None where nothing is kept."""
    if throws_away(live.at):
        return None
    marker = octets.partition(b"Message-ID: <")[2].partition(b"@")[0]
    body = octets.partition(b"\r\n\r\n")[2]
    stored = landed(live.server, marker, body)
    assert stored is not None, kind
    assert same(stored, body), (kind, stored)
    return stored


assert lab.USER == SENDER
