"""Logging in: AUTH with one mechanism, line by line (RFC 4954)."""

import hmac
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Generator

from smtpdebugger.cli.talk.directives import ScriptError
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.transport.client import SmtpClient

CHALLENGE = 334
CANCEL = b"*"

Lines = Generator[bytes, bytes, None]
"""Gives the lines to send; is sent the challenge in each 334."""

IN_CLEAR = frozenset({"PLAIN", "LOGIN", "XOAUTH2"})
"""Mechanisms that carry the password as it is; Base64 hides nothing."""


def plain(user: bytes, password: bytes) -> Lines:
    """RFC 4616."""
    yield b"AUTH PLAIN " + _base64(b"\0" + user + b"\0" + password)


def login(user: bytes, password: bytes) -> Lines:
    """The old one: the server asks for each in turn."""
    yield b"AUTH LOGIN"
    yield _base64(user)
    yield _base64(password)


def cram_md5(user: bytes, password: bytes) -> Lines:
    """RFC 2195: the password keys a digest of the challenge."""
    challenge = yield b"AUTH CRAM-MD5"
    digest = hmac.new(password, challenge, "md5").hexdigest()
    yield _base64(user + b" " + digest.encode())


def xoauth2(user: bytes, password: bytes) -> Lines:
    """A bearer token in place of the password; after a refusal, an empty line ends it."""
    yield b"AUTH XOAUTH2 " + _base64(b"user=" + user + b"\1auth=Bearer " + password + b"\1\1")
    yield b""


MECHANISMS: dict[str, Callable[[bytes, bytes], Lines]] = {
    "PLAIN": plain,
    "LOGIN": login,
    "CRAM-MD5": cram_md5,
    "XOAUTH2": xoauth2,
}
_BY_PREFERENCE = ("PLAIN", "LOGIN", "CRAM-MD5")


def choose(session: Session, wanted: str) -> str:
    """The mechanism to use: ``wanted``, or the best that is offered. Raises ScriptError."""
    if wanted:
        if wanted.upper() not in MECHANISMS:
            known = ", ".join(MECHANISMS)
            raise ScriptError(f"{wanted} cannot be done here; there are {known}")
        return wanted.upper()
    capabilities = session.situation.capabilities
    offered = () if capabilities is None else capabilities.auth_mechanisms
    for name in _BY_PREFERENCE:
        if name in offered:
            return name
    raise ScriptError(
        f"there is no way to log in: the server offers {', '.join(offered) or 'none'}."
        " :auth MECH, or --mechanism, tries one all the same"
    )


async def log_in(client: SmtpClient, mechanism: str, user: str, password: str) -> Exchange | None:
    """Log in; the last exchange, or None where nothing was sent.

    Where the server goes on asking, the login is cancelled.
    """
    lines = MECHANISMS[mechanism](user.encode(), password.encode())
    exchange = await client.send_line(next(lines))
    while exchange is not None and exchange.code == CHALLENGE:
        try:
            line = lines.send(_challenge(exchange))
        except StopIteration:
            return await client.send_line(CANCEL)
        exchange = await client.send_line(line)
    return exchange


def _challenge(exchange: Exchange) -> bytes:
    text = "" if exchange.reply is None else exchange.reply.text.strip()
    try:
        return a2b_base64(text.encode())
    except ValueError:
        # What is no Base64 cannot be answered rightly; the answer to nothing is as good.
        return b""


def _base64(octets: bytes) -> bytes:
    return b2a_base64(octets, newline=False)
