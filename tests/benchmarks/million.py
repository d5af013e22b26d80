"""A session of a million events: opened, indexed, filtered and followed, with and without a window.

Machines are busy: every figure is the least of a few runs, and the processor's time stands beside
the clock's.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.slow_opening import begin_reading
from smtpdebugger.session.columns import NEGATIVE
from smtpdebugger.session.events import Connected, Received, Sent, WireEvent
from smtpdebugger.session.filter import read_filter
from smtpdebugger.session.session import Header, Session
from smtpdebugger.tasks import spawn
from smtpdebugger.transcript.file import FileReader
from smtpdebugger.transcript.lines import encode_event, encode_header, lines_in
from tests.benchmarks.driving import with_window

EVENTS = 1_000_000
RUNS = 3
SCREEN = 40
BEAT = 0.005
FILTERS = ("code:5xx", "verb:RCPT", "text:unknown", "person777777", 'not text:"ok" from:server')
_UNKNOWN = "550 5.1.1 <p@example.test>: Recipient address rejected: unknown in recipient table"


def conversation(events: int) -> Iterator[WireEvent]:
    """A relay that has much to deliver: transactions, refusals, mail data, now and then VRFY."""
    dice = random.Random(1)
    at = 0
    yield Connected(at, "mail.example.test", "192.0.2.25:587")
    for who, text in islice(_lines(dice), events - 1):
        at += dice.randint(5, 400)
        octets = (text + "\r\n").encode()
        yield Sent(at, octets) if who == "C" else Received(at, octets)


def _lines(dice: random.Random) -> Iterator[tuple[str, str]]:
    yield "S", "220 mail.example.test ESMTP Postfix"
    yield "C", "EHLO client.example.test"
    yield "S", "250-mail.example.test\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 8BITMIME"
    for number in range(10**9):
        yield "C", f"MAIL FROM:<sender{number}@example.test> SIZE=1200"
        yield "S", "250 2.1.0 Ok"
        for _ in range(dice.randint(1, 4)):
            yield "C", f"RCPT TO:<person{dice.randint(0, 10**6)}@example.test>"
            yield "S", "250 2.1.5 Ok" if dice.random() < 0.8 else _UNKNOWN
        if dice.random() < 0.4:
            yield "C", "DATA"
            yield "S", "354 End data with <CR><LF>.<CR><LF>"
            yield "C", f"Subject: number {number}\r\n\r\nhello\r\n."
            yield "S", f"250 2.0.0 Ok: queued as {number:08X}"
        else:
            yield "C", "RSET"
            yield "S", "250 2.0.0 Ok"
        if dice.random() < 0.2:
            yield "C", f"VRFY person{number}"
            yield "S", "502 5.5.1 VRFY command is disabled"


def make_file(path: Path, events: int) -> None:
    """Write the session to a file."""
    with path.open("wb") as file:
        file.write(encode_header(Header("0", "2026-11-23T10:00:00Z", "a million events")))
        for event in conversation(events):
            file.write(encode_event(event))


def measure() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.smtpsession"
        make_file(path, EVENTS)
        size = path.stat().st_size / 1e6
        parts = [
            f"{EVENTS:,} events, {size:.0f} MB",
            _without_window(path),
            with_window(lambda driver: _with_window(driver, path)),
        ]
    return "\n         ".join(parts)


def _without_window(path: Path) -> str:
    first, wall, cpu, octets = [], [], [], 0.0
    session = Session()
    for _ in range(RUNS):
        memory, began, used = _memory(), time.perf_counter(), time.process_time()
        reader = FileReader(path)
        reader.advance(0.001)
        session = reader.session
        [session.rows[row] for row in range(SCREEN)]
        first.append(time.perf_counter() - began)
        reader.advance()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
        octets = max(octets, (_memory() - memory) / len(session.events))
    refused = sum(bool(mark & NEGATIVE) for mark in session.columns.marks)
    decoded = _decoding(path)
    lines = [
        f"first screenful {min(first) * 1000:.0f} ms (goal 250), indexed {min(wall):.2f} s, "
        f"{min(cpu):.2f} s of processor (goal 3), {min(cpu) / decoded:.1f} x msgspec's decoding of "
        f"its lines alone ({decoded:.2f} s), {octets:.0f} octets of memory an event "
        f"(goal 300), {refused:,} refusals"
    ]
    lines += (_filtered(session, text) for text in FILTERS)
    return "\n         ".join(lines)


def _decoding(path: Path) -> float:
    """Seconds of the processor's time that decoding the file's lines takes, and nothing else."""
    octets, times = path.read_bytes(), []
    for _ in range(RUNS):
        used, start = time.process_time(), 0
        while start < len(octets):
            stop = octets.find(b"\n", min(start + 24_000, len(octets) - 1)) + 1
            lines_in(octets[start:stop])
            start = stop
        times.append(time.process_time() - used)
    return min(times)


def _filtered(session: Session, text: str) -> str:
    found = read_filter(text)
    assert found is not None
    best, first, hits, longest = 1e9, 1e9, 0, 0.0
    for _ in range(RUNS):
        began = last = time.perf_counter()
        hits, hit_at, longest = 0, 0.0, 0.0
        for _end, rows in found.select(session, 0, len(session.rows)):
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
            hits += len(rows)
            hit_at = hit_at or (now - began if rows else 0.0)
        best, first = min(best, time.perf_counter() - began), min(first, hit_at)
    return (
        f"filter {text:28} {hits:7,} rows, first after {first * 1000:.0f} ms (goal 100), "
        f"all after {best:.2f} s (goal 2), longest step {longest * 1000:.0f} ms"
    )


class Heart:
    """Beats in the window's loop; its longest pause is the interface's longest stall."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.busy: list[float] = []
        self._task = spawn(self._beat(), "heart")

    async def _beat(self) -> None:
        last, used = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(BEAT)
            now, using = time.perf_counter(), time.thread_time()
            self.pauses.append(now - last - BEAT)
            self.busy.append(using - used)
            last, used = now, using

    def stop(self) -> str:
        """The longest pauses in words."""
        self._task.cancel()
        ordered = sorted(self.pauses)
        over = sum(each > 0.033 for each in self.busy)
        return (
            f"longest stall {max(self.busy) * 1000:.0f} ms of the processor's time, "
            f"{over} over 33 ms of {len(ordered):,} beats (goal none); by the clock, other "
            f"programs and all: longest {ordered[-1] * 1000:.0f} ms, "
            f"median {ordered[len(ordered) // 2] * 1000:.0f} ms"
        )


