"""The desk: dialogs and the wire together, in a real page."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from smtpdebugger.gui.connecting.certificates import CertificatesDialog
from smtpdebugger.gui.connecting.dialog import ConnectionDialog
from smtpdebugger.gui.connecting.ports import PortsDialog
from smtpdebugger.gui.connecting.saved import SavedConnections
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.panels.connection_bar import Choice
from smtpdebugger.gui.window_driver import WindowDriver
from smtpdebugger.session.events import Connected
from smtpdebugger.settings import Settings, settings_file
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts, Trust
from tests.gui.driving import SETTLE_SECONDS, drive, drive_window, trigger
from tests.peers.peer import Line, Peer
from tests.peers.scripts import polite
from tests.transport.support import until

pytestmark = pytest.mark.timeout(60)


def press(dialog: object, name: str) -> None:
    buttons = dialog.findChildren(QPushButton)  # type: ignore[attr-defined]
    next(each for each in buttons if each.accessibleName() == name).click()


def test_options_are_used_by_the_next_connection_and_counted(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        async with Peer(polite) as peer:
            bar = driver.page.connection
            bar.show_choice(Choice("mail.nowhere.test", peer.port, "none", True, "me.test"))
            trigger(driver, "page.options_wanted")
            dialog = driver.page.findChild(ConnectionDialog)
            assert dialog is not None
            dialog.show_settings(replace(dialog.settings(), address="127.0.0.1"))
            press(dialog, "Connect with these options")
            await driver.settle(SETTLE_SECONDS)
            assert driver.live.is_connected
            [connected] = [
                each for each in driver.page.watcher.session.events
                if isinstance(each, Connected)
            ]  # fmt: skip
            assert connected.peer == f"127.0.0.1:{peer.port}"
            names = [each.accessibleName() for each in bar.findChildren(QPushButton)]
            assert "Connection options, 1 changed" in names
            # The dialog shows what was chosen when it is opened again.
            driver.page.options_wanted.emit()
            assert dialog.settings().address == "127.0.0.1"
            dialog.reject()
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)

    drive(qapp, work)


def test_a_pasted_line_fills_the_bar(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        driver.desk.open_options()
        dialog = driver.page.findChild(ConnectionDialog)
        assert dialog is not None
        read = ConnectionSettings("mx.test", 587, "starttls", client_name="other.test")
        dialog.lines.understood.emit(read)
        shown = driver.page.connection.choice()
        assert shown == Choice("mx.test", 587, "starttls", True, "other.test")
        dialog.reject()

    drive(qapp, work)


def test_ports_are_searched_and_a_door_is_taken(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        async with Peer(polite) as peer:
            driver.live.way = ConnectionSettings("", timeouts=Timeouts(tls=0.3, greeting=2))
            driver.page.connection.show_choice(Choice("127.0.0.1", 25, "none", True, ""))
            trigger(driver, "page.ports_wanted")
            dialog = driver.page.findChild(PortsDialog)
            assert dialog is not None
            assert dialog.host.text() == "127.0.0.1"
            dialog.ports.setText(str(peer.port))
            press(dialog, "Search")
            await until(lambda: dialog.told.startswith("Done"))
            assert dialog.told == "Done. 1 of 3 ways work; 0 offer a login under TLS."
            dialog.door_chosen.emit("127.0.0.1", peer.port, "none")
            dialog.reject()
            await driver.settle(SETTLE_SECONDS)
            assert driver.live.is_connected
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)

    drive(qapp, work)


def test_a_search_ends_with_its_dialog(qapp: QApplication) -> None:
    async def silent(line: Line) -> None:
        await line.forever()

    async def work(driver: PageDriver) -> None:
        async with Peer(silent) as peer:
            driver.desk.open_ports()
            dialog = driver.page.findChild(PortsDialog)
            assert dialog is not None
            dialog.host.setText("127.0.0.1")
            dialog.ports.setText(str(peer.port))
            press(dialog, "Search")
            await asyncio.sleep(0.2)
            dialog.reject()
            await asyncio.sleep(0.1)

    drive(qapp, work)


def test_certificates_of_a_live_session(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        driver.practise("modern", "starttls")
        await driver.settle(SETTLE_SECONDS)
        trigger(driver, "page.certificates_wanted")
        dialog = driver.page.findChild(CertificatesDialog)
        assert dialog is not None
        assert "practice" in dialog.text
        dialog.reject()

    drive(qapp, work)


def test_what_is_awaited_is_shown_and_goes_away(qapp: QApplication) -> None:
    async def slow(line: Line) -> None:
        await line.say("220 slow.test")
        await line.hear()
        await line.send(b"250-slow.test and")
        await asyncio.sleep(2.2)
        await line.send(b" more\r\n250 HELP\r\n")
        await line.forever()

    async def work(driver: PageDriver) -> None:
        async with Peer(slow) as peer:
            driver.live.connect_to(Choice("127.0.0.1", peer.port, "none", True, "me.test"))
            shown = driver.page.waiting
            await until(lambda: bool(shown.text()))
            assert shown.text().startswith("Waiting ")
            assert "of 300 s for the reply to EHLO; so far: 250-slow.test and" in shown.text()
            assert shown.accessibleName() == shown.text()
            await driver.settle(SETTLE_SECONDS)
            driver.desk.tick()
            assert shown.text() == ""
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)

    drive(qapp, work)


def test_trusting_for_once_keeps_the_other_options(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        driver.practise("modern", "starttls")
        await driver.settle(SETTLE_SECONDS)
        choice = driver.page.connection.choice()
        driver.live.disconnect()
        await driver.settle(SETTLE_SECONDS)
        driver.live.way = ConnectionSettings("", timeouts=Timeouts(command=9), trust=Trust())
        # By its name the practice server is somebody unknown.
        driver.live.connect_to(replace(choice, host="localhost"))
        await driver.settle(SETTLE_SECONDS)
        assert not driver.live.is_connected
        driver.live.trust_and_reconnect()
        await driver.settle(SETTLE_SECONDS)
        assert driver.live.is_connected
        assert driver.live.is_unverified
        driver.live.disconnect()
        await driver.settle(SETTLE_SECONDS)

    drive(qapp, work)


def test_a_server_used_before_brings_its_options(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        async with Peer(polite) as peer:
            bar = driver.page.connection
            bar.show_choice(Choice("mail.nowhere.test", peer.port, "none", True, "me.test"))
            options = ConnectionSettings("", address="127.0.0.1", timeouts=Timeouts(tls=3))
            driver.desk.take_options(options)
            bar.submit()
            await driver.settle(SETTLE_SECONDS)
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)
            driver.desk.take_options(ConnectionSettings(""))
            bar.show_choice(Choice("", 25, "none", True, ""))
            bar.host_entered.emit()
            bar.server_chosen.emit(0)
            assert bar.choice() == Choice("mail.nowhere.test", peer.port, "none", True, "me.test")
            assert driver.live.way.address == "127.0.0.1"
            assert driver.live.way.timeouts == Timeouts(tls=3)

    drive(qapp, work)


def test_nothing_is_remembered_where_that_is_not_wanted(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        async with Peer(polite) as peer:
            bar = driver.page.connection
            bar.show_choice(Choice("127.0.0.1", peer.port, "none", True, "me.test"))
            bar.submit()
            await driver.settle(SETTLE_SECONDS)
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)

    drive(qapp, work, Settings(remember_options=False))
    assert not settings_file().with_name("connections.json").exists()


def test_time_outs_for_all_hold_where_no_others_were_chosen(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        driver._preferences.change(waiting={"command": 60, "nonsense": 1})
        assert driver.live.way.timeouts == Timeouts(command=60)
        driver.desk.take_options(ConnectionSettings("", timeouts=Timeouts(tls=3)))
        driver._preferences.change(waiting={"command": 61})
        assert driver.live.way.timeouts == Timeouts(tls=3)

    drive(qapp, work)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_servers_are_offered_to_the_first_name_that_is_typed(qapp: QApplication) -> None:
    saved = SavedConnections(settings_file().with_name("connections.json"))
    saved.note(ConnectionSettings("mail.example.test", 587, "starttls"))

    async def work(driver: WindowDriver) -> None:
        driver.new_tab()
        page = driver.window.page
        await asyncio.sleep(0.1)
        host = QApplication.focusWidget()
        assert isinstance(host, QLineEdit)
        assert page.connection.is_host_focused
        QTest.keyClicks(host, "exam")
        popup = host.completer().popup()
        assert popup.isVisible()
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return)
        choice = page.connection.choice()
        assert (choice.host, choice.port, choice.security) == ("mail.example.test", 587, "starttls")

    drive_window(qapp, work)
