"""The message dialog: what it says before sending, and that it asks."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.message_dialog import MessageDialog
from smtpdebugger.gui.composer.requests import MessageRequest
from smtpdebugger.protocol.ehlo import Capabilities, Offer
from smtpdebugger.protocol.message_facts import MessageFacts

RICH = Capabilities(offers=tuple(Offer(each, ()) for each in ("SIZE", "8BITMIME", "CHUNKING")))


@pytest.fixture
def dialog(qtbot: QtBot) -> MessageDialog:
    dialog = MessageDialog()
    qtbot.addWidget(dialog)
    dialog.show_server(RICH, tls=False)
    dialog.show()
    return dialog


def button(dialog: MessageDialog, *names: str) -> QPushButton:
    found = dialog.findChildren(QPushButton)
    return next(each for each in found if each.accessibleName() in names)


def send(qtbot: QtBot, dialog: MessageDialog) -> None:
    qtbot.mouseClick(button(dialog, "Send message", "Send it really"), Qt.MouseButton.LeftButton)


def composed(dialog: MessageDialog) -> None:
    dialog.envelope.reverse_path.setText("a@x.test")
    dialog.envelope.recipients.setText("b@x.test")
    dialog.content.setCurrentIndex(1)
    dialog.content.text.setPlainText("hello\n.dot")


def test_it_asks_before_it_sends(qtbot: QtBot, dialog: MessageDialog) -> None:
    asked: list[MessageRequest] = []
    dialog.wanted.connect(asked.append)
    assert not button(dialog, "Send message").isEnabled()
    composed(dialog)
    send(qtbot, dialog)
    assert asked == []
    assert "can deliver mail to b@x.test" in dialog.advice
    send(qtbot, dialog)
    [request] = asked
    assert request.octets is not None
    assert b"hello\r\n.dot\r\n" in request.octets
    assert request.envelope.size == len(request.octets)


def test_a_change_asks_anew(qtbot: QtBot, dialog: MessageDialog) -> None:
    asked: list[MessageRequest] = []
    dialog.wanted.connect(asked.append)
    composed(dialog)
    send(qtbot, dialog)
    dialog.envelope.recipients.setText("c@x.test")
    send(qtbot, dialog)
    assert asked == []


def test_a_test_server_is_asked_about_nothing(qtbot: QtBot, dialog: MessageDialog) -> None:
    asked: list[MessageRequest] = []
    dialog.wanted.connect(asked.append)
    composed(dialog)
    box = next(
        each
        for each in dialog.findChildren(QCheckBox)
        if each.accessibleName() == "This is a test server"
    )
    box.setChecked(True)
    send(qtbot, dialog)
    assert len(asked) == 1


def test_what_speaks_against_it_is_told_with_the_cure(dialog: MessageDialog) -> None:
    composed(dialog)
    dialog.envelope.recipients.setText("jürgen@x.test")
    dialog.envelope.requiretls.setChecked(True)
    dialog.look_through()
    assert "SMTPUTF8 was not offered" in dialog.advice
    assert "REQUIRETLS was not offered" in dialog.advice


def test_the_preview_shows_the_dots_that_are_added(dialog: MessageDialog) -> None:
    composed(dialog)
    dialog.look_through()
    assert "⟨+.⟩.dot" in dialog.preview.toPlainText()


def test_a_file_is_sent_as_it_is(qtbot: QtBot, dialog: MessageDialog, tmp_path: Path) -> None:
    dialog.envelope.recipients.setText("b@x.test")
    dialog.content.show_file(tmp_path / "a.eml")
    dialog.show_facts(MessageFacts(octets=99, lines=3, bare_lf=2, bare_lf_at=1), "99 octets")
    assert "2 lines end with LF alone" in dialog.advice
    request = dialog.request()
    assert (request.file, request.octets, request.envelope.size) == (tmp_path / "a.eml", None, 99)
    box = next(
        each
        for each in dialog.findChildren(QCheckBox)
        if each.accessibleName() == "Line ends as CRLF"
    )
    box.setChecked(True)
    dialog.look_through()
    assert "LF alone" not in dialog.advice
    assert dialog.request().envelope.size == 101


def test_chunks_of_a_size_by_bdat(dialog: MessageDialog) -> None:
    composed(dialog)
    by = next(e for e in dialog.findChildren(QComboBox) if e.accessibleName() == "By")
    chunk = next(e for e in dialog.findChildren(QLineEdit) if e.accessibleName() == "Chunk size")
    assert not chunk.isEnabled()
    by.setCurrentText("BDAT")
    chunk.setText("7")
    request = dialog.request()
    assert (request.by, request.chunk_size) == ("bdat", 7)


def test_while_it_is_sent_it_can_be_stopped(qtbot: QtBot, dialog: MessageDialog) -> None:
    composed(dialog)
    dialog.show_sending(True)
    dialog.show_progress(5_000_000_000, 10_000_000_000)
    assert not button(dialog, "Send message").isEnabled()
    with qtbot.waitSignal(dialog.cancelled, timeout=1000):
        qtbot.mouseClick(button(dialog, "Stop sending"), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    dialog.show_sending(False, "Sent: 5 octets.")
    assert dialog.outcome == "Sent: 5 octets."
    dialog.reject()
    assert not dialog.isVisible()


def test_what_cannot_be_composed_is_told(qtbot: QtBot, dialog: MessageDialog) -> None:
    composed(dialog)
    dialog.envelope.reverse_path.setText("nobody")
    dialog.look_through()
    assert "“nobody” is no address" in dialog.advice


def test_every_control_has_a_name(dialog: MessageDialog) -> None:
    for kind in (QLineEdit, QComboBox, QCheckBox, QPlainTextEdit):
        for each in dialog.findChildren(kind):
            parent = each.parentWidget()
            is_part = isinstance(parent, QComboBox)
            assert is_part or each.accessibleName(), each


def test_it_fits_a_small_screen_whichever_part_is_shown(qtbot: QtBot) -> None:
    dialog = MessageDialog()
    qtbot.addWidget(dialog)
    dialog.content.setCurrentIndex(1)
    dialog.show()
    assert dialog.minimumSizeHint().height() <= 560
