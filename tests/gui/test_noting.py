"""Noting: marks and remarks are shown, and are in the file the next time it is opened."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QInputDialog

from smtpdebugger.gui.driver import Driver
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import save_copy
from tests.gui.driving import SETTLE_SECONDS, drive
from tests.session.wire import converse


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "a.smtpsession"
    save_copy(converse("S: 220 mx", "C: NOOP", "S: 250 ok", "C: VRFY a", "S: 502 no"), path)
    return path


def test_a_mark_is_shown_and_kept(qapp: QApplication, saved: Path) -> None:
    async def work(driver: Driver) -> None:
        driver.open(saved)
        window = driver.window
        window.transcript.select_exchange(2)
        window.actions_by_name["mark_row"].trigger()
        assert load_session(saved)[0].marked == {2}
        model = window.transcript.model
        spoken = [model._sentence(place) for place in range(3)]
        assert [each.endswith("(marked)") for each in spoken] == [False, True, True]
        window.actions_by_name["mark_row"].trigger()
        assert load_session(saved)[0].marked == set()

    drive(qapp, work)


def test_a_remark_is_asked_for_shown_and_kept(qapp: QApplication, saved: Path) -> None:
    async def work(driver: Driver) -> None:
        driver.open(saved)
        window = driver.window
        window.transcript.select_exchange(3)
        window.actions_by_name["remark_row"].trigger()
        (dialog,) = window.findChildren(QInputDialog)
        dialog.setTextValue("  ask the administrator ")
        dialog.accept()
        await driver.settle(SETTLE_SECONDS)
        row = window.watcher.session.rows[-1]
        assert (row.text, row.exchange) == ("ask the administrator", 3)
        assert load_session(saved)[0].rows[-1].text == "ask the administrator"

    drive(qapp, work)


def test_what_cannot_be_noted_is_a_sentence(qapp: QApplication, tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text("S: 220 mx\n")

    async def work(driver: Driver) -> None:
        window = driver.window
        window.actions_by_name["mark_row"].trigger()
        assert "Select a command" in window.notice.accessibleDescription()
        driver.open(trace)
        window.transcript.select_exchange(1)
        window.actions_by_name["mark_row"].trigger()
        assert "no session file" in window.notice.accessibleDescription()
        assert window.watcher.session.marked == set()

    drive(qapp, work)
