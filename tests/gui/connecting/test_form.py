"""Forms: every control has its name, its key and its label."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.form import Form, choose


def test_every_control_has_a_name(qtbot: QtBot) -> None:
    form = Form("Things")
    qtbot.addWidget(form)
    line = form.line("&Host", "somewhere", "A tip.")
    secret = form.secret("Pass&word")
    file = form.file("Ke&y file", "none")
    box = form.choice("&Kind", (("One", 1), ("Two", 2)))
    check = form.check("&Really")
    [go, stop] = form.buttons("&Go", "&Stop")
    form.section("Others")
    form.add(QLabel("whole width"))
    named = [line, secret, file, box, check, go, stop]
    assert [each.accessibleName() for each in named] == [
        "Host", "Password", "Key file", "Kind", "Really", "Go", "Stop",
    ]  # fmt: skip
    assert (line.placeholderText(), line.toolTip()) == ("somewhere", "A tip.")
    assert secret.echoMode() is QLineEdit.EchoMode.Password
    choose(box, 2)
    assert box.currentText() == "Two"
    choose(box, "nothing of the kind")
    assert box.currentText() == "One"
    buddies = [each.buddy() for each in form.findChildren(QLabel)]
    assert {line, secret, file, box} <= set(buddies)


def test_a_file_is_asked_for_and_written_into_the_field(qtbot: QtBot) -> None:
    form = Form("Things")
    qtbot.addWidget(form)
    field = form.file("Key log", saves=True)
    button = next(
        each for each in form.findChildren(QPushButton) if each.accessibleName() == "Choose key log"
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = form.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit("/tmp/keys.log")
    assert field.text() == "/tmp/keys.log"
    dialog.close()


def test_a_form_is_a_widget_with_a_name(qtbot: QtBot) -> None:
    form = Form("Way")
    qtbot.addWidget(form)
    assert isinstance(form, QWidget)
    assert form.accessibleName() == "Way"
