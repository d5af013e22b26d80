"""Requirements on real servers: what is said of them is what then happens."""

import asyncio
import smtplib
import ssl

import pytest

from smtpdebugger.diagnosis.compatibility import check
from smtpdebugger.diagnosis.requirements import derive
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from smtpdebugger.transport.settings import Security
from tests.interop import lab
from tests.interop.alternatives.ground import Ground
from tests.interop.fixtures import Live, on

pytestmark = pytest.mark.interop

SESSION = """\
S: 220 mx.example.test ESMTP
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-SIZE 10000
S: 250 STARTTLS
C: STARTTLS
S: 220 Go ahead
# tls
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-SIZE 10000
S: 250 AUTH PLAIN LOGIN
C: AUTH PLAIN AGFubgBzZWNyZXQ=
S: 235 Welcome
C: MAIL FROM:<ann@example.test> SIZE=100
S: 250 Ok
C: RCPT TO:<bob@example.test>
S: 250 Ok
C: DATA
S: 354 Go
C: Subject: hello
C: .
S: 250 Ok
"""
MESSAGE = "Subject: hello\r\n\r\nhello\r\n"


def sends(live: Live, context: ssl.SSLContext) -> bool:
    """Whether a program that insists on TLS and a login gets its message through."""
    at = live.at
    is_inside = at.tls == "implicit"
    try:
        with (
            smtplib.SMTP_SSL(at.host, at.port, timeout=30, context=context)
            if is_inside
            else smtplib.SMTP(at.host, at.port, timeout=30)
        ) as smtp:
            smtp.ehlo("client.lab.test")
            if not is_inside:
                smtp.starttls(context=context)
                smtp.ehlo("client.lab.test")
            smtp.login(lab.USER, lab.PASSWORD)
            smtp.sendmail(lab.USER, ["bob@lab.test"], MESSAGE)
    except (smtplib.SMTPException, OSError):
        return False
    return True


async def looked_at(live: Live) -> Session:
    """What a server offers, TLS included."""
    ground = Ground(live.server.endpoints, live.at.name, live.server.ca)
    security: Security = "tls" if live.at.tls == "implicit" else "none"
    client = await ground.elsewhere(live.at, security, ehlo=True)
    try:
        if client.session.situation.offers("STARTTLS") and await client.start_tls():
            await client.ehlo()
        await client.quit()
    finally:
        await client.disconnect()
    return client.session


@on(lambda at: at.name not in {"postfix-postscreen", "courier-restricted"} and at.tls_works)
def test_a_program_works_where_nothing_it_requires_is_missing(live: Live) -> None:
    profile = derive(read_dialogue(SESSION), load_knowledge())

    found = check(profile, asyncio.run(looked_at(live)), load_knowledge())

    context = ssl.create_default_context(cafile=str(live.server.ca))
    # Some servers have a certificate for another name.
    context.check_hostname = False
    assert found.is_compatible is sends(live, context), found.summary
