"""Logging in over a connection: one mechanism, step by step, never a second one (RFC 4954)."""

from binascii import b2a_base64
from dataclasses import dataclass, replace
from typing import Protocol

from smtpdebugger.protocol.mechanisms import (
    Credentials,
    Dialogue,
    Exposure,
    Mechanism,
    MechanismError,
    answer,
    begin,
    mechanism_named,
    strongest,
)
from smtpdebugger.protocol.reply import CHALLENGE
from smtpdebugger.protocol.sasl_reading import from_base64, read_challenge, sentence
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.transport.binding import BindingKind, Unbindable, channel_binding
from smtpdebugger.transport.resolve import in_thread

LOGGED_IN = 235
BOUND_OTHERWISE = "The password is wrong, or the server binds logins to TLS in another way."
BOUND_OTHERWISE_ADVICE = (
    "Try another channel binding (tls-unique exists up to TLS 1.2), or the mechanism without -PLUS."
)
LONGEST_COMMAND = 512
"""With its line end; a longer initial response waits for the 334 (RFC 4954 section 4)."""

_PROVING = ("SCRAM-", "DIGEST-MD5")
PROVED_MESSAGES = 3
"""The client's, of which the last is empty: it has seen the server's proof (RFC 5802 section 5).
The first of DIGEST-MD5 is none."""

MOST_STEPS = 20
"""A server that asks on and on is answered no more."""

IN_CLEAR = (
    "AUTH {name} was not sent: the connection is not encrypted, so anybody on the way could read"
    " {what}."
)
IN_CLEAR_ADVICE = "Use STARTTLS first, or allow a password in clear expressly."


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in."""

    who: Credentials
    mechanism: str = ""
    """Empty: the strongest that is offered."""
    initial_response: bool = True
    """Let AUTH carry the first message where the mechanism allows it and it is short enough."""
    allow_clear: bool = False
    """Send a password or a token though the connection is not encrypted."""
    binding: BindingKind = "tls-server-end-point"
    """For the -PLUS mechanisms."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a login went."""

    mechanism: str = ""
    exchange: Exchange | None = None
    """The last one; None where nothing was sent."""
    problem: str = ""
    """Why it ended before the server judged, or why it was never sent; else empty."""
    was_withheld: bool = False
    """Whether it was not sent because the secret would have gone in clear."""

    @property
    def has_succeeded(self) -> bool:
        """Whether the client is logged in."""
        return self.exchange is not None and self.exchange.code == LOGGED_IN


class Wire(Protocol):
    """What a login needs of a client."""

    session: Session

    @property
    def tls_unique(self) -> bytes | None:
        """The octets of ``tls-unique``, or None."""

    def tell(self, stage: str, what: str, advice: str = "") -> None:
        """Put a failure into the session."""

    async def send_line(self, line: str | bytes, ending: bytes = b"\r\n") -> Exchange | None:
        """Send one line and wait for its reply."""


async def log_in(wire: Wire, login: Login) -> Outcome:
    """Log in with one mechanism; whatever goes wrong is told in the session."""
    try:
        mechanism, who = _choose(wire, login)
        if _shows_secret(wire.session, mechanism) and not login.allow_clear:
            what = IN_CLEAR.format(name=mechanism.name, what=mechanism.exposure.value)
            wire.tell("send", what, IN_CLEAR_ADVICE)
            return Outcome(mechanism.name, None, what, was_withheld=True)
        dialogue, first = begin(mechanism, who)
    except (MechanismError, Unbindable) as error:
        problem = str(error).rstrip(".") + "."
        wire.tell("send", f"The login was not sent. {problem}")
        return Outcome(login.mechanism.upper(), None, problem)
    return await _Conversation(wire, mechanism, dialogue).hold(
        first, carries_first=login.initial_response
    )


