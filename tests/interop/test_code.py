"""The developer's code on real servers: it runs, and nothing in it is unknown to any of them."""

import re
import socket

import pytest

from tests.diagnosis.coded import codes_for, run, talked
from tests.interop.fixtures import Live, on

pytestmark = pytest.mark.interop

SERVERS = ("postfix", "exim", "aiosmtpd", "smtp-server", "sendmail")
NAME = "mx.lab.test"
HELLO = "EHLO client.example"
MAIL = "MAIL FROM:<alice@lab.test>"

REFUSED = [
    (HELLO, "VRFY bob@lab.test"),
    (HELLO, "EXPN staff@lab.test"),
    (HELLO, "MIAL FROM:<alice@lab.test>"),
    (HELLO, "MAIL FROM:<alice@lab.test> FOO=1"),
    (HELLO, "RCPT TO:<bob@lab.test>"),
    (HELLO, "DATA"),
    (HELLO, "TURN"),
    (HELLO, MAIL, "STARTTLS"),
    (HELLO, "PIPELINING"),
]

NOT_UNDERSTOOD = frozenset({"500", "501", "502", "504", "555"})
"""503 is left: a server that wants TLS or a login first may refuse MAIL, and then RCPT."""


@on(lambda endpoint: endpoint.tls == "starttls" and endpoint.name.startswith(SERVERS))
def test_programs_are_understood(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = socket.getaddrinfo

    def lab_names(host: object, *more: object, **named: object) -> object:
        return usual("127.0.0.1" if host == NAME else host, *more, **named)  # type: ignore[arg-type]

    # Some servers have a certificate for their own name only, and no name server knows it.
    monkeypatch.setattr(socket, "getaddrinfo", lab_names)
    authority = str(live.server.ca)
    monkeypatch.setenv("SSL_CERT_FILE", authority)
    monkeypatch.setenv("SMTP_USER", "alice@lab.test")
    monkeypatch.setenv("SMTP_PASSWORD", "wonderland-7")
    constants: dict[str, object] = {
        "HOST, PORT": (NAME, live.at.port),
        "DOMAIN": "lab.test",
        "ADDRESS": "bob@lab.test",
        "MAILBOX": "alice@lab.test",
    }
    ran = 0
    for lines in REFUSED:
        session = talked(live.at.port, lines, live.server.ca.read_text())
        if not session.exchange(len(session.exchanges)).is_negative:
            continue
        diagnosis, programs = codes_for(session)
        for alternative, code in programs:
            if alternative.action == "reconnect" or alternative.delivers:
                continue
            for text in (code.smtplib, code.aiosmtplib):
                printed = run(text, constants)
                (answer,) = re.findall(r"(?m)^\(?([0-9]{3})", printed)[-1:] or ["none"]
                told = (diagnosis.command, diagnosis.causes[0].id, alternative.label, printed)
                assert answer not in NOT_UNDERSTOOD | {"none"}, told
                ran += 1
    assert ran
