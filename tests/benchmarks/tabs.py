"""Sessions in tabs that nobody looks at: their rate, and the longest stall meanwhile."""

import asyncio
import time

from tests.benchmarks.driving import with_tabs
from tests.benchmarks.million import Heart
from tests.benchmarks.processes import practice_server

TABS, EACH = 8, 1500


def measure() -> str:
    """Eight recorded sessions in the background, an empty tab in front."""
    with practice_server("legacy") as port:
        return with_tabs(lambda driver: _watch(driver, port))


async def _watch(driver: object, port: int) -> str:
    opened = []
    for _ in range(TABS):
        began = time.perf_counter()
        page = driver.new_tab()
        opened.append(time.perf_counter() - began)
        page.connect_to(f"127.0.0.1:{port}", "none")
        await page.settle(20)
    driver.new_tab()
    behind = driver.drivers[1:-1]
    heart = Heart()
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    for each in behind:
        each.live.send_lines(["NOOP"] * EACH, False)
    while not all(each.live.is_settled for each in behind):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    rate = TABS * EACH / (time.perf_counter() - began)
    told = heart.stop()
    await asyncio.sleep(0.05)
    return (
        f"{TABS} sessions in the background, {rate:.0f} commands a second together: {told}; "
        f"a new tab takes {min(opened) * 1000:.0f} ms"
    )