def _choose(wire: Wire, login: Login) -> tuple[Mechanism, Credentials]:
    session = wire.session
    capabilities = session.situation.capabilities
    offered = () if capabilities is None else capabilities.auth_mechanisms
    who = replace(
        login.who,
        host=login.who.host or session.situation.host,
        port=login.who.port or session.situation.port,
        service="lmtp" if session.situation.lmtp else login.who.service,
        offers_binding=any(name.endswith("-PLUS") for name in offered),
    )
    wanted = mechanism_named(login.mechanism) if login.mechanism else None
    if wanted is None or wanted.needs_binding:
        try:
            bound = channel_binding(login.binding, session.events, wire.tls_unique)
            who = replace(who, binding=bound)
        except Unbindable:
            if wanted is not None:
                raise
    return wanted or strongest(offered, who), who


def _shows_secret(session: Session, mechanism: Mechanism) -> bool:
    shows = mechanism.exposure in {Exposure.SECRET, Exposure.TOKEN}
    return shows and not session.situation.tls


class _Conversation:
    """One AUTH exchange."""

    def __init__(self, wire: Wire, mechanism: Mechanism, dialogue: Dialogue) -> None:
        self._wire = wire
        self._mechanism = mechanism
        self._dialogue = dialogue
        self._said = 1
        """Messages the dialogue gave so far."""

    async def hold(self, first: bytes | None, *, carries_first: bool) -> Outcome:
        """All of it; the dialogue has said ``first``."""
        name = self._mechanism.name
        line = b"AUTH " + name.encode("ascii")
        carried = line + b" " + (_encoded(first or b"") or b"=") + b"\r\n"
        carries_first &= first is not None and len(carried) <= LONGEST_COMMAND
        exchange = await self._wire.send_line(carried if carries_first else line + b"\r\n", b"")
        waiting = None if carries_first else first
        for _ in range(MOST_STEPS):
            if exchange is None or exchange.code != CHALLENGE:
                return self._ended(exchange)
            challenge = self._challenge(exchange)
            if challenge is None:
                return await self._cancel(exchange, "The server's challenge is not in Base64.")
            try:
                waiting, response = None, await self._response(waiting, challenge)
            except MechanismError as error:
                return await self._cancel(exchange, f"{error}.")
            if response is None:
                asked = sentence(read_challenge(name, challenge))
                return await self._cancel(
                    exchange, f"The server asks more than {name} has answers for: {asked}."
                )
            exchange = await self._wire.send_line(_encoded(response))
        return await self._cancel(exchange, f"The server asked {MOST_STEPS} times.")

    def _challenge(self, exchange: Exchange) -> bytes | None:
        text = self._wire.session.challenge(exchange.number)
        return from_base64(text.encode("utf-8", "surrogateescape"))

    async def _response(self, waiting: bytes | None, challenge: bytes) -> bytes | None:
        if waiting is not None:
            return waiting
        self._said += 1
        if not self._mechanism.name.startswith("SCRAM-"):
            return answer(self._dialogue, challenge)
        # The server says how long the hashing takes: seconds, if it likes.
        return await in_thread(
            lambda: answer(self._dialogue, challenge), "prove the password", uses_openssl=True
        )

    async def _cancel(self, exchange: Exchange | None, why: str) -> Outcome:
        self._wire.tell("login", why, "The login was cancelled with “*” (RFC 4954 section 4).")
        if exchange is not None and exchange.code == CHALLENGE:
            exchange = await self._wire.send_line(b"*")
        return Outcome(self._mechanism.name, exchange, why)

    def _ended(self, exchange: Exchange | None) -> Outcome:
        name = self._mechanism.name
        problem = ""
        if exchange is not None and exchange.code == LOGGED_IN and name.startswith(_PROVING):
            if self._said < PROVED_MESSAGES:
                problem = "The server accepted the login without proving that it knows the password"
                reference = self._mechanism.reference
                self._wire.tell("login", f"{problem}.", f"{reference} wants that: be careful.")
        elif exchange is not None and exchange.reply is None:
            problem = "No reply came."
        elif exchange is not None and exchange.is_negative and self._mechanism.needs_binding:
            problem = BOUND_OTHERWISE
            self._wire.tell("login", problem, BOUND_OTHERWISE_ADVICE)
        return Outcome(name, exchange, problem)


def _encoded(octets: bytes) -> bytes:
    return b2a_base64(octets, newline=False)
