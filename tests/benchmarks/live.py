"""A live session of 50,000 events a second, recorded, with its window open."""

import asyncio
import os
import tempfile
import time
from pathlib import Path

from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.recorder import Recorder
from tests.benchmarks.driving import with_window
from tests.benchmarks.million import Heart

RATE = 50_000
SECONDS = float(os.environ.get("SMTPDEBUGGER_LIVE_SECONDS", "60"))
MOST = 500
"""Events between two turns of the loop, as a busy connection brings them."""


def measure() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return with_window(lambda driver: _feed(driver, Path(folder)))


async def _feed(driver: object, folder: Path) -> str:
    await driver.settle(20)
    session = Session(Header(began="2026-11-23T10:00:00Z"))
    memory = _memory()
    with Recorder(session, folder / "live.smtpsession") as recorder:
        driver.page.watcher.show(session)
        session.record(Connected(0, "mx.example.test", "192.0.2.25:25"))
        session.record(Received(1, b"220 mx.example.test ESMTP\r\n"))
        heart, began = Heart(), time.perf_counter()
        made = 0
        while (now := time.perf_counter() - began) < SECONDS:
            due = min(int(now * RATE) - made, MOST) // 2 * 2
            for number in range(made, made + due, 2):
                session.record(Sent(number * 20, b"RCPT TO:<p%d@example.test>\r\n" % number))
                session.record(Received(number * 20 + 9, b"250 2.1.5 Ok\r\n"))
            made += due
            await asyncio.sleep(0)
        stalls = heart.stop()
        took = (_memory() - memory) / max(1, made)
    size = recorder.path.stat().st_size
    lines = recorder.path.read_bytes().count(b"\n")
    return (
        f"{made / SECONDS:,.0f} events a second for {SECONDS:.0f} s (goal {RATE:,}); {stalls}; "
        f"{took:.0f} octets of memory an event; file {size / 1e6:.0f} MB, "
        f"{lines - 3:,} of {made:,} events in it"
    )


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
