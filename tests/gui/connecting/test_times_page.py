"""Time-outs: those that are not the usual ones come back; nonsense is told."""

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.times_page import TimesPage
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts


@pytest.mark.parametrize("times", [Timeouts(), Timeouts(command=12, tls=0.5, data_end=9999)])
def test_settings_come_back(qtbot: QtBot, times: Timeouts) -> None:
    page = TimesPage()
    qtbot.addWidget(page)
    page.show_settings(ConnectionSettings("mx.test", timeouts=times))
    assert page.changed(ConnectionSettings("mx.test")).timeouts == times


def test_every_time_out_has_a_field_that_shows_the_usual_one(qtbot: QtBot) -> None:
    page = TimesPage()
    qtbot.addWidget(page)
    fields = page.findChildren(QLineEdit)
    assert len(fields) == len(Timeouts.__slots__)
    assert all(each.placeholderText() and each.accessibleName() for each in fields)


@pytest.mark.parametrize("text", ["0", "99999999", "-", "."])
def test_what_is_no_time_is_told(qtbot: QtBot, text: str) -> None:
    page = TimesPage()
    qtbot.addWidget(page)
    page.findChildren(QLineEdit)[0].setText(text)
    with pytest.raises(ValueError, match="Looking up a name: a number of seconds"):
        page.changed(ConnectionSettings("mx.test"))
