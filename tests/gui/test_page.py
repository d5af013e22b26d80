"""The parts of a page stand where they should, have their names, and reach each other."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.page import SessionPage
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


@pytest.fixture
def page(window: MainWindow) -> SessionPage:
    return window.page


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
    window: MainWindow, page: SessionPage, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    qtbot.wait(20)
    assert (window.width(), window.height()) == size
    for part in (
        page.connection, page.stages, page.transcript, page.composer,
        page.capabilities, page.diagnosis,
    ):  # fmt: skip
        inside = part.mapTo(window, part.rect().bottomRight())
        assert inside.x() <= window.width()
        assert inside.y() <= window.height()
        assert part.width() >= part.minimumSizeHint().width()


def test_f8_walks_the_refusals(page: SessionPage, qtbot: QtBot) -> None:
    talk = Talk().connect()
    talk.say(b"VRFY a", b"502 no").say(b"NOOP", b"250 ok").say(b"EXPN b", b"502 no")
    page.watcher.show(talk.session)
    qtbot.wait(50)
    with qtbot.waitSignal(page.transcript.exchange_selected) as first:
        page.previous_refusal()
    with qtbot.waitSignal(page.transcript.exchange_selected) as second:
        page.previous_refusal()
    assert {first.args[0], second.args[0]} == {2, 4}


def test_an_alternative_that_is_no_command_is_a_notice(page: SessionPage) -> None:
    page.choose_alternative(Alternative("other", what="Ask the postmaster."))
    assert page.notice.accessibleDescription() == "Ask the postmaster."


def refused(page: SessionPage, qtbot: QtBot) -> None:
    """Show a session with a refusal and a finding, explained."""
    page.explainer.library.put(knowledge())
    talk = Talk().connect()
    talk.say(b"EHLO me", b"250-mx\r\n250 AUTH PLAIN").say(b"VRFY a", b"502 5.5.1 no")
    page.watcher.show(talk.session)
    qtbot.waitUntil(lambda: page.feed.is_settled and page.diagnosis.diagnosis is not None)


def test_findings_stand_beside_the_capabilities(page: SessionPage, qtbot: QtBot) -> None:
    refused(page, qtbot)
    assert [page.side.tabText(each) for each in range(2)] == ["Capabilities", "Findings 1"]
    assert page.capabilities.isVisible()

    page.focus_findings()
    assert page.findings.isVisible()
    with qtbot.waitSignal(page.transcript.exchange_selected) as shown:
        page.findings.table.selectRow(0)
        page.findings.table.chosen.emit(0)
    assert shown.args == [page.feed.findings[0].exchange]


def test_the_report_is_copied_in_both_forms(page: SessionPage, qtbot: QtBot) -> None:
    refused(page, qtbot)
    page.reporter.copy()
    assert QGuiApplication.clipboard().text().startswith("VRFY answered 502 by ")
    assert "holds addresses, but no passwords" in page.notice.accessibleDescription()
    page.reporter.copy_markdown()
    assert QGuiApplication.clipboard().text().startswith("## VRFY answered 502 by ")


def test_without_a_refusal_there_is_no_report(page: SessionPage) -> None:
    page.reporter.copy()
    assert page.notice.accessibleDescription() == "There is no refusal to report on."


def test_steps_run_only_on_an_open_connection(page: SessionPage, qtbot: QtBot) -> None:
    refused(page, qtbot)
    with qtbot.assertNotEmitted(page.diagnosis.verify_wanted):
        page.diagnosis.verify()
    page.show_connected(True)
    page.window().resize(1280, 1000)
    qtbot.wait(20)
    with qtbot.waitSignal(page.diagnosis.verify_wanted) as wanted:
        page.diagnosis.verify()
    assert page.diagnosis.diagnosis is not None
    assert wanted.args == [page.diagnosis.diagnosis.exchange]
    page.show_connected(False)


def test_the_filter_finds_what_has_findings(page: SessionPage, qtbot: QtBot) -> None:
    refused(page, qtbot)
    model = page.transcript.model
    model.set_filter("finding:warning")
    rows = model.rows
    shown = {
        rows.row_at(each).exchange for each in range(len(rows)) if not rows.is_annotation(each)
    }
    assert shown == {each.exchange for each in page.feed.findings}


def test_steps_that_were_not_seen_are_shown_before_they_run(
    page: SessionPage, qtbot: QtBot
) -> None:
    refused(page, qtbot)
    page.show_connected(True)
    page.diagnosis.setFixedHeight(110)
    qtbot.wait(20)
    content = page.diagnosis.content
    assert content is not None
    assert content.verify is not None
    with qtbot.assertNotEmitted(page.diagnosis.verify_wanted):
        page.diagnosis.verify()
    assert content.verify.button.hasFocus() or not page.window().isActiveWindow()
    with qtbot.waitSignal(page.diagnosis.verify_wanted):
        page.diagnosis.verify()
    page.show_connected(False)


def test_where_nothing_can_be_verified_it_is_said_why(page: SessionPage, qtbot: QtBot) -> None:
    page.diagnosis.verify()
    assert "no harmless steps" in page.notice.accessibleDescription()
    refused(page, qtbot)
    page.diagnosis.verify()
    assert "need the connection" in page.notice.accessibleDescription()
