"""10,000 NOOPs sent ahead through the window: the longest stall, and the rate against smtplib."""

import smtplib
import time

from PySide6.QtCore import Qt, QTimer

from tests.benchmarks.driving import with_window
from tests.benchmarks.processes import practice_server

COMMANDS = 10_000
TICK_SECONDS = 0.005


class Heartbeat:
    """A tick every 5 ms; the longest gap between two is the longest stall."""

    def __init__(self) -> None:
        self.longest, self.last = 0.0, time.perf_counter()
        self.timer = QTimer()
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)
        self.timer.start(int(TICK_SECONDS * 1000))

    def tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self.last - TICK_SECONDS)
        self.last = now


def measure() -> str:
    with practice_server("modern") as port:
        peer = _smtplib_rate(port)
        return with_window(lambda driver: _send_ahead(driver, port, peer))


def _smtplib_rate(port: int) -> float:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example.test") as client:
        client.ehlo()
        began = time.perf_counter()
        for _ in range(2000):
            client.noop()
        return 2000 / (time.perf_counter() - began)


async def _send_ahead(driver: object, port: int, peer: float) -> str:
    driver.connect_to(f"127.0.0.1:{port}", "none")
    await driver.settle(20)
    heartbeat = Heartbeat()
    began = time.perf_counter()
    driver.live.send_lines(["NOOP"] * COMMANDS, True)
    await driver.settle(120)
    took = time.perf_counter() - began
    heartbeat.timer.stop()
    answered = len(driver.page.watcher.session.answers("NOOP"))
    rate = answered / took
    return (
        f"{answered} NOOPs ahead, recorded, on the screen: longest stall "
        f"{heartbeat.longest * 1000:.1f} ms (goal 33); {rate:.0f} a second, smtplib one by one "
        f"{peer:.0f}, ratio {rate / peer:.2f}"
    )
