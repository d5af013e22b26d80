"""aiosmtpd in five roles: default, inside TLS, open relay, LMTP, restricted.

Arguments: a port for each, in this order. What is sent is taken and dropped.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections.abc import Callable
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DOMAIN = os.environ["LAB_DOMAIN"]
CREDENTIALS = LoginPassword(os.environ["LAB_USER"].encode(), os.environ["LAB_PASSWORD"].encode())
REFUSALS = {
    "nobody": "550 5.1.1 No such user here",
    "greylist": "450 4.7.1 Greylisted, try again in 5 minutes",
}


class Recipients:
    """Takes mail for the lab's domain, and for any other from those who logged in."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        name, _, domain = address.rpartition("@")
        if domain.lower() != DOMAIN and not session.authenticated:
            return "554 5.7.1 Relay access denied"
        if name in REFUSALS:
            return REFUSALS[name]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 2.0.0 Message accepted for delivery"


class Anybody(Recipients):
    """Takes everything."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return "250 OK"


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
) -> AuthResult:
    good = given == CREDENTIALS
    return AuthResult(success=good, handled=good)


async def main() -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    folder = os.environ["LAB_TLS"]
    context.load_cert_chain(f"{folder}/server.chain", f"{folder}/server.key")
    ports = map(int, sys.argv[1:])

    async def listen(kind: Callable[..., SMTP], handler: Recipients, **settings: Any) -> None:
        first = settings.pop("ssl", None)
        settings |= {"hostname": os.environ["LAB_HOST"], "enable_SMTPUTF8": True}
        loop = asyncio.get_running_loop()
        await loop.create_server(
            lambda: kind(handler, ident="Python aiosmtpd 1.4.6", **settings),
            "127.0.0.1",
            next(ports),
            ssl=first,
        )

    logins = {"authenticator": authenticate, "auth_require_tls": False}
    await listen(SMTP, Recipients(), tls_context=context, **logins)
    await listen(SMTP, Recipients(), ssl=context, **logins)
    await listen(SMTP, Anybody())
    await listen(LMTP, Recipients())
    await listen(
        SMTP,
        Recipients(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        data_size_limit=10_000,
        **logins,
    )
    await asyncio.Event().wait()


asyncio.run(main())
