"""Logging in, sending messages and saying things again through a real page."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from smtpdebugger.gui.composer.message_dialog import MessageDialog
from smtpdebugger.gui.composer.requests import (
    EndRequest,
    LoginRequest,
    MessageRequest,
    OctetsRequest,
    Way,
)
from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.speaking import told_of, without_connecting
from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.mechanisms import Credentials
from smtpdebugger.settings import Settings
from smtpdebugger.transport.sending import Sending
from tests.gui.driving import SETTLE_SECONDS, drive
from tests.peers.auth import PASSWORD, lets_in
from tests.peers.peer import Line, Peer

pytestmark = pytest.mark.timeout(60)

OFF = Settings(record=False)


def taking(arrived: list[bytes], heard: list[str]) -> object:
    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        while text := await line.hear():
            heard.append(text)
            verb = text.split(" ")[0].upper()
            await line.say("354 go on" if verb == "DATA" else "250 ok")
            if verb == "DATA":
                arrived.append(await line.hear_mail())
                await line.say("250 taken")

    return script


def test_a_login_from_the_dialog(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        async with Peer(lets_in("SCRAM-SHA-256", "PLAIN")) as peer:
            page, live = driver.page, driver.live
            page.login_wanted.emit()
            assert "no connection" in page.notice._text.text().lower()
            driver.connect_to(f"127.0.0.1:{peer.port}", "none")
            await driver.settle(SETTLE_SECONDS)
            page.login_wanted.emit()
            dialog = driver.speaker._login
            assert dialog is not None
            assert dialog.isVisible()
            assert dialog.advice.startswith("SCRAM-SHA-256")
            dialog.wanted.emit(LoginRequest(Credentials("alice", PASSWORD)))
            dialog.reject()
            await driver.settle(SETTLE_SECONDS)
            assert page.watcher.session.situation.authenticated
            live.disconnect()
            await driver.settle(SETTLE_SECONDS)

    drive(qapp, work, OFF)


def test_a_message_from_a_file_with_progress(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"From: a@x\r\n\r\n" + b".line\r\n" * 100_000)
    arrived: list[bytes] = []
    heard: list[str] = []

    async def work(driver: PageDriver) -> MessageDialog:
        async with Peer(taking(arrived, heard)) as peer:  # type: ignore[arg-type]
            driver.connect_to(f"127.0.0.1:{peer.port}", "none")
            await driver.settle(SETTLE_SECONDS)
            driver.page.message_wanted.emit()
            dialog = driver.speaker._message
            assert dialog is not None
            dialog.content.show_file(path)
            envelope = Envelope("a@x.test", ("b@x.test",))
            dialog.wanted.emit(MessageRequest(envelope, file=path))
            await driver.settle(SETTLE_SECONDS)
            assert "Sent: 700013 octets, 100000 dots doubled. The server said 250" in dialog.outcome
            dialog.wanted.emit(MessageRequest(envelope, file=tmp_path / "missing"))
            assert "No such file" in dialog.outcome
            dialog.reject()
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)
            return dialog

    drive(qapp, work, OFF)
    assert len(arrived) == 1
    assert arrived[0].count(b"..line") == 100_000


def test_saying_things_again(qapp: QApplication) -> None:
    arrived: list[bytes] = []
    heard: list[str] = []

    async def work(driver: PageDriver) -> None:
        async with Peer(taking(arrived, heard)) as peer:  # type: ignore[arg-type]
            driver.connect_to(f"127.0.0.1:{peer.port}", "none")
            await driver.settle(SETTLE_SECONDS)
            for line in ("MAIL FROM:<a@x>", "RCPT TO:<b@x>", "DATA"):
                driver.live.send_line(line)
                await driver.settle(SETTLE_SECONDS)
            driver.live.send_message("Subject: x\n\n.dot\n")
            await driver.settle(SETTLE_SECONDS)
            speaker, session = driver.speaker, driver.page.watcher.session
            speaker.say_again(3)
            line = driver.page.composer._editors.line
            assert line.text() == "MAIL FROM:<a@x>"
            speaker.say_again(len(session.exchanges))
            dialog = speaker._message
            assert dialog is not None
            assert dialog.content.kept == b"Subject: x\r\n\r\n.dot\r\n"
            dialog.reject()
            speaker.say_again(1)
            assert "Nothing" in driver.page.notice._text.text()
            heard.clear()
            driver.page.repeat_wanted.emit(5)
            await driver.settle(SETTLE_SECONDS)
            await driver.settle(SETTLE_SECONDS)
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)

    drive(qapp, work, OFF)
    assert [text.split(" ")[0] for text in heard] == ["EHLO", "MAIL", "RCPT"]
    assert len(arrived) == 1


def test_octets_each_way_and_an_end_that_is_tried(qapp: QApplication) -> None:
    arrived: list[bytes] = []
    heard: list[str] = []

    async def work(driver: PageDriver) -> None:
        async with Peer(taking(arrived, heard)) as peer:  # type: ignore[arg-type]
            driver.connect_to(f"127.0.0.1:{peer.port}", "none")
            await driver.settle(SETTLE_SECONDS)
            driver.page.octets_wanted.emit()
            dialog = driver.speaker._octets
            assert dialog is not None
            ways: tuple[Way, ...] = ("single", "ahead", "split")
            for way in ways:
                dialog.wanted.emit(OctetsRequest((b"NOOP " + way.encode(), b"RSET"), b"\n", way))
                await driver.settle(SETTLE_SECONDS)
            dialog.wanted.emit(OctetsRequest((b"DATA",)))
            await driver.settle(SETTLE_SECONDS)
            dialog.end_wanted.emit(EndRequest("CRLF . CRLF"))
            await driver.settle(SETTLE_SECONDS)
            assert "replied 250" in dialog.told
            dialog.reject()
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)

    drive(qapp, work, OFF)
    assert heard[1:] == ["NOOP single", "RSET", "NOOP ahead", "RSET", "NOOP split", "RSET", "DATA"]


def test_what_connecting_says_is_not_said_twice() -> None:
    lines = ("EHLO a", "STARTTLS", "EHLO a", "NOOP")
    assert without_connecting(lines, ehlo=True, security="starttls") == ("NOOP",)
    assert without_connecting(lines, ehlo=True, security="none") == lines[1:]
    assert without_connecting(("NOOP",), ehlo=True, security="starttls") == ("NOOP",)
    assert without_connecting(lines, ehlo=False, security="none") == lines


def test_what_became_of_a_message_is_told_for_each_recipient_in_lmtp() -> None:
    sending = Sending()
    sending.sent, sending.chunks, sending.dots = 100, 3, 2
    assert told_of(sending, "bdat", 250) == "Sent: 100 octets in 3 chunks. The server said 250."
    assert told_of(sending, "data", 250) == (
        "Sent: 100 octets, 2 dots doubled. The server said 250."
    )
    sending.summary = "Taken for 1 of 2 recipients; refused for <b@x> (550)."
    assert told_of(sending, "data", 250) == sending.summary
    sending.problem = "No reply came."
    assert told_of(sending, "data", None) == "No reply came."
