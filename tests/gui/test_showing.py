"""Showing: what a page tells of a file, while it is read and after that."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.library import Library
from smtpdebugger.gui.models.needs import Needs
from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.showing import Showing
from smtpdebugger.gui.slow_opening import begin_reading
from smtpdebugger.transcript.recorder import save_copy
from tests.gui.stage import READY, session_of


@pytest.fixture
def page(qtbot: QtBot) -> SessionPage:
    page = SessionPage(Library(), Needs())
    qtbot.addWidget(page)
    return page


def test_a_file_gives_the_page_its_name_and_the_bar_its_server(
    page: SessionPage, tmp_path: Path
) -> None:
    path = tmp_path / "a.smtpsession"
    save_copy(session_of(*READY), path)
    Showing(page).show(path, begin_reading(path))
    assert (page.title, page.path) == ("a.smtpsession", path)
    assert not page.is_fresh
    choice = page.connection.choice()
    assert (choice.host, choice.port) == ("mail.example.test", 587)
    assert page.notice.isHidden()


def test_what_is_wrong_with_a_file_is_told(page: SessionPage, tmp_path: Path) -> None:
    path = tmp_path / "a.smtpsession"
    save_copy(session_of(*READY), path)
    path.write_bytes(path.read_bytes()[:-20])
    Showing(page).show(path, begin_reading(path))
    assert not page.notice.isHidden()
    assert page.notice.accessibleDescription()
