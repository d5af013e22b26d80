"""The live session behind a window, against practice servers."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.panels.connection_bar import Choice
from smtpdebugger.practice.server import PracticeServer
from smtpdebugger.session.events import Failed, TlsEstablished
from smtpdebugger.session.session import Session
from smtpdebugger.settings import Settings
from smtpdebugger.transcript.file import load_session
from tests.gui.driving import SETTLE_SECONDS, drive

pytestmark = pytest.mark.timeout(60)


def status_texts(driver: PageDriver) -> list[str]:
    return [each.text() for each in driver.page.status.findChildren(QLabel)]


def test_a_practice_session_is_trusted_recorded_and_answers(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(driver: PageDriver) -> Session:
        driver.practise("strict-postfix", None)
        await driver.settle(SETTLE_SECONDS)
        session = driver.page.watcher.session
        established = [each for each in session.events if isinstance(each, TlsEstablished)]
        assert [each.verified for each in established] == [True]
        driver.live.send_line("VRFY alice@example.test")
        await driver.settle(SETTLE_SECONDS)
        assert session.exchanges[-1].code == 502
        driver.live.disconnect()
        await driver.settle(SETTLE_SECONDS)
        assert not driver.live.is_connected
        await driver.close()
        return session

    session = drive(qapp, work, Settings(folder=str(tmp_path)))
    file = next(tmp_path.glob("*.smtpsession"))
    assert load_session(file)[0].rows == session.rows


def test_all_kinds_of_sending(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        live = driver.live
        live.practise("modern", "starttls")
        await driver.settle(SETTLE_SECONDS)
        for line in ("MAIL FROM:<a@example.test>", "RCPT TO:<b@practice.test>", "DATA"):
            live.send_line(line)
            await driver.settle(SETTLE_SECONDS)
        live.send_message("Subject: hello\n\n.dot\nend")
        await driver.settle(SETTLE_SECONDS)
        live.send_lines(["NOOP", "NOOP"], True)
        await driver.settle(SETTLE_SECONDS)
        live.send_lines(["RSET", "NOOP"], False)
        await driver.settle(SETTLE_SECONDS)
        for line in ("MAIL FROM:<a@example.test>", "RCPT TO:<b@practice.test>"):
            live.send_line(line)
            await driver.settle(SETTLE_SECONDS)
        live.send_chunk("BDAT 5 LAST", b"hello")
        await driver.settle(SETTLE_SECONDS)
        live.send_line("AUTH LOGIN")
        await driver.settle(SETTLE_SECONDS)
        live.send_response("bm9ib2R5")
        await driver.settle(SETTLE_SECONDS)
        live.send_response("d3JvbmctcGFzc3dvcmQ=")
        await driver.settle(SETTLE_SECONDS)
        codes = [each.code for each in driver.page.watcher.session.exchanges[4:]]
        assert codes == [250, 250, 354, 250, 250, 250, 250, 250, 250, 250, 250, 334, 334, 535]
        shown = "\n".join(row.line for row in driver.page.watcher.session.rows)
        assert "bm9ib2R5" not in shown
        assert "d3JvbmctcGFzc3dvcmQ" not in shown

    drive(qapp, work)


def test_a_certificate_nobody_vouches_for_is_refused_and_can_be_trusted(
    qapp: QApplication,
) -> None:
    async def work(driver: PageDriver) -> None:
        server = PracticeServer("strict-postfix")
        await server.start()
        try:
            driver.live.connect_to(Choice("127.0.0.1", server.port, "starttls", True, ""))
            await driver.settle(SETTLE_SECONDS)
            session = driver.page.watcher.session
            assert not session.situation.tls
            assert any(isinstance(each, Failed) for each in session.events)
            assert driver.page.notice.isVisible()
            driver.live.trust_and_reconnect()
            await driver.settle(SETTLE_SECONDS)
            session = driver.page.watcher.session
            assert session.situation.tls
            established = next(each for each in session.events if isinstance(each, TlsEstablished))
            assert not established.verified
            assert any("not verified" in row.text for row in session.rows)
            assert any("not verified" in text for text in status_texts(driver))
        finally:
            await driver.close()
            await server.stop()

    drive(qapp, work)


def test_a_certificate_refused_after_starttls_by_hand_can_be_trusted(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        server = PracticeServer("strict-postfix")
        await server.start()
        try:
            driver.live.connect_to(Choice("127.0.0.1", server.port, "none", True, ""))
            await driver.settle(SETTLE_SECONDS)
            driver.live.send_line("STARTTLS")
            await driver.settle(SETTLE_SECONDS)
            assert not driver.live.is_connected
            assert driver.page.notice.isVisible()
            driver.live.trust_and_reconnect()
            await driver.settle(SETTLE_SECONDS)
            driver.live.send_line("STARTTLS")
            await driver.settle(SETTLE_SECONDS)
            assert driver.page.watcher.session.situation.tls
        finally:
            await driver.close()
            await server.stop()

    drive(qapp, work)


def test_sending_without_a_connection_is_a_sentence(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> str:
        told: list[str] = []
        driver.live.problem.connect(told.append)
        driver.live.send_line("NOOP")
        return told[0]

    assert "Connect first" in drive(qapp, work)


def test_recording_can_be_switched_off(qapp: QApplication, tmp_path: Path) -> None:
    async def work(driver: PageDriver) -> None:
        driver.practise("legacy", None)
        await driver.settle(SETTLE_SECONDS)

    drive(qapp, work, Settings(record=False, folder=str(tmp_path)))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_does_not_stop_the_session(
    qapp: QApplication, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    async def work(driver: PageDriver) -> tuple[bool, list[str]]:
        told: list[str] = []
        driver.live.recorded.connect(told.append)
        driver.practise("modern", "none")
        await driver.settle(SETTLE_SECONDS)
        for _ in range(20):
            driver.live.send_line("NOOP")
            await driver.settle(SETTLE_SECONDS)
        rows = driver.page.watcher.session.rows
        [row] = [each for each in rows if each.head == "record"]
        assert "cannot be recorded" in row.text
        return driver.live.is_connected, told

    connected, told = drive(qapp, work, Settings(folder=str(tmp_path / "file" / "sub")))
    assert connected
    assert len(told) >= 2
