"""The login dialog as a person uses it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.login_dialog import STRONGEST, LoginDialog
from smtpdebugger.gui.composer.requests import LoginRequest


@pytest.fixture
def dialog(qtbot: QtBot) -> LoginDialog:
    dialog = LoginDialog()
    qtbot.addWidget(dialog)
    dialog.show_server(("LOGIN", "PLAIN", "CRAM-MD5", "GSSAPI"), tls=True)
    dialog.show()
    return dialog


def named(dialog: LoginDialog, kind: type, name: str) -> object:
    return next(each for each in dialog.findChildren(kind) if each.accessibleName() == name)


def choose(dialog: LoginDialog, name: str) -> None:
    box = named(dialog, QComboBox, "Mechanism")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(name))


def log_in(dialog: LoginDialog) -> QPushButton:
    button = named(dialog, QPushButton, "Log in")
    assert isinstance(button, QPushButton)
    return button


def test_the_strongest_offered_is_named_before_it_is_used(dialog: LoginDialog) -> None:
    box = named(dialog, QComboBox, "Mechanism")
    assert isinstance(box, QComboBox)
    assert box.currentText() == STRONGEST
    assert dialog.advice.startswith("CRAM-MD5: who reads along learns a proof")
    assert box.itemText(1) == "CRAM-MD5"
    assert box.itemText(box.findData("EXTERNAL")) == "EXTERNAL (not offered)"


def test_everything_is_asked_for_and_the_secret_is_forgotten(
    qtbot: QtBot, dialog: LoginDialog
) -> None:
    assert not log_in(dialog).isEnabled()
    qtbot.keyClicks(dialog.user, "alice")
    qtbot.keyClicks(dialog.secret, "wonderland")
    choose(dialog, "PLAIN")
    asked: list[LoginRequest] = []
    dialog.wanted.connect(asked.append)
    qtbot.mouseClick(log_in(dialog), Qt.MouseButton.LeftButton)
    assert (asked[0].who.user, asked[0].who.secret) == ("alice", "wonderland")
    assert (asked[0].mechanism, asked[0].allow_clear, asked[0].remember) == ("PLAIN", False, False)
    assert not dialog.isVisible()
    assert dialog.secret.text() == ""


def test_in_clear_a_person_has_to_say_so(qtbot: QtBot, dialog: LoginDialog) -> None:
    dialog.show_server(("PLAIN",), tls=False)
    qtbot.keyClicks(dialog.user, "alice")
    assert "is not encrypted" in dialog.advice
    assert not log_in(dialog).isEnabled()
    clear = named(dialog, QCheckBox, "Send it in clear all the same")
    assert isinstance(clear, QCheckBox)
    assert clear.isVisible()
    clear.setChecked(True)
    assert log_in(dialog).isEnabled()
    assert dialog.request().allow_clear
    dialog.reject()
    assert not clear.isChecked()


def test_a_proof_may_go_in_clear(qtbot: QtBot, dialog: LoginDialog) -> None:
    dialog.show_server(("CRAM-MD5",), tls=False)
    qtbot.keyClicks(dialog.user, "alice")
    assert log_in(dialog).isEnabled()


def test_what_was_not_offered_is_told(dialog: LoginDialog) -> None:
    choose(dialog, "XOAUTH2")
    assert "has not offered XOAUTH2" in dialog.advice
    dialog.show_server((), tls=True)
    choose(dialog, "")
    assert "no way to log in" in dialog.advice.lower()


def test_external_needs_no_secret(dialog: LoginDialog) -> None:
    choose(dialog, "EXTERNAL")
    assert not dialog.secret.isEnabled()
    assert log_in(dialog).isEnabled()


def test_the_secret_is_hidden_until_it_is_to_be_shown(dialog: LoginDialog) -> None:
    assert dialog.secret.echoMode() is QLineEdit.EchoMode.Password
    box = named(dialog, QCheckBox, "Show the secret")
    assert isinstance(box, QCheckBox)
    box.setChecked(True)
    assert dialog.secret.echoMode() is QLineEdit.EchoMode.Normal


def test_a_kept_secret_fills_an_empty_field_only(qtbot: QtBot, dialog: LoginDialog) -> None:
    qtbot.keyClicks(dialog.secret, "typed")
    dialog.show_secret("kept")
    assert dialog.secret.text() == "typed"
    dialog.secret.clear()
    dialog.show_secret("kept")
    assert dialog.secret.text() == "kept"


def test_every_control_has_a_name(dialog: LoginDialog) -> None:
    for kind in (QLineEdit, QComboBox, QCheckBox, QPushButton):
        for each in dialog.findChildren(kind):
            assert each.accessibleName() or each.text()
