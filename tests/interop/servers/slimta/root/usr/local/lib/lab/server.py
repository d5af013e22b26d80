"""python-slimta's edge, with STARTTLS and inside TLS.

Arguments: a port for each, in this order. What is sent is taken and dropped.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import ssl  # noqa: E402
import sys  # noqa: E402

import gevent  # noqa: E402
from pysasl.identity import ClearIdentity  # noqa: E402
from slimta.edge.smtp import SmtpEdge, SmtpValidators  # noqa: E402
from slimta.smtp.reply import Reply  # noqa: E402

DOMAIN, USER = os.environ["LAB_DOMAIN"], os.environ["LAB_USER"]
PERSON = ClearIdentity(USER, os.environ["LAB_PASSWORD"])


class Dropped:
    """A queue that keeps nothing."""

    def enqueue(self, envelope):
        return [(envelope, "LAB1")]


class Rules(SmtpValidators):
    def handle_auth(self, reply, credentials):
        if credentials.authcid != USER or not credentials.verify(PERSON):
            reply.copy(Reply("535", "5.7.8 Authentication credentials invalid"))

    def handle_rcpt(self, reply, recipient, parameters):
        name, _, domain = recipient.rpartition("@")
        if domain.lower() != DOMAIN and not self.session.auth:
            reply.copy(Reply("554", "5.7.1 Relay access denied"))
        elif name == "nobody":
            reply.copy(Reply("550", "5.1.1 No such user"))


def listen(port: str, **role: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = os.environ["LAB_TLS"]
    context.load_cert_chain(f"{folder}/server.chain", f"{folder}/server.key")
    edge = SmtpEdge(
        ("127.0.0.1", int(port)),
        queue=Dropped(),
        max_size=10 * 1024 * 1024,
        validator_class=Rules,
        auth=[b"PLAIN", b"LOGIN", b"CRAM-MD5"],
        context=context,
        hostname=os.environ["LAB_HOST"],
        **role,
    )
    edge.start()


listen(sys.argv[1])
listen(sys.argv[2], tls_immediately=True)
gevent.wait()
