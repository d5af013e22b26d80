"""Noting: marks and remarks are shown, and are in the file the next time it is opened."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QInputDialog

from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import save_copy
from tests.gui.driving import SETTLE_SECONDS, drive, open_file, trigger
from tests.session.wire import converse


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "a.smtpsession"
    save_copy(converse("S: 220 mx", "C: NOOP", "S: 250 ok", "C: VRFY a", "S: 502 no"), path)
    return path


def test_a_mark_is_shown_and_kept(qapp: QApplication, saved: Path) -> None:
    async def work(driver: PageDriver) -> None:
        open_file(driver, saved)
        page = driver.page
        page.transcript.select_exchange(2)
        trigger(driver, "page.mark_row")
        assert load_session(saved)[0].marked == {2}
        model = page.transcript.model
        spoken = [model._sentence(place) for place in range(3)]
        assert [each.endswith("(marked)") for each in spoken] == [False, True, True]
        trigger(driver, "page.mark_row")
        assert load_session(saved)[0].marked == set()

    drive(qapp, work)


def test_a_remark_is_asked_for_shown_and_kept(qapp: QApplication, saved: Path) -> None:
    async def work(driver: PageDriver) -> None:
        open_file(driver, saved)
        page = driver.page
        page.transcript.select_exchange(3)
        trigger(driver, "page.remark_row")
        (dialog,) = page.findChildren(QInputDialog)
        dialog.setTextValue("  ask the administrator ")
        dialog.accept()
        await driver.settle(SETTLE_SECONDS)
        row = page.watcher.session.rows[-1]
        assert (row.text, row.exchange) == ("ask the administrator", 3)
        assert load_session(saved)[0].rows[-1].text == "ask the administrator"

    drive(qapp, work)


def test_what_cannot_be_noted_is_a_sentence(qapp: QApplication, tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text("S: 220 mx\n")

    async def work(driver: PageDriver) -> None:
        page = driver.page
        trigger(driver, "page.mark_row")
        assert "Select a command" in page.notice.accessibleDescription()
        open_file(driver, trace)
        page.transcript.select_exchange(1)
        trigger(driver, "page.mark_row")
        assert "no session file" in page.notice.accessibleDescription()
        assert page.watcher.session.marked == set()

    drive(qapp, work)
