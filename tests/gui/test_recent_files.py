"""Recent files: the latest first, those that are gone left out; dropped files are opened."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.actions import SESSION_MENU
from smtpdebugger.gui.recent_files import MOST, DropTarget, RecentFiles, dropped_files
from smtpdebugger.gui.window_driver import WindowDriver
from tests.gui.driving import drive_window


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"{number}.txt" for number in range(MOST + 3)]
    for file in found:
        file.write_text("S: 220 mx\n")
    return found


def test_the_latest_come_first(files: list[Path], tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path / "config" / "recent.json")
    assert recent.paths() == []
    for file in files:
        recent.note(file)
    recent.note(files[5])
    assert recent.paths()[:2] == [files[5], files[-1]]
    assert len(recent.paths()) == MOST
    files[5].unlink()
    assert files[5] not in recent.paths()


@pytest.mark.parametrize("text", ["", "rubbish", "{}", "[1, null]"])
def test_a_damaged_list_is_empty(tmp_path: Path, text: str) -> None:
    file = tmp_path / "recent.json"
    file.write_text(text)
    assert RecentFiles(file).paths() == []


def test_a_list_that_cannot_be_kept_is_no_trouble(tmp_path: Path, files: list[Path]) -> None:
    (tmp_path / "file").write_text("")
    recent = RecentFiles(tmp_path / "file" / "recent.json")
    recent.note(files[0])
    assert recent.paths() == []


def test_the_menu_opens_them(
    qapp: QApplication, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_CONFIG", str(tmp_path / "config"))

    async def work(driver: WindowDriver) -> None:
        menu = driver.window.findChild(QMenu, SESSION_MENU)
        assert menu is not None
        (recent,) = [each.menu() for each in menu.actions() if "recen" in each.text()]
        assert isinstance(recent, QMenu)
        recent.aboutToShow.emit()
        assert not recent.actions()[0].isEnabled()
        driver.open(files[0])
        driver.open(files[1])
        recent.aboutToShow.emit()
        assert [each.text().split(" ")[1] for each in recent.actions()] == ["1.txt", "0.txt"]
        recent.actions()[1].trigger()
        assert "0.txt" in driver.window.windowTitle()

    drive_window(qapp, work)


def test_dropped_files_are_opened(qtbot: QtBot, files: list[Path]) -> None:
    opened: list[list[Path]] = []
    widget = QWidget()
    qtbot.addWidget(widget)
    DropTarget(widget, opened.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(files[0])), QUrl("https://example.test/")])
    assert dropped_files(mime) == [files[0]]
    place, copy, button = QPoint(1, 1), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place, copy, mime, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(
        widget, QDropEvent(place, copy, mime, button, Qt.KeyboardModifier.NoModifier)
    )
    assert opened == [[files[0]]]
