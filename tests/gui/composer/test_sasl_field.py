"""The hidden input."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.sasl_field import SaslField


def asked(qtbot: QtBot, mechanism: str = "LOGIN") -> SaslField:
    field = SaslField()
    qtbot.addWidget(field)
    field.ask(mechanism, "UGFzc3dvcmQ6")
    return field


def test_what_is_typed_is_hidden_encoded_and_forgotten(qtbot: QtBot) -> None:
    widget = asked(qtbot)
    assert widget.field.echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClicks(widget.field, "secret")
    with qtbot.waitSignal(widget.submitted) as sent:
        qtbot.keyClick(widget.field, Qt.Key.Key_Return)
    assert sent.args == ["c2VjcmV0"]
    assert widget.field.text() == ""
    widget.field.undo()
    assert widget.field.text() == ""


def test_without_encoding_it_goes_as_it_is(qtbot: QtBot) -> None:
    widget = asked(qtbot)
    widget.encode.setChecked(False)
    assert "Base64" in widget.field.placeholderText()
    qtbot.keyClicks(widget.field, "not base64!")
    with qtbot.waitSignal(widget.submitted) as sent:
        widget.submit()
    assert sent.args == ["not base64!"]


def test_a_login_can_be_ended(qtbot: QtBot) -> None:
    widget = asked(qtbot)
    cancel = next(b for b in widget.findChildren(QPushButton) if b.text() == "Cancel login")
    with qtbot.waitSignal(widget.submitted) as sent:
        cancel.click()
    assert sent.args == ["*"]


def test_it_says_what_the_mechanism_wants(qtbot: QtBot) -> None:
    widget = asked(qtbot, "PLAIN")
    assert r"\0user\0password" in widget.field.placeholderText()
    assert widget.asked == ("PLAIN", "UGFzc3dvcmQ6")
    qtbot.keyClicks(widget.field, "half")
    widget.forget()
    assert widget.field.text() == ""
