"""The window meets them all, one after the other, and is as good as new afterwards."""

import pytest
from PySide6.QtWidgets import QApplication

from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.panels.connection_bar import Choice
from smtpdebugger.session.events import Closed, Received
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts
from tests.gui.driving import SETTLE_SECONDS, drive
from tests.peers.peer import Peer
from tests.peers.play import CLOSE, GREETING, HALF_CLOSE, HEAR, PIECES, RESET, Play, Step
from tests.peers.scripts import polite

QUICK = Timeouts(greeting=0.4, command=0.4, tls=0.4, hint=0.1, close=0.2)

SERVERS: dict[str, tuple[Step, ...]] = {
    "never": (),
    "in pieces": (PIECES, GREETING, HEAR, PIECES, b"250-a\r\n250 b\r\n"),
    "greets twice": (GREETING * 2, HEAR, b"250 ok\r\n"),
    "greets and leaves": (GREETING + b"421 4.3.2 closing\r\n", CLOSE),
    "no line end": (b"x" * 3_000_000,),
    "a hundred thousand lines": (GREETING, HEAR, b"250-more\r\n" * 100_000 + b"250 x\r\n"),
    "codes differ": (GREETING, HEAR, b"250-a\r\n550 b\r\n"),
    "no codes": (GREETING, HEAR, b"\r\n\r\nSure thing\r\n000 x\r\n99999\r\n"),
    "escapes and HTML": (GREETING, HEAR, b"250 \x1b[2J\x00<b>&amp;</b>\xe2\x80\xae\xff\r\n"),
    "ten thousand keywords": (
        GREETING, HEAR, b"".join(b"250-XK%d y\r\n" % n for n in range(10_000)) + b"250 HELP\r\n",
    ),
    "keywords of ten kilobytes": (GREETING, HEAR, b"250-" + b"K" * 10_240 + b"\r\n250 HELP\r\n"),
    "half closes": (GREETING, HEAR, b"250 ok\r\n", HALF_CLOSE),
    "resets": (GREETING, HEAR, RESET),
    "a web server": (b"HTTP/1.1 400 Bad\r\n\r\n<html>", CLOSE),
    "TLS at once": (b"\x15\x03\x03\x00\x02\x02\x28", CLOSE),
}  # fmt: skip


@pytest.mark.timeout(100)
def test_all_of_them(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        driver.live.way = ConnectionSettings("", timeouts=QUICK)
        for name, steps in SERVERS.items():
            play = Play(steps)
            async with Peer(play) as peer:
                driver.live.connect_to(Choice("127.0.0.1", peer.port, "none", True, "me.test"))
                await driver.settle(SETTLE_SECONDS)
                session = driver.page.watcher.session
                if driver.live.is_connected:
                    driver.live.send_line("NOOP")
                    await driver.settle(SETTLE_SECONDS)
                driver.live.disconnect()
                await driver.settle(SETTLE_SECONDS)
                assert not driver.live.is_connected, name
                assert sum(isinstance(each, Closed) for each in session.events) == 1, name
                received = sum(
                    len(each.octets) for each in session.events if isinstance(each, Received)
                )
                assert received == len(play.sent) or name == "no line end", name
                for row in range(len(session.rows)):
                    shown = session.rows[row].line
                    assert shown.replace("\n", "").isprintable(), (name, shown)
        async with Peer(polite) as peer:
            driver.live.connect_to(Choice("127.0.0.1", peer.port, "none", True, "me.test"))
            await driver.settle(SETTLE_SECONDS)
            assert driver.live.is_connected
            driver.live.send_line("NOOP")
            await driver.settle(SETTLE_SECONDS)
            assert driver.page.watcher.session.exchanges[-1].code == 250
            driver.live.disconnect()
            await driver.settle(SETTLE_SECONDS)

    drive(qapp, work)
