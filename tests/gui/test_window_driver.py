"""The driver of the window: files and connections in tabs, each with a life of its own."""

import asyncio
import gc
import os
import weakref
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.window_driver import WindowDriver
from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.settings import Settings
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts
from tests.gui.driving import SETTLE_SECONDS, drive_window

pytestmark = pytest.mark.timeout(60)

TRACE = "S: 220 mx.example.test ESMTP Postfix\nC: VRFY alice\nS: 502 5.5.1 no\n"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"{name}.txt" for name in "abc"]
    for file in found:
        file.write_text(TRACE)
    return found


def titles(driver: WindowDriver) -> list[str]:
    return [each.title for each in driver.window.tabs.all]


async def freed(*objects: weakref.ref[object]) -> None:
    """Wait until nothing holds them any more."""
    async with asyncio.timeout(SETTLE_SECONDS):
        while any(each() is not None for each in objects):
            await asyncio.sleep(0.05)
            gc.collect()


@pytest.mark.parametrize("content", [b"\x00\x01binary", b'{"a": 1}\n', b"just words\n"])
def test_a_foreign_file_is_a_sentence_and_the_session_stays(
    qapp: QApplication, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "foreign.smtpsession"
    file.write_bytes(content)

    async def work(driver: WindowDriver) -> None:
        page = driver.window.page
        before = page.watcher.session
        driver.open(file)
        assert driver.window.tabs.count() == 1
        assert page.watcher.session is before
        assert page.notice.isVisible()
        assert str(file) in page.notice.accessibleDescription()
        assert driver.has_failed

    drive_window(qapp, work)


def test_several_files_stand_in_tabs_and_are_opened_when_shown(
    qapp: QApplication, files: list[Path]
) -> None:
    async def work(driver: WindowDriver) -> None:
        driver.open_files(files)
        window = driver.window
        assert titles(driver) == ["a.txt", "b.txt", "c.txt"]
        assert len(driver.drivers) == 1, "the others wait"
        assert window.page.watcher.session.exchanges[-1].code == 502
        window.next_tab()
        assert titles(driver) == ["a.txt", "b.txt", "c.txt"]
        assert window.page.path == files[1]
        assert window.page.watcher.session.exchanges[-1].code == 502
        assert len(driver.drivers) == 2
        window.previous_tab()
        window.previous_tab()
        assert window.page.path == files[2]

    drive_window(qapp, work)


def test_a_file_that_is_open_is_shown_and_not_opened_twice(
    qapp: QApplication, files: list[Path]
) -> None:
    async def work(driver: WindowDriver) -> None:
        driver.open_files(files)
        first = driver.window.page
        driver.open(files[2])
        assert driver.window.page.path == files[2]
        assert titles(driver) == ["a.txt", "b.txt", "c.txt"]
        driver.open(files[0])
        assert driver.window.page is first
        driver.open_files(files)
        assert titles(driver) == ["a.txt", "b.txt", "c.txt"]

    drive_window(qapp, work)


def test_the_recording_of_a_tab_is_that_tab(qapp: QApplication) -> None:
    async def work(driver: WindowDriver) -> None:
        driver.current.practise("legacy")
        await driver.settle(SETTLE_SECONDS)
        live, file = driver.window.page, driver.current.live.file
        assert file is not None
        driver.new_tab()
        driver.open(file)
        assert driver.window.page is live

    drive_window(qapp, work)


def test_files_that_cannot_be_opened_leave_no_tab(
    qapp: QApplication, files: list[Path], tmp_path: Path
) -> None:
    async def work(driver: WindowDriver) -> None:
        driver.open_files([files[0], tmp_path / "missing.txt"])
        assert titles(driver) == ["a.txt"]
        assert "does not exist" in driver.window.page.notice.accessibleDescription()
        assert driver.has_failed
        files[1].write_text("just words")
        driver.open_files([files[0], files[1]])
        driver.window.next_tab()
        assert titles(driver) == ["a.txt"]
        assert "b.txt" in driver.window.page.notice.accessibleDescription()

    drive_window(qapp, work)


def test_a_file_keeps_its_tab_when_it_is_connected_from_there(
    qapp: QApplication, files: list[Path]
) -> None:
    async def work(driver: WindowDriver) -> None:
        server = PracticeServer("modern")
        await server.start()
        try:
            driver.open(files[0])
            file = driver.window.page
            choice = file.connection.choice()
            file.connection.show_choice(
                type(choice)("127.0.0.1", server.port, "none", True, "me.example.test")
            )
            way = driver.current.live.way
            file.choose_alternative(Alternative("reconnect", ("NOOP",), server.port, "none"))
            await driver.settle(SETTLE_SECONDS)
            page = driver.window.page
            assert page is not file
            assert titles(driver) == ["a.txt", f"127.0.0.1:{server.port}"]
            assert driver.current.live.is_connected
            assert driver.current.live.way == way
            assert file.watcher.session.exchanges[-1].code == 502
            page.connection.submit()
            await driver.settle(SETTLE_SECONDS)
            assert len(titles(driver)) == 2, "a connection's own tab takes the next one"
        finally:
            await driver.close()
            await server.stop()

    drive_window(qapp, work)


def test_a_tab_in_the_background_goes_on_and_shows_it_later(qapp: QApplication) -> None:
    async def work(driver: WindowDriver) -> None:
        first = driver.current
        first.practise("legacy")
        await driver.settle(SETTLE_SECONDS)
        driver.new_tab()
        model = first.page.transcript.model
        shown = model.rowCount()
        repainted: list[int] = []
        first.page.watcher.grown.connect(lambda: repainted.append(1))
        first.live.send_lines(["NOOP"] * 50, False)
        await first.settle(SETTLE_SECONDS)
        await asyncio.sleep(0.4)
        assert not repainted
        assert model.rowCount() == shown
        bar = driver.window.tabs.tabBar()
        assert "something new" in bar.accessibleTabName(0)
        assert first.live.file is not None
        driver.window.previous_tab()
        assert "something new" not in bar.accessibleTabName(0)
        await driver.settle(SETTLE_SECONDS)
        assert model.rowCount() == shown + 100
        file = first.live.file
        await first.close()
        assert len(load_session(file)[0].answers("NOOP")) == 50

    drive_window(qapp, work)


def test_two_connections_at_once_are_two_recordings(qapp: QApplication) -> None:
    async def work(driver: WindowDriver) -> None:
        driver.current.practise("legacy")
        driver.new_tab().practise("modern")
        await driver.settle(SETTLE_SECONDS)
        one, two = driver.drivers
        assert one.live.is_connected
        assert two.live.is_connected
        assert one.live.file != two.live.file
        one.live.send_line("NOOP")
        await driver.settle(SETTLE_SECONDS)
        assert one.page.watcher.session.answers("NOOP")
        assert not two.page.watcher.session.answers("NOOP")

    drive_window(qapp, work)


def test_a_closed_tab_frees_its_session(qapp: QApplication, files: list[Path]) -> None:
    async def work(driver: WindowDriver) -> None:
        server = PracticeServer("legacy")
        await server.start()
        driver.current.live.way = ConnectionSettings("", timeouts=Timeouts(hint=1000))
        driver.current.connect_to(f"127.0.0.1:{server.port}", "none")
        await driver.settle(SETTLE_SECONDS)
        driver.current.live.send_line("VRFY alice")
        await driver.settle(SETTLE_SECONDS)
        driver.window.page.message_wanted.emit()
        driver.window.page.options_wanted.emit()
        gone = [weakref.ref(driver.window.page.watcher.session), weakref.ref(driver.current)]
        driver.window.close_tab()
        driver.window.findChildren(QMessageBox)[0].accept()
        await driver.ended()
        await server.stop()
        await freed(*gone)
        driver.open(files[0])
        session = weakref.ref(driver.window.page.watcher.session)
        driver.window.close_tab()
        await freed(session)

    drive_window(qapp, work)


def test_settings_hold_in_every_tab_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def work(driver: WindowDriver) -> None:
        driver.new_tab()
        driver.preferences.change(record=False, folder=str(tmp_path))
        for each in driver.drivers:
            each.practise("legacy")
        await driver.settle(SETTLE_SECONDS)
        assert [each.live.file for each in driver.drivers] == [None, None]
        assert driver.window.folder == str(tmp_path)

    drive_window(qapp, work, Settings(ehlo_on_connect=False))
    assert not list(tmp_path.iterdir())


def test_what_was_deleted_at_the_start_is_told(qapp: QApplication, tmp_path: Path) -> None:
    names = ("20200101T000000Z-a.smtpsession", "20200102T000000Z-b.smtpsession")
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(b"x" * 600_000)
        os.utime(tmp_path / name, (1_000_000_000 + number, 1_000_000_000 + number))

    async def work(driver: WindowDriver) -> str:
        await driver.look_after_recordings()
        return driver.window.page.notice.accessibleDescription()

    settings = Settings(folder=str(tmp_path), keep_megabytes=1)
    assert "1 old recording (0.6 MB) was deleted" in drive_window(qapp, work, settings)
    assert [each.name for each in tmp_path.iterdir()] == [names[1]]
