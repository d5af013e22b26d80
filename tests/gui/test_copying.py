import asyncio
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from smtpdebugger.gui import copying
from smtpdebugger.gui.copying import Copying
from smtpdebugger.gui.page_driver import PageDriver
from tests.gui.driving import drive
from tests.gui.sessions import greeted


async def shown(driver: PageDriver) -> Copying:
    """A page with a few thousand rows, all of them selected."""
    await driver.settle(20)
    talk = greeted()
    for number in range(2000):
        talk.say(b"VRFY %d" % number, b"252 2.5.0 perhaps")
    driver.page.watcher.show(talk.session)
    table = driver.page.transcript.table
    for _ in range(200):
        await asyncio.sleep(0.01)
        if len(table.rows) == len(talk.session.rows):
            break
    table.selectAll()
    return driver._copying


async def done(job: Copying) -> None:
    for _ in range(1000):
        if not job.is_copying:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to its end")


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def said(driver: PageDriver) -> str:
    return driver.page.notice.accessibleDescription()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "SLICE_SECONDS", 0.001)
    monkeypatch.setattr(copying, "PROGRESS_SECONDS", 0.0)


def test_many_rows_are_copied_between_turns(qapp: QApplication, slow: None) -> None:
    async def work(driver: PageDriver) -> None:
        job = await shown(driver)
        driver.page.transcript.table.copy()
        assert job.is_copying
        assert "Copying rows" in said(driver)
        await done(job)
        lines = QGuiApplication.clipboard().text().splitlines()
        rows = driver.page.watcher.session.rows
        assert lines == [row.line for row in rows]
        assert said(driver).startswith("Copied 4")

    drive(qapp, work)


def test_it_can_be_stopped(qapp: QApplication, slow: None) -> None:
    async def work(driver: PageDriver) -> None:
        job = await shown(driver)
        QGuiApplication.clipboard().setText("before")
        driver.page.transcript.table.copy()
        driver.page.notice._act()
        assert not job.is_copying
        assert "stopped after" in said(driver)
        assert QGuiApplication.clipboard().text() == "before"

    drive(qapp, work)


def test_more_than_fits_can_be_saved(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "MOST_OCTETS", 5000)

    async def work(driver: PageDriver) -> None:
        job = await shown(driver)
        driver.page.transcript.table.copy()
        await done(job)
        assert "The clipboard holds the first" in said(driver)
        assert 5000 <= len(QGuiApplication.clipboard().text()) < 5200
        driver.page.notice._act()
        dialog = driver.page.findChild(QFileDialog)
        assert dialog is not None
        path = tmp_path / "rows.txt"
        dialog.fileSelected.emit(str(path))
        dialog.close()
        await done(job)
        assert path.read_text().splitlines() == [
            row.line for row in driver.page.watcher.session.rows
        ]
        assert names(tmp_path) == ["rows.txt"]
        assert f"rows as {path}" in said(driver)

    drive(qapp, work)


def test_what_cannot_be_written_is_told(qapp: QApplication, tmp_path: Path) -> None:
    async def work(driver: PageDriver) -> None:
        job = await shown(driver)
        entries = driver.page.transcript.model.rows.taken([(0, 9)])
        job.save(entries, tmp_path / "missing" / "rows.txt")
        assert "could not be written" in said(driver)
        (tmp_path / "folder").mkdir()
        job.save(entries, tmp_path / "folder")
        await done(job)
        assert "could not be written" in said(driver)
        assert names(tmp_path) == ["folder"]

    drive(qapp, work)


def test_a_stopped_file_does_not_appear(qapp: QApplication, slow: None, tmp_path: Path) -> None:
    async def work(driver: PageDriver) -> None:
        job = await shown(driver)
        rows = driver.page.transcript.model.rows
        job.save(rows.taken([(0, len(rows) - 1)]), tmp_path / "rows.txt")
        assert job.is_copying
        job.stop()
        assert names(tmp_path) == []

    drive(qapp, work)
