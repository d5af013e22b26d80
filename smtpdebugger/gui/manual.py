"""The manual, shown under F1: our own Markdown pages from resources/manual."""

import re
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QTextBrowser, QWidget

from smtpdebugger import resources

_LINK = re.compile(r"\]\(([a-z0-9-]+\.md)\)")

_WIDEST, _AROUND = 320, 12
"""Logical pixels of the list of pages, and what its frame takes of them."""


class ManualWindow(QWidget):
    """The list of pages and the page."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("smtpdebugger: manual")
        self.resize(940, 680)
        self._pages = pages()
        self._list = QListWidget()
        self._list.setAccessibleName("Pages of the manual")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in self._pages:
            self._list.addItem(title_of(page))
        # Short enough to be read beside the list; the longest titles are elided, and whole above.
        self._list.setFixedWidth(min(_WIDEST, self._list.sizeHintForColumn(0) + _AROUND))
        self._text = QTextBrowser()
        self._text.setAccessibleName("Page")
        self._text.setOpenLinks(False)
        self._text.anchorClicked.connect(self._follow)
        self._list.currentRowChanged.connect(self._show)
        layout = QHBoxLayout(self)
        layout.addWidget(self._list)
        layout.addWidget(self._text, 1)
        self._list.setCurrentRow(0)

    def _show(self, row: int) -> None:
        if row >= 0:
            self._text.setMarkdown(self._pages[row].read_text(encoding="utf-8"))

    def _follow(self, link: QUrl) -> None:
        names = [page.name for page in self._pages]
        if link.path() in names:
            self._list.setCurrentRow(names.index(link.path()))


def pages() -> list[Path]:
    """The pages in reading order: index.md, then as it lists them, then what it forgot."""
    found = {page.name: page for page in sorted(resources.path("manual").glob("*.md"))}
    listed = _LINK.findall(found["index.md"].read_text(encoding="utf-8"))
    names = dict.fromkeys(["index.md", *(name for name in listed if name in found), *found])
    return [found[name] for name in names]


def title_of(page: Path) -> str:
    """The first heading of a page."""
    with page.open(encoding="utf-8") as lines:
        return next(
            (line.lstrip("# ").strip() for line in lines if line.startswith("#")), page.stem
        )
