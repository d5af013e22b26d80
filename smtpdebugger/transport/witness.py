"""The witness: stamps what happens on the wire with its time and hands it to the session.

Times come from ``perf_counter_ns`` because the loop's own clock is coarse under Qt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter_ns

from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Received,
    Remark,
    Resolved,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.session import Session
from smtpdebugger.transport.excess import Excess


class Witness:
    """Writes a connection's events into a session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._excess: Excess | None = None
        self._origin = perf_counter_ns() - 1000 * _microseconds_so_far(session)

    def at(self, nanoseconds: int | None = None) -> int:
        """A reading of ``perf_counter_ns``, or now, as microseconds since the session began."""
        reading = perf_counter_ns() if nanoseconds is None else nanoseconds
        return max(0, (reading - self._origin) // 1000)

    def resolved(self, host: str, addresses: tuple[str, ...], took: int = 0) -> None:
        """A name was looked up, in ``took`` microseconds."""
        self._record(Resolved(self.at(), host, addresses, took))

    def connected(
        self,
        host: str,
        peer: str,
        local: str,
        *,
        tls: bool,
        took: int = 0,
        via: str = "",
        lmtp: bool = False,
    ) -> None:
        """A connection stands, ``via`` a proxy if that is not empty."""
        self._record(Connected(self.at(), host, peer, local, tls, took, via, lmtp))

    def sent(self, octets: bytes, nanoseconds: int) -> None:
        """The client sent octets, in clear text as the SMTP layer sees them."""
        at = self.at(nanoseconds)
        if self._excess is not None:
            self._excess.take(at, octets)
        else:
            self._record(Sent(at, octets))

    def excess(self) -> Excess:
        """For one message, in one piece or several: counts what is kept of it."""
        return Excess(self.session.record)

    @contextmanager
    def sending(self, excess: Excess) -> Iterator[None]:
        """What is sent meanwhile is a message: of a long one head and tail are kept."""
        self._excess = excess
        try:
            yield
        finally:
            self._excess = None
            excess.flush()

    def received(self, octets: bytes, nanoseconds: int) -> None:
        """The server's octets came at ``nanoseconds`` of ``perf_counter_ns``."""
        self._record(Received(self.at(nanoseconds), octets))

    def tls(self, facts: TlsEstablished) -> None:
        """A handshake succeeded."""
        self._record(facts)

    def failed(
        self,
        stage: str,
        what: str,
        advice: str = "",
        took: int = 0,
        chain: tuple[bytes, ...] = (),
    ) -> None:
        """Something did not work; ``chain`` is what a refused server showed of itself."""
        self._record(Failed(self.at(), stage, what, advice, took, chain))

    def remark(self, text: str) -> None:
        """Something worth knowing."""
        self._record(Remark(self.at(), text))

    def closed(self, by: str, reason: str) -> None:
        """The connection ended."""
        self._record(Closed(self.at(), by, reason))

    def _record(self, event: WireEvent) -> None:
        # Whatever happens, happens after what was sent before it.
        if self._excess is not None:
            self._excess.flush()
        self.session.record(event)


def _microseconds_so_far(session: Session) -> int:
    """How far into the session we are; a second connection goes on where the first ended."""
    last = session.events[-1].at if session.events else 0
    try:
        began = datetime.fromisoformat(session.header.began)
    except ValueError:
        return last
    if began.tzinfo is None:
        began = began.replace(tzinfo=UTC)
    elapsed = datetime.now(UTC) - began
    # The wall clock may have been set meanwhile; time in a session never runs backwards.
    return max(last, round(elapsed.total_seconds() * 1_000_000))
