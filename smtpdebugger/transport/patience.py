"""What a connection waits for right now, and how long that may take (RFC 5321 4.5.3.2)."""

from dataclasses import dataclass

from smtpdebugger.protocol.command import Command, MailData
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.transport.channel import Channel
from smtpdebugger.transport.settings import Timeouts
from smtpdebugger.transport.watchdog import Expectation

_STRAY_SECONDS = 5
"""A server that speaks in clear after STARTTLS rarely begins TLS later than this."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is awaited, since when, and how long that may take; both in seconds."""

    what: str
    """As in “for the reply to EHLO”."""
    elapsed: float
    limit: float

    @property
    def sentence(self) -> str:
        """For people: ``waiting 12 s of 300 s for the reply to EHLO``."""
        if self.elapsed > self.limit:
            return f"waiting {self.elapsed:.0f} s {self.what}; {self.limit:g} s would be usual"
        return f"waiting {self.elapsed:.0f} s of {self.limit:g} s {self.what}"


def awaited(channel: Channel, timeouts: Timeouts) -> Expectation | None:
    """The expectation of a connection in its present state, or None."""
    if not channel.is_open:
        return None
    if channel.is_handshaking:
        return _handshake(channel, timeouts)
    if channel.is_blocked:
        return Expectation(
            "blocked",
            timeouts.data_block,
            f"The server took no more octets for {timeouts.data_block:g} s.",
            "It may hang; disconnect and try again.",
            "for the server to take more octets",
        )
    oldest = _due(channel)
    # Who types to a server that has not greeted awaits a reply.
    if oldest is None and not channel.has_reply:
        return Expectation(
            "greeting",
            timeouts.greeting,
            f"The server did not greet within {timeouts.greeting:g} s.",
            "The connection is still open: type a command to see whether it answers, or try TLS.",
            "for the greeting",
        )
    return None if oldest is None else _reply(oldest, timeouts)


def _due(channel: Channel) -> Exchange | None:
    """The exchange whose reply is due next; those given up on are passed over.

    A reply that never came must not let everything behind it wait for ever.
    """
    session = channel.witness.session
    oldest = session.oldest_waiting
    if oldest is None or oldest.number > channel.overdue:
        return oldest
    if len(session.exchanges) == channel.overdue:
        return None
    later = session.exchange(channel.overdue + 1)
    return later if later.reply is None and later.sent_at is not None else None


def _handshake(channel: Channel, timeouts: Timeouts) -> Expectation:
    if channel.has_stray_text:
        seconds = min(_STRAY_SECONDS, timeouts.tls)
        return Expectation(
            "stray",
            seconds,
            "The server agreed to STARTTLS and then went on in clear.",
            "It is set up wrongly, or something between you and it rewrites the session.",
            "for TLS to begin",
        )
    return Expectation(
        "tls",
        timeouts.tls,
        f"The TLS handshake was not over within {timeouts.tls:g} s.",
        "The server may not speak TLS on this port: try STARTTLS or None.",
        "for the TLS handshake",
    )


def _reply(exchange: Exchange, timeouts: Timeouts) -> Expectation:
    unit = exchange.unit
    seconds, to = timeouts.command, exchange.verb
    if isinstance(unit, MailData):
        seconds, to = timeouts.data_end, "the mail data"
    elif isinstance(unit, Command) and unit.verb == "DATA":
        seconds = timeouts.data
    elif isinstance(unit, Command) and unit.verb == "BDAT":
        seconds = timeouts.data_end
    return Expectation(
        exchange.number,
        seconds,
        f"No reply to {to} within {seconds:g} s.",
        "The connection is still open: wait on, type another command, or disconnect.",
        f"for the reply to {to}",
    )
