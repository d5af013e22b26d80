"""Command lines: written to the clipboard, read back, and what cannot be said is told."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.lines_page import LinesPage
from smtpdebugger.transport.settings import ConnectionSettings, Proxy

SETTINGS = ConnectionSettings("mx.test", 587, "starttls", proxy=Proxy("socks5", "p.test", 1080))


def page_for(qtbot: QtBot, settings: ConnectionSettings = SETTINGS) -> LinesPage:
    page = LinesPage(lambda: settings)
    qtbot.addWidget(page)
    return page


def press(page: LinesPage, name: str) -> None:
    next(each for each in page.findChildren(QPushButton) if each.accessibleName() == name).click()


def test_a_line_is_written_and_copied(qtbot: QtBot) -> None:
    page = page_for(qtbot)
    press(page, "Write as swaks")
    assert page.shown_line.startswith("swaks --server mx.test --port 587 --tls")
    assert QGuiApplication.clipboard().text() == page.shown_line
    assert "swaks cannot go through a proxy" in page.told
    press(page, "Write as openssl")
    assert page.shown_line.startswith("openssl s_client -connect mx.test:587 -starttls smtp")


def test_where_there_is_no_line_that_is_told(qtbot: QtBot) -> None:
    page = page_for(qtbot, ConnectionSettings("mx.test"))
    press(page, "Write as openssl")
    assert page.shown_line == ""
    assert "There is no such line." in page.told


def test_a_pasted_line_is_read(qtbot: QtBot) -> None:
    page = page_for(qtbot)
    editor = page.findChild(QPlainTextEdit)
    assert editor is not None
    editor.setPlainText("swaks -s other.test -p 2525 -tls -ap hunter2")
    with qtbot.waitSignal(page.understood) as told:
        press(page, "Read the line above")
    assert (told.args[0].host, told.args[0].port) == ("other.test", 2525)
    assert "Passed over: --ap." in page.told
    editor.setPlainText("openssl s_client -connect other.test:465")
    with qtbot.waitSignal(page.understood) as told:
        press(page, "Read the line above")
    assert told.args[0].security == "tls"


def test_a_line_that_cannot_be_read_is_told(qtbot: QtBot) -> None:
    page = page_for(qtbot)
    editor = page.findChild(QPlainTextEdit)
    assert editor is not None
    for line, words in (
        ("telnet mx.test 25", "neither swaks nor openssl"),
        ("swaks --port smtp -s mx.test", "needs a number"),
        ("openssl s_client", "needs a value"),
        ("swaks 'open", "cannot be read"),
    ):
        editor.setPlainText(line)
        with qtbot.assertNotEmitted(page.understood):
            press(page, "Read the line above")
        assert words in page.told


def test_settings_that_are_not_finished_are_told(qtbot: QtBot) -> None:
    def unfinished() -> ConnectionSettings:
        raise ValueError("A proxy needs a host and a port.")

    page = LinesPage(unfinished)
    qtbot.addWidget(page)
    press(page, "Write as swaks")
    assert page.told == "A proxy needs a host and a port."
