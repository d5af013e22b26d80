"""100 MB through the window, against smtplib; a pipelined group, against one by one."""

import asyncio
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smtpdebugger.gui.composer.requests import MessageRequest
from smtpdebugger.protocol.envelope import Envelope
from tests.benchmarks.ahead import Heartbeat
from tests.benchmarks.driving import with_window

OCTETS = 100 * 1000 * 1000
ROUNDS = 4
RECIPIENTS = 1000
LATENCY = 0.010
LINE = b"A line of text as it stands in most messages, not too long and not too short.\r\n"


def measure_data() -> str:
    """Rate, longest stall and memory of one long message by DATA."""
    with sink() as port, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.eml"
        header = b"From: a@x.test\r\n\r\n"
        path.write_bytes(header + LINE * ((OCTETS - len(header)) // len(LINE)))
        return with_window(lambda driver: _send(driver, port, path))


async def _send(driver: object, port: int, path: Path) -> str:
    driver.connect_to(f"127.0.0.1:{port}", "none")
    await driver.settle(20)
    request = MessageRequest(Envelope("a@x.test", ("b@x.test",)), file=path)
    driver.speaker.open_message()
    dialog = driver.speaker._message
    # The message was made in this process: from here on its greatest size counts anew.
    await asyncio.to_thread(Path("/proc/self/clear_refs").write_text, "5")
    ours, peer, stall, before = 0.0, 0.0, 60.0, _memory("VmRSS")
    most = before
    for _ in range(ROUNDS):
        peer = max(peer, await asyncio.to_thread(_smtplib, port, path))
        heartbeat = Heartbeat()
        dialog.wanted.emit(request)
        await driver.settle(120)
        go_on, message = driver.page.watcher.session.exchanges[-2:]
        took = (message.replied_at - go_on.replied_at) / 1e6
        heartbeat.timer.stop()
        assert dialog.outcome.startswith("Sent:"), dialog.outcome
        ours, stall = max(ours, OCTETS / took), min(stall, heartbeat.longest)
        most = max(most, _memory("VmHWM"))
    dialog.reject()
    return (
        f"100 MB by DATA, from a file, recorded, on the screen: {ours / 1e6:.0f} MB/s, smtplib "
        f"{peer / 1e6:.0f}, ratio {ours / peer:.2f} (goal 1.0); longest stall {stall * 1000:.1f} ms"
        f" in the calmest of {ROUNDS} rounds (goal 33); memory "
        f"{(most - before) / 1024:.0f} MiB over the start (goal 64)"
    )


def _smtplib(port: int, path: Path) -> float:
    """The rate in a process of its own, octets a second."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.speaking", str(port), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _peer_main(port: int, path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.test") as client:
        client.ehlo()
        client.mail("a@x.test")
        client.rcpt("b@x.test")
        began = time.perf_counter()
        message = path.read_bytes()
        client.data(message)
        print(len(message) / (time.perf_counter() - began))


def _memory(what: str) -> int:
    """KiB of this process, now (VmRSS) or at most (VmHWM)."""
    text = Path("/proc/self/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith(what)).split()[1])


def measure_group() -> str:
    """A pipelined group of RCPT against the same one by one, over a long way."""
    with sink(LATENCY) as port:
        return with_window(lambda driver: _groups(driver, port))


async def _groups(driver: object, port: int) -> str:
    driver.connect_to(f"127.0.0.1:{port}", "none")
    await driver.settle(20)
    driver.live.send_line("MAIL FROM:<a@x.test>")
    await driver.settle(20)
    lines = [f"RCPT TO:<user{number}@x.test>" for number in range(RECIPIENTS)]
    times = []
    for ahead in (True, False):
        began = time.perf_counter()
        driver.live.send_lines(lines, ahead)
        await driver.settle(120)
        times.append(time.perf_counter() - began)
    assert len(driver.page.watcher.session.answers("RCPT")) == 2 * RECIPIENTS
    return (
        f"{RECIPIENTS} RCPT at {LATENCY * 1000:.0f} ms of latency: in a group {times[0]:.2f} s, "
        f"one by one {times[1]:.2f} s, {times[1] / times[0]:.0f} times as fast (goal 5)"
    )


@contextmanager
def sink(latency: float = 0.0) -> Iterator[int]:
    """The sink in a process of its own; its port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.sink", str(latency)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    _peer_main(int(sys.argv[1]), Path(sys.argv[2]))
