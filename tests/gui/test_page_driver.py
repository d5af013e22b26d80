"""The driver of a page: files opened and saved, alternatives followed, through a page."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.panels.connection_bar import Choice
from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.settings import Settings
from smtpdebugger.transcript.file import load_session
from tests.gui.driving import SETTLE_SECONDS, drive, open_file, trigger

pytestmark = pytest.mark.timeout(60)

TRACE = """\
S: 220 mx.example.test ESMTP Postfix
C: EHLO me.example.test
S: 250-mx.example.test
S: 250 PIPELINING
C: VRFY alice@example.test
S: 502 5.5.1 VRFY command is disabled
"""


def test_a_trace_is_opened_and_explained(qapp: QApplication, tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text(TRACE)

    async def work(driver: PageDriver) -> None:
        open_file(driver, trace)
        await driver.settle(SETTLE_SECONDS)
        page = driver.page
        assert page.watcher.session.exchanges[-1].code == 502
        assert "trace.txt" in driver.page.window().windowTitle()
        assert not page.notice.isVisible()

    drive(qapp, work)


def test_a_copy_holds_the_session_and_a_bad_place_is_told(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(driver: PageDriver) -> None:
        driver.practise("legacy", None)
        await driver.settle(SETTLE_SECONDS)
        copy = tmp_path / "copy.smtpsession"
        driver.page.copy_wanted.emit(copy)
        await asyncio.gather(*driver._copies)
        assert load_session(copy)[0].rows == driver.page.watcher.session.rows
        driver.page.copy_wanted.emit(tmp_path / "no" / "folder" / "x.smtpsession")
        await asyncio.gather(*driver._copies)
        assert "could not be written" in driver.page.notice.accessibleDescription()

    drive(qapp, work)


def test_an_alternative_is_sent_line_by_line_with_enter(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> list[tuple[str, int | None]]:
        page = driver.page
        driver.practise("strict-postfix", None)
        await driver.settle(SETTLE_SECONDS)
        driver.live.send_line("VRFY alice@example.test")
        await driver.settle(SETTLE_SECONDS)
        session = page.watcher.session
        diagnosis = page.explainer.explain(session, session.exchanges[-1])
        assert diagnosis is not None
        page.choose_alternative(diagnosis.alternatives[0])
        command = next(
            each for each in page.findChildren(QLineEdit) if each.accessibleName() == "Command"
        )
        for _ in range(3):
            QTest.keyClick(command, Qt.Key.Key_Return)
            await driver.settle(SETTLE_SECONDS)
        return [(each.command_text, each.code) for each in session.exchanges[-3:]]

    assert drive(qapp, work) == [
        ("MAIL FROM:<>", 250),
        ("RCPT TO:<alice@example.test>", 250),
        ("RSET", 250),
    ]


def test_another_port_is_a_new_session(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        server = PracticeServer("legacy")
        await server.start()
        try:
            driver.connect_to(f"127.0.0.1:{server.port}", "none")
            await driver.settle(SETTLE_SECONDS)
            first = driver.page.watcher.session
            again = Alternative("reconnect", port=server.port, security="none")
            driver.page.choose_alternative(again)
            await driver.settle(SETTLE_SECONDS)
            assert driver.page.watcher.session is not first
            assert driver.live.is_connected
        finally:
            await driver.close()
            await server.stop()

    drive(qapp, work)


def test_a_closed_port_is_told_in_the_transcript(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        driver.connect_to("127.0.0.1:1", "none")
        await driver.settle(SETTLE_SECONDS)
        assert driver.has_failed
        assert any(row.is_negative for row in driver.page.watcher.session.rows)
        assert "no server listens on that port" in driver.page.notice.accessibleDescription()
        assert not driver.live.is_connected

    drive(qapp, work)


def test_what_the_bar_says_about_ehlo_is_kept(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        server = PracticeServer("modern")
        await server.start()
        try:
            bar = driver.page.connection
            bar.show_choice(Choice("127.0.0.1", server.port, "none", False, "me.example.test"))
            bar.submit()
            await driver.settle(SETTLE_SECONDS)
            assert [each.verb for each in driver.page.watcher.session.exchanges] == ["(greeting)"]
        finally:
            await driver.close()
            await server.stop()

    drive(qapp, work)
    kept, problem = Settings.load()
    assert not problem
    assert (kept.client_name, kept.ehlo_on_connect) == ("me.example.test", False)

    async def look(driver: PageDriver) -> tuple[str, bool]:
        choice = driver.page.connection.choice()
        return choice.client_name, choice.ehlo

    assert drive(qapp, look, kept) == ("me.example.test", False)


def test_the_practice_server_is_trusted_again_on_reconnecting(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        driver.practise("strict-postfix", None)
        await driver.settle(SETTLE_SECONDS)
        first = driver.page.watcher.session
        driver.page.reconnect()
        await driver.settle(SETTLE_SECONDS)
        session = driver.page.watcher.session
        assert session is not first
        assert session.situation.tls
        assert session.header.origin == "practice"
        assert not driver.page.notice.isVisible()

    drive(qapp, work)


@pytest.mark.parametrize("ehlo", [True, False])
def test_the_commands_of_a_reconnection_wait_in_the_composer(
    qapp: QApplication, ehlo: bool
) -> None:
    async def work(driver: PageDriver) -> str:
        server = PracticeServer("modern")
        await server.start()
        try:
            driver.live.connect_to(Choice("127.0.0.1", server.port, "none", ehlo, ""))
            await driver.settle(SETTLE_SECONDS)
            commands = ("EHLO me.example.test", "MAIL FROM:<{mailbox}>")
            chosen = Alternative("reconnect", commands, server.port, "none", missing=("mailbox",))
            driver.page.choose_alternative(chosen)
            await driver.settle(SETTLE_SECONDS)
            line = next(
                each
                for each in driver.page.findChildren(QLineEdit)
                if each.accessibleName() == "Command"
            )
            return line.text()
        finally:
            await driver.close()
            await server.stop()

    wanted = "MAIL FROM:<{mailbox}>" if ehlo else "EHLO me.example.test"
    assert drive(qapp, work) == wanted


def test_settled_means_that_every_part_of_the_window_has_caught_up(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        driver.practise("appliance", None)
        await driver.settle(SETTLE_SECONDS)
        for count, line in enumerate(("VRFY a@b.test", "STARTTLS", "EXPN staff"), 1):
            driver.live.send_line(line)
            await driver.settle(SETTLE_SECONDS)
            texts = [each.text() for each in driver.page.transcript.findChildren(QLabel)]
            assert any(f"{count} refused" in text for text in texts)
            diagnosis = driver.page.diagnosis.diagnosis
            assert diagnosis is not None
            assert diagnosis.command == line

    drive(qapp, work)


def test_a_server_that_never_greets_can_be_typed_to_and_its_leaving_is_seen(
    qapp: QApplication,
) -> None:
    async def work(driver: PageDriver) -> None:
        left = asyncio.Event()

        async def never_greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            assert await reader.readline() == b"QUIT\r\n"
            writer.close()
            left.set()

        server = await asyncio.start_server(never_greet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        connected = asyncio.Event()
        driver.live.changed.connect(lambda: driver.live.is_connected and connected.set())
        driver.connect_to(f"127.0.0.1:{port}", "none")
        await connected.wait()
        bar = driver.page.status.findChildren(QLabel)
        assert any("waiting for the greeting" in each.text() for each in bar)
        driver.live.send_line("QUIT")
        await left.wait()
        await driver.settle(SETTLE_SECONDS)
        assert any("Not connected" in each.text() for each in bar)
        server.close()
        await server.wait_closed()

    drive(qapp, work)


def test_an_opened_trace_without_a_name_asks_for_one_before_it_reconnects(
    qapp: QApplication, tmp_path: Path
) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text(TRACE)

    async def work(driver: PageDriver) -> None:
        open_file(driver, trace)
        before = driver.page.watcher.session
        driver.page.choose_alternative(Alternative("reconnect", port=587, security="starttls"))
        await driver.settle(SETTLE_SECONDS)
        assert driver.page.watcher.session is before
        assert "587" in driver.page.notice.accessibleDescription()

    drive(qapp, work)


def test_an_alternative_without_a_connection_offers_to_connect_first(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> str:
        page = driver.page
        driver.practise("strict-postfix", None)
        await driver.settle(SETTLE_SECONDS)
        driver.live.send_line("VRFY alice@example.test")
        await driver.settle(SETTLE_SECONDS)
        driver.live.disconnect()
        await driver.settle(SETTLE_SECONDS)
        page.choose_alternative(
            Alternative("send", ("MAIL FROM:<>", "RCPT TO:<alice@example.test>", "RSET"))
        )
        assert page.notice.isVisible()
        buttons = page.notice.findChildren(QPushButton)
        next(each for each in buttons if each.text().startswith("Connect")).click()
        await driver.settle(SETTLE_SECONDS)
        assert driver.live.is_connected
        command = next(
            each for each in page.findChildren(QLineEdit) if each.accessibleName() == "Command"
        )
        return command.text()

    assert drive(qapp, work) == "MAIL FROM:<>"


def test_a_diagnosis_is_verified_on_one_key(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        page = driver.page
        driver.practise("strict-postfix", "none")
        await driver.settle(SETTLE_SECONDS)
        driver.live.send_line("AUTH PLAIN")
        await driver.settle(SETTLE_SECONDS)
        first = page.diagnosis.diagnosis
        assert first is not None
        assert first.causes[0].probability < 1

        trigger(driver, "page.diagnosis.verify")
        await driver.settle(SETTLE_SECONDS)
        content = page.diagnosis.content
        assert content is not None
        assert content.showed is not None
        assert page.explainer.changes(first.exchange)
        assert content.showed.told.toPlainText().startswith("Confirmed: “Logins")
        assert page.watcher.session.situation.tls
        steps = [each.step for each in page.explainer.probes(first.exchange)]
        second = page.diagnosis.diagnosis
        assert second is not None
        offered = [each.id for each in second.verification]
        assert not set(steps) & set(offered)

        trigger(driver, "page.diagnosis.verify")
        await driver.settle(SETTLE_SECONDS)
        more = [each.step for each in page.explainer.probes(first.exchange)]
        assert more[: len(steps)] == steps
        assert set(more[len(steps) :]) <= set(offered)

    drive(qapp, work)
