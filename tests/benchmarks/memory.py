"""What 100 MB of a live session take in memory, each kind in a process of its own."""

import random
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from smtpdebugger.session.events import Received, Sent, WireEvent
from smtpdebugger.session.session import Session

OCTETS = 100_000_000


def _replies() -> Iterator[WireEvent]:
    """A command and a reply of several hundred octets of text."""
    for at in range(10**9):
        yield Sent(at, b"HELP %d\r\n" % at)
        lines = (b"214-%d this is what the server has to say\r\n" % line for line in range(8))
        yield Received(at, b"".join(lines) + b"214 end of it\r\n")


def _recipients() -> Iterator[WireEvent]:
    """Recipients, one by one: the shortest of exchanges."""
    for at in range(10**9):
        yield Sent(at, b"RCPT TO:<person%d@example.test>\r\n" % at)
        yield Received(at, b"250 2.1.5 Ok\r\n")


def _noise() -> Iterator[WireEvent]:
    """Replies that nothing makes smaller than their randomness."""
    dice = random.Random(1)
    for at in range(10**9):
        yield Sent(at, b"NOOP\r\n")
        yield Received(at, b"250 " + b64encode(dice.randbytes(300)) + b"\r\n")


KINDS: dict[str, Callable[[], Iterator[WireEvent]]] = {
    "help texts": _replies,
    "recipients": _recipients,
    "base64 of noise": _noise,
}


def measure() -> str:
    lines = []
    for kind in KINDS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.memory", kind],
            capture_output=True,
            text=True,
            check=True,
        )
        lines.append(done.stdout.strip())
    return "\n         ".join(lines)


def _main(kind: str) -> None:
    session, octets, events, longest = Session(), 0, 0, 0.0
    session.record(Received(0, b"220 mx.example.test ESMTP\r\n"))
    before, began = _memory(), time.perf_counter()
    for event in KINDS[kind]():
        octets += len(event.octets)  # type: ignore[union-attr]
        at = time.thread_time()
        session.record(event)
        longest = max(longest, time.thread_time() - at)
        events += 1
        if octets >= OCTETS:
            break
    took = _memory() - before
    print(
        f"100 MB of {kind}: {events:,} events, {took / 1e6:.0f} MB of memory (goal 64), "
        f"{took / events:.0f} octets an event (goal 300), "
        f"{events / (time.perf_counter() - began):,.0f} events a second, "
        f"longest event {longest * 1000:.1f} ms of processor"
    )


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


if __name__ == "__main__":
    _main(sys.argv[1])
