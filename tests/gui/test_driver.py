"""The driver: files opened and saved, alternatives followed, through a window."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.driver import Driver
from smtpdebugger.gui.panels.connection_bar import Choice
from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.settings import Settings
from smtpdebugger.transcript.file import load_session
from tests.gui.driving import SETTLE_SECONDS, drive

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

    async def work(driver: Driver) -> None:
        driver.open(trace)
        await driver.settle(SETTLE_SECONDS)
        window = driver.window
        assert window.watcher.session.exchanges[-1].code == 502
        assert "trace.txt" in window.windowTitle()
        assert not window.notice.isVisible()

    drive(qapp, work)


@pytest.mark.parametrize("content", [b"\x00\x01binary", b'{"a": 1}\n', b"just words\n"])
def test_a_foreign_file_is_a_sentence_and_the_session_stays(
    qapp: QApplication, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "foreign.smtpsession"
    file.write_bytes(content)

    async def work(driver: Driver) -> None:
        before = driver.window.watcher.session
        driver.open(file)
        assert driver.window.watcher.session is before
        assert driver.window.notice.isVisible()
        assert str(file) in driver.window.notice.accessibleDescription()
        assert driver.has_failed

    drive(qapp, work)


def test_a_copy_holds_the_session_and_a_bad_place_is_told(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(driver: Driver) -> None:
        driver.live.practise("legacy", None)
        await driver.settle(SETTLE_SECONDS)
        copy = tmp_path / "copy.smtpsession"
        driver.window.copy_wanted.emit(copy)
        assert load_session(copy)[0].rows == driver.window.watcher.session.rows
        driver.window.copy_wanted.emit(tmp_path / "no" / "folder" / "x.smtpsession")
        assert "could not be written" in driver.window.notice.accessibleDescription()

    drive(qapp, work)


def test_an_alternative_is_sent_line_by_line_with_enter(qapp: QApplication) -> None:
    async def work(driver: Driver) -> list[tuple[str, int | None]]:
        window = driver.window
        driver.live.practise("strict-postfix", None)
        await driver.settle(SETTLE_SECONDS)
        driver.live.send_line("VRFY alice@example.test")
        await driver.settle(SETTLE_SECONDS)
        session = window.watcher.session
        diagnosis = window.explainer.explain(session, session.exchanges[-1])
        assert diagnosis is not None
        window.choose_alternative(diagnosis.alternatives[0])
        command = next(
            each for each in window.findChildren(QLineEdit) if each.accessibleName() == "Command"
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
    async def work(driver: Driver) -> None:
        server = PracticeServer("legacy")
        await server.start()
        try:
            driver.connect_to(f"127.0.0.1:{server.port}", "none")
            await driver.settle(SETTLE_SECONDS)
            first = driver.window.watcher.session
            again = Alternative("reconnect", port=server.port, security="none")
            driver.window.choose_alternative(again)
            await driver.settle(SETTLE_SECONDS)
            assert driver.window.watcher.session is not first
            assert driver.live.is_connected
        finally:
            await driver.close()
            await server.stop()

    drive(qapp, work)


def test_a_closed_port_is_told_in_the_transcript(qapp: QApplication) -> None:
    async def work(driver: Driver) -> None:
        driver.connect_to("127.0.0.1:1", "none")
        await driver.settle(SETTLE_SECONDS)
        assert driver.has_failed
        assert any(row.is_negative for row in driver.window.watcher.session.rows)
        assert "no server listens on that port" in driver.window.notice.accessibleDescription()
        assert not driver.live.is_connected

    drive(qapp, work)


def test_what_the_bar_says_about_ehlo_is_kept(qapp: QApplication) -> None:
    async def work(driver: Driver) -> None:
        server = PracticeServer("modern")
        await server.start()
        try:
            bar = driver.window.connection
            bar.show_choice(Choice("127.0.0.1", server.port, "none", False, "me.example.test"))
            bar.submit()
            await driver.settle(SETTLE_SECONDS)
            assert [each.verb for each in driver.window.watcher.session.exchanges] == ["(greeting)"]
        finally:
            await driver.close()
            await server.stop()

    drive(qapp, work)
    kept, problem = Settings.load()
    assert not problem
    assert (kept.client_name, kept.ehlo_on_connect) == ("me.example.test", False)

    async def look(driver: Driver) -> tuple[str, bool]:
        choice = driver.window.connection.choice()
        return choice.client_name, choice.ehlo

    assert drive(qapp, look, kept) == ("me.example.test", False)


def test_the_practice_server_is_trusted_again_on_reconnecting(qapp: QApplication) -> None:
    async def work(driver: Driver) -> None:
        driver.live.practise("strict-postfix", None)
        await driver.settle(SETTLE_SECONDS)
        first = driver.window.watcher.session
        driver.window.reconnect()
        await driver.settle(SETTLE_SECONDS)
        session = driver.window.watcher.session
        assert session is not first
        assert session.situation.tls
        assert session.header.origin == "practice"
        assert not driver.window.notice.isVisible()

    drive(qapp, work)


@pytest.mark.parametrize("ehlo", [True, False])
def test_the_commands_of_a_reconnection_wait_in_the_composer(
    qapp: QApplication, ehlo: bool
) -> None:
    async def work(driver: Driver) -> str:
        server = PracticeServer("modern")
        await server.start()
        try:
            driver.live.connect_to(Choice("127.0.0.1", server.port, "none", ehlo, ""))
            await driver.settle(SETTLE_SECONDS)
            commands = ("EHLO me.example.test", "MAIL FROM:<{mailbox}>")
            chosen = Alternative("reconnect", commands, server.port, "none", missing=("mailbox",))
            driver.window.choose_alternative(chosen)
            await driver.settle(SETTLE_SECONDS)
            line = next(
                each
                for each in driver.window.findChildren(QLineEdit)
                if each.accessibleName() == "Command"
            )
            return line.text()
        finally:
            await driver.close()
            await server.stop()

    wanted = "MAIL FROM:<{mailbox}>" if ehlo else "EHLO me.example.test"
    assert drive(qapp, work) == wanted


def test_settled_means_that_every_part_of_the_window_has_caught_up(qapp: QApplication) -> None:
    async def work(driver: Driver) -> None:
        driver.live.practise("appliance", None)
        await driver.settle(SETTLE_SECONDS)
        for count, line in enumerate(("VRFY a@b.test", "STARTTLS", "EXPN staff"), 1):
            driver.live.send_line(line)
            await driver.settle(SETTLE_SECONDS)
            texts = [each.text() for each in driver.window.transcript.findChildren(QLabel)]
            assert any(f"{count} refused" in text for text in texts)
            diagnosis = driver.window.diagnosis.diagnosis
            assert diagnosis is not None
            assert diagnosis.command == line

    drive(qapp, work)


def test_a_server_that_never_greets_can_be_typed_to_and_its_leaving_is_seen(
    qapp: QApplication,
) -> None:
    async def work(driver: Driver) -> None:
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
        bar = driver.window.statusBar().findChildren(QLabel)
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

    async def work(driver: Driver) -> None:
        driver.open(trace)
        before = driver.window.watcher.session
        driver.window.choose_alternative(Alternative("reconnect", port=587, security="starttls"))
        await driver.settle(SETTLE_SECONDS)
        assert driver.window.watcher.session is before
        assert "587" in driver.window.notice.accessibleDescription()

    drive(qapp, work)


def test_an_alternative_without_a_connection_offers_to_connect_first(qapp: QApplication) -> None:
    async def work(driver: Driver) -> str:
        window = driver.window
        driver.live.practise("strict-postfix", None)
        await driver.settle(SETTLE_SECONDS)
        driver.live.send_line("VRFY alice@example.test")
        await driver.settle(SETTLE_SECONDS)
        driver.live.disconnect()
        await driver.settle(SETTLE_SECONDS)
        window.choose_alternative(
            Alternative("send", ("MAIL FROM:<>", "RCPT TO:<alice@example.test>", "RSET"))
        )
        assert window.notice.isVisible()
        buttons = window.notice.findChildren(QPushButton)
        next(each for each in buttons if each.text().startswith("Connect")).click()
        await driver.settle(SETTLE_SECONDS)
        assert driver.live.is_connected
        command = next(
            each for each in window.findChildren(QLineEdit) if each.accessibleName() == "Command"
        )
        return command.text()

    assert drive(qapp, work) == "MAIL FROM:<>"


def test_a_diagnosis_is_verified_on_one_key(qapp: QApplication) -> None:
    async def work(driver: Driver) -> None:
        window = driver.window
        driver.live.practise("strict-postfix", "none")
        await driver.settle(SETTLE_SECONDS)
        driver.live.send_line("AUTH PLAIN")
        await driver.settle(SETTLE_SECONDS)
        first = window.diagnosis.diagnosis
        assert first is not None
        assert first.causes[0].probability < 1

        window.actions_by_name["verify_diagnosis"].trigger()
        await driver.settle(SETTLE_SECONDS)
        content = window.diagnosis.content
        assert content is not None
        assert content.verify is not None
        assert window.explainer.changes(first.exchange)
        assert content.verify.told.toPlainText().startswith("Confirmed: “Logins")
        assert window.watcher.session.situation.tls

    drive(qapp, work)
