"""Where the pages of tabs stand."""

from PySide6.QtWidgets import QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.widgets.tabs import pages_of


def test_a_page_that_was_made_there_stays_there(qtbot: QtBot) -> None:
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    place = pages_of(tabs)
    assert place is not None
    page = QWidget(place)
    tabs.addTab(page, "One")
    assert page.parentWidget() is place
    assert tabs.widget(0) is page
