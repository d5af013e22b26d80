"""The dialog of all options."""

from dataclasses import replace

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.dialog import ConnectionDialog
from smtpdebugger.gui.connecting.saved import SavedConnections
from smtpdebugger.settings import settings_file
from smtpdebugger.transport.settings import (
    ConnectionSettings,
    Proxy,
    Timeouts,
    TlsChoices,
    Trust,
)

SETTINGS = ConnectionSettings(
    "mx.test",
    587,
    "starttls",
    client_name="me.test",
    ehlo=False,
    proxy=Proxy("http", "p.test", 3128),
    tls=TlsChoices(server_name="a.test"),
    trust=Trust(verify=False),
    timeouts=Timeouts(command=7),
)


def dialog_for(qtbot: QtBot, settings: ConnectionSettings = SETTINGS) -> ConnectionDialog:
    saved = SavedConnections(settings_file().with_name("connections.json"))
    dialog = ConnectionDialog(settings, saved, Timeouts())
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def press(dialog: ConnectionDialog, name: str) -> None:
    buttons = dialog.findChildren(QPushButton)
    next(each for each in buttons if each.accessibleName() == name).click()


def test_what_was_shown_is_chosen(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    with qtbot.waitSignal(dialog.chosen) as told:
        press(dialog, "OK")
    assert told.args == [SETTINGS, False]
    assert not dialog.isVisible()


def test_connecting_at_once(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    with qtbot.waitSignal(dialog.chosen) as told:
        press(dialog, "Connect with these options")
    assert told.args[1] is True


def test_what_is_wrong_is_said_and_nothing_is_lost(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    fields = dialog.way.findChildren(QLineEdit)
    next(each for each in fields if each.accessibleName() == "Proxy host and port").clear()
    with qtbot.assertNotEmitted(dialog.chosen):
        press(dialog, "OK")
    assert dialog.isVisible()
    labels = [each.text() for each in dialog.findChildren(QLabel)]
    assert any("A proxy needs a host and a port" in each for each in labels)


def test_the_usual_options_come_back_and_the_bar_keeps_its_own(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    press(dialog, "Restore Defaults")
    usual = ConnectionSettings("mx.test", 587, "starttls", ehlo=False, client_name="me.test")
    assert dialog.settings() == usual


def test_a_line_that_was_read_fills_all_pages(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    read = replace(SETTINGS, host="other.test", timeouts=Timeouts(command=9))
    with qtbot.waitSignal(dialog.target_read) as told:
        dialog.lines.understood.emit(read)
    assert told.args == [read]
    assert dialog.settings() == read


def test_cancelling_changes_nothing(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    with qtbot.assertNotEmitted(dialog.chosen):
        press(dialog, "Cancel")


def test_it_fits_a_small_screen_and_has_names(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    assert dialog.sizeHint().height() <= 560
    assert dialog.accessibleName() == "Connection options"
    tabs = dialog.findChild(QTabBar)
    assert tabs is not None
    assert [tabs.tabText(each) for each in range(tabs.count())] == [
        "Way", "TLS", "Waiting", "Command lines",
    ]  # fmt: skip


def test_a_profile_fills_all_pages_and_the_bar(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    dialog.profiles.save("mine")
    press(dialog, "Restore Defaults")
    with qtbot.waitSignal(dialog.target_read) as told:
        dialog.profiles._choose()
    assert told.args == [SETTINGS]
    assert dialog.settings() == SETTINGS


def test_times_that_a_person_has_set_for_all_are_no_options(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    usual = Timeouts(command=60)
    dialog.begin(replace(SETTINGS, timeouts=usual), usual)
    texts = [each.text() for each in dialog.times.findChildren(QLineEdit)]
    assert not any(texts)
    assert dialog.settings().timeouts == usual
    press(dialog, "Restore Defaults")
    assert dialog.settings().timeouts == usual
