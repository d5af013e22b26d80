"""The editor of several lines."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.payload import (
    PayloadEditor,
    chunk_command,
    octets_of,
    sample_message,
    told_octets,
    wants_octets,
)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("BDAT 42", True),
        ("bdat 42 last", True),
        ("BDAT ", True),
        ("BDAT {octets} LAST", True),
        ("BDAT LAST", True),
        ("BDAT many", False),
        ("BDAT 42 FIRST", False),
        ("DATA", False),
    ],
)
def test_which_lines_are_followed_by_octets(line: str, wanted: bool) -> None:
    assert wants_octets(line) is wanted


def test_the_command_tells_the_true_number() -> None:
    assert chunk_command("bdat 42 last", b"12345") == "BDAT 5 LAST"
    assert chunk_command("BDAT", b"") == "BDAT 0"
    assert told_octets("BDAT 42 LAST") == 42
    assert told_octets("BDAT LAST") is None


def test_line_ends_are_crlf() -> None:
    assert octets_of("a\nb\r\nc\rd") == b"a\r\nb\r\nc\r\nd"
    assert octets_of("ü") == b"\xc3\xbc"


def test_the_sample_fits_the_transaction() -> None:
    text = sample_message("alice@example.test", ("bob@example.test", "eve@example.test"), "now")
    assert text.startswith("From: alice@example.test\nTo: bob@example.test, eve@example.test\n")
    assert "\n\n" in text
    assert "From: postmaster" in sample_message("", (), "now")


def test_ctrl_enter_sends_and_enter_does_not(qtbot: QtBot) -> None:
    editor = PayloadEditor()
    qtbot.addWidget(editor)
    sent: list[bool] = []
    editor.submitted.connect(lambda: sent.append(True))
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert not sent
    assert editor.toPlainText() == "\n"
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent
    with qtbot.waitSignal(editor.dropped):
        qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_what_was_replaced_cannot_be_undone(qtbot: QtBot) -> None:
    editor = PayloadEditor()
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor, "secret")
    editor.replace("")
    editor.undo()
    assert editor.toPlainText() == ""
