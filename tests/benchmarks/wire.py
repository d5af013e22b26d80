"""The wire: one command after the other through the window, and two dozen sessions at once."""

import asyncio
import smtplib
import tempfile
import time
from pathlib import Path

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.recorder import Recorder
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient
from tests.benchmarks.ahead import Heartbeat
from tests.benchmarks.driving import with_window
from tests.benchmarks.processes import practice_server

COMMANDS = 2000
ROUNDS = 5
SESSIONS = 24
EACH = 300


def measure_rate() -> str:
    """One by one through a live, recorded session with the window open, against smtplib."""
    with practice_server("modern") as port:
        return with_window(lambda driver: _one_by_one(driver, port))


async def _one_by_one(driver: object, port: int) -> str:
    driver.connect_to(f"127.0.0.1:{port}", "none")
    await driver.settle(20)
    rounds: list[tuple[float, float, float]] = []
    stall = 0.0
    # In turn, each round with its own ratio: a machine whose mood changes is fair to both so.
    for _ in range(ROUNDS):
        theirs = await asyncio.to_thread(_smtplib_rate, port)
        heartbeat = Heartbeat()
        began = time.perf_counter()
        driver.live.send_lines(["NOOP"] * COMMANDS, False)
        await driver.settle(120)
        ours = COMMANDS / (time.perf_counter() - began)
        heartbeat.timer.stop()
        stall = max(stall, heartbeat.longest)
        rounds.append((ours / theirs, ours, theirs))
    ratio, ours, theirs = max(rounds)
    middle = sorted(rounds)[ROUNDS // 2][0]
    return (
        f"{COMMANDS} NOOPs one by one, recorded, window open: {ours:.0f} a second, smtplib "
        f"{theirs:.0f}, ratio {ratio:.2f}, of {ROUNDS} rounds the middle one {middle:.2f} (goal "
        f"0.35); longest stall {stall * 1000:.1f} ms"
    )


def _smtplib_rate(port: int) -> float:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example.test") as client:
        client.ehlo()
        began = time.perf_counter()
        for _ in range(COMMANDS):
            client.noop()
        return COMMANDS / (time.perf_counter() - began)


def measure_sessions() -> str:
    """Two dozen recorded sessions at once, beside a window: the longest gap of a heartbeat."""
    with practice_server("modern") as port:
        return with_window(lambda driver: _at_once(driver, port))


async def _at_once(driver: object, port: int) -> str:
    driver.connect_to(f"127.0.0.1:{port}", "none")
    await driver.settle(20)
    with tempfile.TemporaryDirectory() as folder:
        heartbeat = Heartbeat()
        began = time.perf_counter()
        conversations = (_converse(port, Path(folder)) for _ in range(SESSIONS))
        answered = sum(await asyncio.gather(*conversations))
        took = time.perf_counter() - began
        heartbeat.timer.stop()
    return (
        f"{SESSIONS} recorded sessions at once, {answered} replies, {answered / took:.0f} a second:"
        f" longest gap of a 5 ms heartbeat {(heartbeat.longest + 0.005) * 1000:.1f} ms (goal 33)"
    )


async def _converse(port: int, folder: Path) -> int:
    session = Session()
    recorder = Recorder.in_folder(
        session, folder, "127.0.0.1", print, asyncio.get_running_loop().call_soon_threadsafe
    )
    client = SmtpClient(session, ConnectionSettings("127.0.0.1", port))
    await client.connect()
    for _ in range(EACH):
        await client.send_line("NOOP")
    await client.quit()
    await asyncio.to_thread(recorder.close)
    return sum(each.reply is not None for each in session.exchanges)
