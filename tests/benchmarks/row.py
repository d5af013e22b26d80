"""From the last octet of a reply to its row, annotation included, on the screen."""

import statistics
import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QTableView

from tests.benchmarks.driving import with_window
from tests.benchmarks.processes import practice_server

COMMANDS = 200


class PaintClock(QObject):
    """Notes when the transcript was painted with a row it had not shown before."""

    def __init__(self, view: QTableView) -> None:
        super().__init__()
        self.view, self.came, self.waits, self.rows = view, 0.0, [], 0
        view.viewport().installEventFilter(self)

    def recorded(self, session: object) -> None:
        if session.exchanges and session.exchanges[-1].reply is not None and not self.came:
            self.came = time.perf_counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self.came:
            rows = self.view.model().rowCount()
            if rows > self.rows:
                self.rows = rows
                self.waits.append(time.perf_counter() - self.came)
                self.came = 0.0
        return False


def measure() -> str:
    with practice_server("strict-postfix") as port:
        return with_window(lambda driver: _watch(driver, port))


async def _watch(driver: object, port: int) -> str:
    driver.connect_to(f"127.0.0.1:{port}", "none")
    await driver.settle(20)
    clock = PaintClock(driver.page.transcript.findChild(QTableView))
    clock.rows = clock.view.model().rowCount()
    driver.page.watcher.session.subscribe(clock.recorded)
    for number in range(COMMANDS):
        if number % 8 == 7:  # a new connection before the server has had enough of refusals
            driver.connect_to(f"127.0.0.1:{port}", "none")
            await driver.settle(20)
            clock.came, clock.rows = 0.0, clock.view.model().rowCount()
            driver.page.watcher.session.subscribe(clock.recorded)
        driver.live.send_line(f"VRFY person{number}@example.test")
        await driver.settle(20)
    waits = sorted(clock.waits)
    return (
        f"row painted after its last octet: median {statistics.median(waits) * 1000:.1f} ms, "
        f"95 % {waits[int(len(waits) * 0.95)] * 1000:.1f} ms, longest {waits[-1] * 1000:.1f} ms "
        f"of {len(waits)} (goal 50)"
    )
