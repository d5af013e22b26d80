"""A login of a session, step by step and decoded; secrets only where the events still hold them."""

from bisect import bisect_left
from typing import NamedTuple

from smtpdebugger.protocol.command import Command, SaslResponse
from smtpdebugger.protocol.reply import CHALLENGE
from smtpdebugger.protocol.sasl import MASK_OCTETS, masked
from smtpdebugger.protocol.sasl_reading import (
    Fields,
    SaslField,
    from_base64,
    read_challenge,
    read_response,
)
from smtpdebugger.session.events import Sent
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

MOST_STEPS = 40
"""How far back the AUTH of a response is looked for."""

_CANCEL = (SaslField("cancels the login", ""),)
_NO_BASE64 = "not in Base64"


class LoginStep(NamedTuple):
    """One message of a login, in clear; ``asked`` and ``said`` are empty where there is none."""

    mechanism: str
    said: Fields
    """By the client."""
    asked: Fields
    """By the server, in the 334 that answered."""


def login_step(session: Session, number: int) -> LoginStep | None:
    """What an exchange of a login says; None where the exchange is none of a login."""
    exchange = session.exchange(number)
    auth = _auth_of(session, exchange)
    if auth is None or not isinstance(auth.unit, Command):
        return None
    mechanism = (auth.unit.argument.split() or [""])[0].upper()
    before = session.exchange(number - 1) if exchange is not auth and number > 1 else None
    challenge = _challenge(session, before) or b""
    if number > auth.number + 1 or (exchange is not auth and len(auth.unit.argument.split()) > 1):
        # A name was told before. A server that asks for it twice gets the password for it.
        challenge = challenge.lower().replace(b"user", b"")
    asked: Fields = ()
    if exchange.code == CHALLENGE:
        octets = _challenge(session, exchange)
        said = (SaslField(_NO_BASE64, exchange.reply.text if exchange.reply else ""),)
        asked = said if octets is None else read_challenge(mechanism, octets)
    return LoginStep(mechanism, _said(session, exchange, mechanism, challenge), asked)


def _auth_of(session: Session, exchange: Exchange) -> Exchange | None:
    if exchange.verb == "AUTH":
        return exchange
    if not isinstance(exchange.unit, SaslResponse):
        return None
    first = max(0, exchange.number - 1 - MOST_STEPS)
    for number in range(exchange.number - 1, first, -1):
        if session.verb(number) == "AUTH":
            return session.exchange(number)
    return None


def _challenge(session: Session, exchange: Exchange | None) -> bytes | None:
    if exchange is None or exchange.reply is None:
        return b""
    octets = session.challenge(exchange.number).encode("utf-8", "surrogateescape")
    return MASK_OCTETS if octets.strip() == MASK_OCTETS else from_base64(octets)


def _said(session: Session, exchange: Exchange, mechanism: str, challenge: bytes) -> Fields:
    words = _octets(session, exchange).split()
    if exchange.verb == "AUTH":
        words = words[2:]
        challenge = b"User Name"  # An initial response of LOGIN is one (it has no RFC).
    if not words:
        return ()
    if words[0] == b"*":
        return _CANCEL
    if words[0] == MASK_OCTETS:
        return read_response(mechanism, MASK_OCTETS)
    octets = from_base64(words[0])
    if octets is None:
        return (SaslField(_NO_BASE64, words[0].decode("utf-8", "replace"), True),)
    return read_response(mechanism, octets, challenge)


def _octets(session: Session, exchange: Exchange) -> bytes:
    """The line as it was sent, secrets and all; with its masks where it stands among others."""
    unit = exchange.unit
    if not isinstance(unit, Command | SaslResponse) or exchange.sent_at is None:
        return b""
    place = bisect_left(session.events, exchange.sent_at, key=lambda event: event.at)
    while place < len(session.events) and session.events[place].at == exchange.sent_at:
        event = session.events[place]
        if isinstance(event, Sent) and event.octets.count(b"\n") == 1:
            return masked(event.octets, event.secrets)
        place += 1
    return masked(unit.octets, unit.secrets)