async def _with_window(driver: PageDriver, path: Path) -> str:
    await driver.settle(20)
    driver.page.window().resize(1280, 800)
    await asyncio.sleep(0.2)
    lines = [await _open(driver, path), await _follow(driver.page)]
    for name, act in _DEEDS.items():
        await asyncio.sleep(0.2)
        heart, began = Heart(), time.perf_counter()
        told = await act(driver)
        took = time.perf_counter() - began
        lines.append(f"{name}: {told}{took:.2f} s; {heart.stop()}")
    return "\n         ".join(lines)


async def _open(driver: PageDriver, path: Path) -> str:
    page = driver.page
    model, feed = page.transcript.model, page.feed
    heart = Heart()
    await asyncio.sleep(0.05)
    began, used = time.perf_counter(), time.process_time()
    driver.show_file(path, begin_reading(path))
    page.window().repaint()
    first = time.perf_counter() - began
    await _until(lambda: not driver.is_opening and not model.rows.is_reading)
    shown = time.perf_counter() - began
    await _until(lambda: feed.is_settled)
    found, busy = time.perf_counter() - began, time.process_time() - used
    return (
        f"window: first screenful {first * 1000:.0f} ms (goal 250), all rows shown {shown:.2f} s, "
        f"with all findings {found:.2f} s, {busy:.2f} s of processor (goal 3); {heart.stop()}"
    )


async def _scroll_to_the_end(driver: PageDriver) -> str:
    bar = driver.page.transcript.table.verticalScrollBar()
    bar.setValue(0)
    await asyncio.sleep(0.05)
    bar.setValue(bar.maximum())
    await asyncio.sleep(0.05)
    return ""


