"""What diagnoses cost: a session of 10,000 refusals through ``explain``, and one diagnosis."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.benchmarks.driving import with_window
from tests.benchmarks.million import Heart
from tests.benchmarks.processes import ENVIRONMENT

REFUSALS = 10_000
RUNS = 3
MEASURED = 1000
RATE = 1000
"""Live refusals a second."""
AT_ONCE = 10
"""Events between two turns of the window's loop."""
OPENING = """\
S: 220 mx.example.test ESMTP Postfix
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-PIPELINING
S: 250-SIZE 10240000
S: 250-STARTTLS
S: 250-ENHANCEDSTATUSCODES
S: 250-8BITMIME
S: 250 DSN
"""
DIALOGUES = Path(__file__).parents[1] / "dialogues"


def same(count: int) -> str:
    """A client that asks the same again and again."""
    return OPENING + "C: VRFY alice\nS: 502 5.5.1 VRFY command is disabled\n" * count


def recipients(count: int) -> str:
    """One transaction in which no recipient is known: each reply quotes another address."""
    told = [OPENING, "C: MAIL FROM:<a@example.test>\nS: 250 2.1.0 Ok\n"]
    for number in range(count):
        address = f"<user{number}@example.test>"
        words = "Recipient address rejected: User unknown in virtual mailbox table"
        told.append(f"C: RCPT TO:{address}\nS: 550 5.1.1 {address}: {words}\n")
    return "".join(told)


def different(count: int) -> str:
    """Words that are no verbs, each refused in its own words."""
    codes = (500, 502, 550, 554, 451)
    told = []
    for number in range(count):
        words = f"refused {number} for reason {number % 97}"
        told.append(f"C: XQ{number} a{number}\nS: {codes[number % 5]} {words}\n")
    return OPENING + "".join(told)


def connections(count: int) -> str:
    """A client that connects again for each refusal."""
    return "".join([same(1) + "C: QUIT\nS: 221 2.0.0 Bye\n"] * count)


KINDS = {
    "alike": same,
    "recipients": recipients,
    "all different": different,
    "connections": connections,
}


def measure_session() -> str:
    told = []
    for name, trace in KINDS.items():
        seconds, megabytes = min(_explain(trace(REFUSALS)) for _ in range(RUNS))
        told.append(f"{name} {seconds:.1f} s, {megabytes:.0f} MB")
    return f"explain, {REFUSALS:,} refusals, CPU and memory: {'; '.join(told)} (goal 5 s)"


def _explain(trace: str) -> tuple[float, float]:
    """Seconds of processor time, and megabytes at most."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(trace)
        file.flush()
        command = [sys.executable, "-m", "smtpdebugger", "explain", file.name]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"explain ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure_window() -> str:
    """The same refusals live, with the window open: what its loop does not get to meanwhile."""
    return with_window(_live)


async def _live(driver: PageDriver) -> str:
    await driver.settle(20)
    driver.page.window().resize(1280, 800)
    told = []
    for name in ("alike", "recipients", "all different"):
        events = list(read_dialogue(KINDS[name](REFUSALS)).events)
        session = Session(Header(began="2026-11-23T10:00:00Z"))
        driver.page.watcher.show(session)
        await asyncio.sleep(0.5)
        heart, began = Heart(), time.perf_counter()
        for place, event in enumerate(events):
            session.record(event)
            if place % AT_ONCE == 0:
                # As a connection brings them: a few at each turn of the loop.
                await asyncio.sleep(AT_ONCE / 2 / RATE)
        await asyncio.sleep(1)
        took = time.perf_counter() - began
        told.append(f"{name} in {took:.0f} s: {heart.stop()}")
    return f"{REFUSALS:,} refusals live, {RATE:,} a second; " + "; ".join(told)


def measure_diagnosis() -> str:
    """Each refusal several times: the least of its times is what it takes undisturbed."""
    knowledge = load_knowledge()
    sessions = {"in sessions of real servers": _recorded()}
    for name, trace in KINDS.items():
        sessions[f"of {REFUSALS:,} {name}"] = [read_dialogue(trace(REFUSALS))]
    told = []
    for name, some in sessions.items():
        refusals = [(one, number) for one in some for number in _refused(one)][-MEASURED:]
        # All of them once in each round: what the last few left behind helps none of them.
        rounds = [
            [_seconds(session, number, knowledge) for session, number in refusals]
            for _ in range(RUNS)
        ]
        times = sorted(map(min, zip(*rounds, strict=True)))
        median, worst = statistics.median(times), times[len(times) * 99 // 100]
        told.append(f"{name} {median * 1000:.2f} ms, 99th of 100 {worst * 1000:.2f} ms")
    return f"one diagnosis: {'; '.join(told)} (goal 1 ms)"


def _recorded() -> list[Session]:
    return [read_dialogue(path.read_text("utf-8")) for path in sorted(DIALOGUES.rglob("*.smtp"))]


def _refused(session: Session) -> Iterator[int]:
    codes = session.columns.codes
    return (number for number in range(1, len(codes) + 1) if codes[number - 1] >= 400)


def _seconds(session: Session, number: int, knowledge: Knowledge) -> float:
    exchange = session.exchange(number)
    began = time.perf_counter()
    diagnose(session, exchange, knowledge)
    return time.perf_counter() - began
