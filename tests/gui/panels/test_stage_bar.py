from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.panels.stage_bar import StageBar
from smtpdebugger.gui.theme.tokens import tokens
from tests.gui.sessions import Talk, encrypted, greeted


@pytest.fixture
def watcher(qapp: QApplication) -> Iterator[SessionWatcher]:
    watcher = SessionWatcher()
    yield watcher
    watcher.close()


@pytest.fixture
def bar(watcher: SessionWatcher, qtbot: QtBot) -> StageBar:
    bar = StageBar(watcher)
    qtbot.addWidget(bar)
    bar.resize(880, bar.sizeHint().height())
    bar.show()
    return bar


def test_it_tells_the_stage_in_words(bar: StageBar, watcher: SessionWatcher) -> None:
    assert bar.accessibleName() == "Session stage"
    assert bar.accessibleDescription() == "Next: Connect."

    watcher.show(encrypted().session)

    assert bar.accessibleDescription() == "Next: AUTH. Done: Connect, Greeting, EHLO, TLS."


def test_it_follows_the_session(bar: StageBar, watcher: SessionWatcher, qtbot: QtBot) -> None:
    talk = greeted()
    watcher.show(talk.session)

    talk.say(b"MAIL FROM:<>", b"250 ok")

    qtbot.waitUntil(lambda: "Next: RCPT." in bar.accessibleDescription())


def test_failures_are_painted_as_such(bar: StageBar, watcher: SessionWatcher) -> None:
    def found() -> set[str]:
        image = bar.grab().toImage()
        height = range(image.height())
        return {image.pixelColor(x, y).name() for x in range(image.width()) for y in height}

    watcher.show(greeted().session)
    assert tokens().negative not in found()

    watcher.show(Talk().connect().say(b"EHLO x", b"502 no").session)
    assert tokens().negative in found()


def test_names_fit_side_by_side_in_a_small_window(bar: StageBar) -> None:
    cell = bar.minimumSizeHint().width() / len(bar.stages)

    assert bar.sizeHint().height() < 60
    assert cell >= 36


def test_a_tip_tells_how_a_stage_stands(bar: StageBar, watcher: SessionWatcher) -> None:
    watcher.show(greeted().say(b"STARTTLS", b"454 4.7.0 no").session)

    assert bar.tip_at(round(880 / 9 * 3.5)) == "TLS: failed (STARTTLS answered 454)"
    assert bar.tip_at(0) == "Connect: done"
    assert bar.tip_at(2000) == "QUIT: to come"
