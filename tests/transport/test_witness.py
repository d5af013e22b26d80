"""The clock of a live session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter_ns

from smtpdebugger.session.events import Closed, Received, Remark
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transport.witness import Witness


def test_times_run_from_the_beginning_of_the_session() -> None:
    began = datetime.now(UTC) - timedelta(seconds=90)
    witness = Witness(Session(Header(began=began.isoformat())))
    assert 89_000_000 < witness.at() < 95_000_000


def test_times_never_run_backwards() -> None:
    for began in ("", "nonsense", (datetime.now(UTC) + timedelta(days=1)).isoformat()):
        session = Session(Header(began=began))
        session.record(Remark(5_000_000, "earlier"))
        assert Witness(session).at() >= 5_000_000


def test_octets_carry_the_time_they_came_not_the_time_they_are_looked_at() -> None:
    witness = Witness(Session())
    moment = perf_counter_ns()
    later = witness.at()
    witness.received(b"220 x\r\n", moment)
    witness.closed("server", "")
    received, closed = witness.session.events
    assert isinstance(received, Received)
    assert isinstance(closed, Closed)
    assert received.at <= later <= closed.at
