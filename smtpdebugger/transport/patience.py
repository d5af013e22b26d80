"""What a connection waits for right now, and how long that may take (RFC 5321 4.5.3.2)."""

from dataclasses import dataclass

from smtpdebugger.protocol.state import END_OF_DATA
from smtpdebugger.session.session import Session
from smtpdebugger.session.visible import visible
from smtpdebugger.transport.channel import Channel
from smtpdebugger.transport.settings import Timeouts
from smtpdebugger.transport.watchdog import Expectation

_STRAY_SECONDS = 5
"""A server that speaks in clear after STARTTLS rarely begins TLS later than this."""

PATIENCE = 1.0
"""Seconds; what comes sooner needs no words."""

_PART = 40
"""Characters of a reply that is not complete."""


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


def told_of(waiting: Waiting | None, session: Session) -> str:
    """What is awaited, and what has come of a reply; empty where it takes no time to speak of."""
    if waiting is None or waiting.elapsed < PATIENCE:
        return ""
    return waiting.sentence + _so_far(session)


def _so_far(session: Session) -> str:
    pending = session.pending[: _PART * 4]
    if not pending:
        return ""
    text = visible(pending.decode("utf-8", "replace").strip())
    return f"; so far: {text[:_PART]}{'…' if len(text) > _PART else ''}"


def awaited(
    channel: Channel, timeouts: Timeouts, so_far: Expectation | None = None
) -> Expectation | None:
    """The expectation of a connection in its present state, or None.

    ``so_far`` is what it was before: that is given back where nothing else is awaited now.
    """
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
    if channel.witness.session.owed and channel.overdue < len(channel.witness.session.exchanges):
        return _further(channel, timeouts)
    oldest = _due(channel)
    # Who types to a server that has not greeted awaits a reply.
    if not oldest and not channel.has_reply:
        return Expectation(
            "greeting",
            timeouts.greeting,
            f"The server did not greet within {timeouts.greeting:g} s.",
            "The connection is still open: type a command to see whether it answers, or try TLS.",
            "for the greeting",
        )
    if so_far is not None and so_far.key == oldest:
        return so_far
    return _reply(oldest, channel.witness.session.verb(oldest), timeouts) if oldest else None


def _further(channel: Channel, timeouts: Timeouts) -> Expectation:
    """LMTP answers mail data once for each recipient (RFC 2033 section 4.2)."""
    session = channel.witness.session
    return Expectation(
        ("owed", len(session.exchanges)),
        timeouts.data_end,
        f"{session.owed} recipients have no reply to the mail data within {timeouts.data_end:g} s.",
        "The server may not speak LMTP as RFC 2033 has it: type another command, or disconnect.",
        "for the replies for the other recipients",
    )


def _due(channel: Channel) -> int:
    """The number of the exchange whose reply is due next; those given up on are passed over.

    0: none is due.

    A reply that never came must not let everything behind it wait for ever.
    """
    session = channel.witness.session
    waiting = session.indexer.waiting
    if not waiting or waiting[0] > channel.overdue:
        return waiting[0] if waiting else 0
    return next((number for number in waiting if number > channel.overdue), 0)


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


def _reply(number: int, verb: str, timeouts: Timeouts) -> Expectation:
    seconds, to = timeouts.command, verb
    if verb == END_OF_DATA:
        seconds, to = timeouts.data_end, "the mail data"
    elif verb == "DATA":
        seconds = timeouts.data
    elif verb == "BDAT":
        seconds = timeouts.data_end
    return Expectation(
        number,
        seconds,
        f"No reply to {to} within {seconds:g} s.",
        "The connection is still open: wait on, type another command, or disconnect.",
        f"for the reply to {to}",
    )
