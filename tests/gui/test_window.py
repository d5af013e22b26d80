"""The window's parts stand where they should, have their names, and reach each other."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.window import MainWindow
from tests.gui.sessions import Talk

FIXED_NAMES = {
    "Host", "Port", "Security", "Connect", "Disconnect", "Transcript", "Filter", "Capabilities",
    "Command", "Send", "Diagnosis", "Session stage",
}  # fmt: skip


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow("light")
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    return window


def test_the_fixed_names_are_there(window: MainWindow) -> None:
    names = {each.accessibleName() for each in window.findChildren(QWidget)}
    assert names >= FIXED_NAMES


def test_every_control_has_a_name(window: MainWindow) -> None:
    nameless = [
        each
        for kind in (QAbstractButton, QLineEdit, QComboBox)
        for each in window.findChildren(kind)
        if each.isVisible()
        and not (each.accessibleName() or (isinstance(each, QAbstractButton) and each.text()))
        and not isinstance(each, QComboBox)
    ]
    assert not nameless


@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (1600, 1000)])
def test_every_part_fits_into_the_window(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    qtbot.wait(20)
    assert (window.width(), window.height()) == size
    for part in (
        window.connection, window.stages, window.transcript, window.composer,
        window.capabilities, window.diagnosis,
    ):  # fmt: skip
        inside = part.mapTo(window, part.rect().bottomRight())
        assert inside.x() <= window.width()
        assert inside.y() <= window.height()
        assert part.width() >= part.minimumSizeHint().width()


def test_f8_walks_the_refusals(window: MainWindow, qtbot: QtBot) -> None:
    talk = Talk().connect()
    talk.say(b"VRFY a", b"502 no").say(b"NOOP", b"250 ok").say(b"EXPN b", b"502 no")
    window.watcher.show(talk.session)
    qtbot.wait(50)
    with qtbot.waitSignal(window.transcript.exchange_selected) as first:
        window.previous_refusal()
    with qtbot.waitSignal(window.transcript.exchange_selected) as second:
        window.previous_refusal()
    assert {first.args[0], second.args[0]} == {2, 4}


def test_an_alternative_that_is_no_command_is_a_notice(window: MainWindow) -> None:
    window.choose_alternative(Alternative("other", what="Ask the postmaster."))
    assert window.notice.accessibleDescription() == "Ask the postmaster."


def test_closing_tells_once(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closing):
        window.close()
