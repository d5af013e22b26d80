"""The window's parts stand where they should, have their names, and reach each other."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.window import MainWindow
from tests.gui.sessions import Talk
from tests.gui.stage import knowledge

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


def refused(window: MainWindow, qtbot: QtBot) -> None:
    """Show a session with a refusal and a finding, explained."""
    window.explainer.knowledge = knowledge()
    window.explainer.ready.emit()
    talk = Talk().connect()
    talk.say(b"EHLO me", b"250-mx\r\n250 AUTH PLAIN").say(b"VRFY a", b"502 5.5.1 no")
    window.watcher.show(talk.session)
    qtbot.waitUntil(lambda: window.feed.is_settled and window.diagnosis.diagnosis is not None)


def test_findings_stand_beside_the_capabilities(window: MainWindow, qtbot: QtBot) -> None:
    refused(window, qtbot)
    assert [window.side.tabText(each) for each in range(2)] == ["Capabilities", "Findings 1"]
    assert window.capabilities.isVisible()

    window.focus_findings()
    assert window.findings.isVisible()
    with qtbot.waitSignal(window.transcript.exchange_selected) as shown:
        window.findings.table.selectRow(0)
        window.findings.table.chosen.emit(0)
    assert shown.args == [window.feed.findings[0].exchange]


def test_the_report_is_copied_in_both_forms(window: MainWindow, qtbot: QtBot) -> None:
    refused(window, qtbot)
    window.copy_report()
    assert QGuiApplication.clipboard().text().startswith("VRFY answered 502 by ")
    assert "holds addresses, but no passwords" in window.notice.accessibleDescription()
    window.copy_markdown()
    assert QGuiApplication.clipboard().text().startswith("## VRFY answered 502 by ")


def test_without_a_refusal_there_is_no_report(window: MainWindow) -> None:
    window.copy_report()
    assert window.notice.accessibleDescription() == "There is no refusal to report on."


def test_steps_run_only_on_an_open_connection(window: MainWindow, qtbot: QtBot) -> None:
    refused(window, qtbot)
    with qtbot.assertNotEmitted(window.diagnosis.verify_wanted):
        window.verify_diagnosis()
    window.show_connected(True)
    with qtbot.waitSignal(window.diagnosis.verify_wanted) as wanted:
        window.verify_diagnosis()
    assert window.diagnosis.diagnosis is not None
    assert wanted.args == [window.diagnosis.diagnosis.exchange]
    window.show_connected(False)


def test_the_filter_finds_what_has_findings(window: MainWindow, qtbot: QtBot) -> None:
    refused(window, qtbot)
    model = window.transcript.model
    model.set_filter("finding:warning")
    rows = model.rows
    shown = {
        rows.row_at(each).exchange for each in range(len(rows)) if not rows.is_annotation(each)
    }
    assert shown == {each.exchange for each in window.feed.findings}