async def _drag(driver: PageDriver) -> str:
    """The handle of the scroll bar, from the top to the bottom and back."""
    bar = driver.page.transcript.table.verticalScrollBar()
    for step in (*range(101), *range(100, -1, -1)):
        bar.setValue(bar.maximum() * step // 100)
        await asyncio.sleep(0.01)
    return ""


async def _hold_page_down(driver: PageDriver) -> str:
    table = driver.page.transcript.table
    table.select_position(1000)
    for _ in range(100):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(table, key)
        await asyncio.sleep(0.03)
    table.clearSelection()
    return ""


async def _filter(driver: PageDriver) -> str:
    transcript = driver.page.transcript
    told = []
    for text in FILTERS:
        began, first = time.perf_counter(), 0.0
        transcript.search.field.setText(text)
        transcript.search.field._tell()
        while transcript.model.rows.is_reading:
            first = first or (time.perf_counter() - began if transcript.model.rowCount() else 0.0)
            await asyncio.sleep(0)
        took = time.perf_counter() - began
        told.append(f"{text} first {first * 1000:.0f} ms, all {took:.2f} s")
    transcript.search.clear()
    await _until(lambda: not transcript.model.rows.is_reading)
    return "; ".join(told) + "; in all with lifting it "


async def _go_to_matches(driver: PageDriver) -> str:
    transcript = driver.page.transcript
    search, told = transcript.search, []
    search.hides.setChecked(False)
    for text in FILTERS:
        began, first = time.perf_counter(), 0.0
        search.field.setText(text)
        search.field._tell()
        while search.matches.is_seeking:
            first = first or (time.perf_counter() - began if len(search.matches) else 0.0)
            await asyncio.sleep(0)
        told.append(f"{text} first {first * 1000:.0f} ms, all {time.perf_counter() - began:.2f} s")
        for _ in range(5):
            transcript.next_match()
            await asyncio.sleep(0)
    search.clear()
    search.hides.setChecked(True)
    return "; ".join(told) + "; in all "


async def _unfold_all(driver: PageDriver) -> str:
    table, model = driver.page.transcript.table, driver.page.transcript.model
    table.unfold_all()
    await _until(lambda: not model.rows.is_reading)
    shown = model.rowCount()
    table.fold_all()
    await _until(lambda: not model.rows.is_reading)
    return f"{shown:,} lines and back "


async def _copy_all(driver: PageDriver) -> str:
    table, job = driver.page.transcript.table, driver._copying
    table.selectAll()
    table.copy()
    await _until(lambda: not job.is_copying)
    length = len(QApplication.clipboard().text())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.txt"
        job.save(table.rows.taken([(0, len(table.rows) - 1)]), path)
        await _until(lambda: not job.is_copying)
        size = path.stat().st_size
    QApplication.clipboard().clear()
    table.clearSelection()
    return f"{length / 1e6:.1f} MB to the clipboard, {size / 1e6:.0f} MB into a file "


_DEEDS: dict[str, Callable[[PageDriver], Awaitable[str]]] = {
    "to the end": _scroll_to_the_end,
    "dragging the scroll bar": _drag,
    "Page Down held": _hold_page_down,
    "filters": _filter,
    "go to matches": _go_to_matches,
    "unfold all": _unfold_all,
    "select all and copy": _copy_all,
}


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def _follow(page: SessionPage) -> str:
    page.transcript.follow()
    session, times = page.watcher.session, []
    at = session.columns.times[-1]
    for _ in range(50):
        began = time.perf_counter()
        for _ in range(5):
            session.record(Sent(at, b"NOOP\r\n"))
            session.record(Received(at, b"250 2.0.0 Ok\r\n"))
        page.watcher.grown.emit()
        page.watcher.changed.emit()
        page.transcript.table.viewport().repaint()
        times.append(time.perf_counter() - began)
        await asyncio.sleep(0.02)
    times.sort()
    return (
        f"follow at this size: median {times[25] * 1000:.1f} ms for 10 rows, "
        f"least {times[0] * 1000:.1f} ms (goal 16)"
    )


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
