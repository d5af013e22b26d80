"""Slow opening: a file of any size is read between the turns of the loop, and can be stopped."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from smtpdebugger.gui import slow_opening
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.session.events import Received, Sent
from smtpdebugger.transcript import file
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.file import FileReader
from smtpdebugger.transcript.recorder import save_copy
from tests.gui.driving import drive, open_file
from tests.session.wire import converse


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that takes many slices."""
    monkeypatch.setattr(file, "PIECE_OCTETS", 512)
    monkeypatch.setattr(slow_opening, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(slow_opening, "SLICE_SECONDS", 0.0)
    session = converse("S: 220 mx", "C: EHLO x", "S: 250-mx\r\n250 SIZE 7")
    for at in range(400):
        session.record(Sent(at, b"VRFY person%d\r\n" % at))
        session.record(Received(at, b"502 5.5.1 no\r\n"))
    path = tmp_path / "large.smtpsession"
    save_copy(session, path)
    return path


async def read(driver: PageDriver) -> None:
    for _ in range(2000):
        if not driver.is_opening:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to its end")


def test_rows_come_while_it_is_read(qapp: QApplication, large: Path) -> None:
    async def work(driver: PageDriver) -> None:
        await driver.settle(20)
        changed: list[int] = []
        session = driver.page.watcher.session
        driver.page.watcher.changed.connect(lambda: changed.append(1))
        open_file(driver, large)
        assert driver.page.watcher.session is not session
        session = driver.page.watcher.session
        assert 0 < len(session.rows) < 100
        assert "Reading large.smtpsession" in driver.page.notice.accessibleDescription()
        await read(driver)
        await driver.settle(20)
        assert len(session.rows) == 803
        assert driver.page.notice.isHidden()
        assert driver.page.transcript.model.rowCount() == 1203
        assert not driver.page.transcript.table.follows, "the first rows stay in view"
        assert len(changed) < 4, "panels wait for the end"

    drive(qapp, work)


def test_it_can_be_stopped_and_gone_on_with(qapp: QApplication, large: Path) -> None:
    async def work(driver: PageDriver) -> None:
        open_file(driver, large)
        session = driver.page.watcher.session
        driver.page.notice._act()
        assert not driver.is_opening
        stopped = len(session.rows)
        assert "was stopped at" in driver.page.notice.accessibleDescription()
        await asyncio.sleep(0.05)
        assert len(session.rows) == stopped < 803
        driver.page.notice._act()
        await read(driver)
        assert len(session.rows) == 803

    drive(qapp, work)


def test_another_file_takes_its_place(qapp: QApplication, large: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("S: 220 hi\nC: NOOP\nS: 502 no\n")

    async def work(driver: PageDriver) -> None:
        open_file(driver, large)
        open_file(driver, other)
        assert not driver.is_opening
        await driver.settle(20)
        assert len(driver.page.watcher.session.rows) == 4

    drive(qapp, work)


def test_a_failure_on_the_way_is_told(
    qapp: QApplication, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(driver: PageDriver) -> None:
        open_file(driver, large)

        def fail(*_: object) -> bool:
            raise TranscriptError("The disk went away.")

        monkeypatch.setattr(FileReader, "advance", fail)
        await read(driver)
        assert driver.page.notice.accessibleDescription() == "The disk went away."
        assert driver.has_failed

    drive(qapp, work)
