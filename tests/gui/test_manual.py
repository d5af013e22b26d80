import re

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QListWidget, QTextBrowser
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.manual import ManualWindow, pages, title_of


def test_the_first_page_comes_first_and_every_page_has_a_title() -> None:
    names = [page.name for page in pages()]
    assert names[:3] == ["index.md", "window.md", "first-minutes.md"]
    assert len(names) == len(set(names))
    assert all(title_of(page) for page in pages())


def test_every_page_can_be_read(qtbot: QtBot) -> None:
    window = ManualWindow()
    qtbot.addWidget(window)
    names, text = window.findChild(QListWidget), window.findChild(QTextBrowser)
    for row, page in enumerate(pages()):
        names.setCurrentRow(row)
        assert text.toPlainText().startswith(title_of(page))


def test_links_lead_to_pages_that_are_there(qtbot: QtBot) -> None:
    window = ManualWindow()
    qtbot.addWidget(window)
    names = {page.name for page in pages()}
    for page in pages():
        for link in re.findall(r"\]\(([a-z0-9-]+\.md)\)", page.read_text(encoding="utf-8")):
            assert link in names
    window.findChild(QTextBrowser).anchorClicked.emit(QUrl("practice.md"))
    assert "practice server" in window.findChild(QTextBrowser).toPlainText()


def test_the_list_shows_whole_titles_or_none_to_scroll_to(qtbot: QtBot) -> None:
    window = ManualWindow()
    qtbot.addWidget(window)
    window.show()
    names = window.findChild(QListWidget)
    assert names.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    assert 100 < names.width() <= 320
    assert names.viewport().width() >= min(names.sizeHintForColumn(0), 300)
