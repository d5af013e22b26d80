"""Sightings: what the watchdog saw in one exchange, before it is put into words.

``Watch`` is all that is remembered from one exchange to the next. It does not grow with the
session, so that a session of a million events can be watched as it comes in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.ehlo import Capabilities
from smtpdebugger.session.exchange import Exchange

Side = Literal["client", "server"]

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Sighting(NamedTuple):
    """A rule of findings/ that holds for octets ``start`` up to ``stop`` of one side's unit."""

    rule: str
    side: Side = "server"
    start: int = 0
    stop: int = 0
    """0 where the whole unit is meant."""
    values: Mapping[str, object] = _NOTHING
    """What the sentence's placeholders stand for."""


@dataclass(slots=True)
class Watch:
    """What is remembered of the connection at hand."""

    knowledge: Knowledge
    is_one_sided: bool = False
    """Whether a trace shows the server's side alone: no reply of it came unasked."""
    connected_at: int | None = None
    is_greeted: bool = False
    last: Exchange | None = None
    """The exchange before, of this connection."""
    offers: Capabilities | None = None
    """What the last accepted EHLO offered, TLS or not."""
    offers_at: int = 0
    """The exchange of that EHLO."""
    offers_tls: bool = False
    offers_login: bool = False
    starttls: Exchange | None = None
    """An accepted STARTTLS whose handshake has not begun yet."""
    size: int | None = None
    """What the last MAIL announced."""
    is_eight_bit: bool = False
    """Whether the last MAIL announced content above ASCII."""
    mechanism: str = ""
    """What the last AUTH named."""
    responses: int = 0
    """SASL responses since then."""
    owners: dict[str, dict[str, list[tuple[str, str]]]] = field(default_factory=dict)
    """Which EHLO keywords bring a parameter of MAIL and RCPT, as far as anybody asked."""
    greeting: tuple[str, ...] = ()
    """The lines of the greeting."""
    greeted_at: int = 0
    """The exchange of the greeting."""
    hello: tuple[str, ...] = ()
    """The lines of the last accepted EHLO's reply."""
    answers: dict[str, str] = field(default_factory=dict)
    """By telling verb, the first line with which it was accepted."""
    told: set[str] = field(default_factory=set)
    """Rules that are told once for each connection, and were."""
    counts: dict[str, int] = field(default_factory=dict)
    """How often each rule has held in this connection."""

    def begin(self, exchange: Exchange) -> None:
        """A new connection: everything about the last one is forgotten."""
        self.connected_at = exchange.before.connected_at
        self.is_greeted = False
        self.last = self.offers = self.starttls = self.size = None
        self.offers_at = self.responses = 0
        self.mechanism = ""
        self.offers_tls = self.offers_login = self.is_eight_bit = False
        self.greeting = self.hello = ()
        self.greeted_at = 0
        self.answers.clear()
        self.told.clear()
        self.counts.clear()

    def first_time(self, rule: str) -> bool:
        """Whether a rule has not been told in this connection yet; from now on it has."""
        is_first = rule not in self.told
        self.told.add(rule)
        return is_first
