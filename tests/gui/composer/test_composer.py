"""The composer as a person uses it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSplitter
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.composer import Composer
from smtpdebugger.gui.composer.editors import Page
from smtpdebugger.gui.composer.paste_bar import PasteBar
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.session.session import Session
from tests.gui.stage import RCPT, READY, explainer, session_of, tell


@dataclass
class Desk:
    """A composer, and hands for it."""

    qtbot: QtBot
    composer: Composer
    watcher: SessionWatcher

    @property
    def session(self) -> Session:
        return self.watcher.session

    @property
    def command(self) -> QLineEdit | QPlainTextEdit:
        fields = [*self.composer.findChildren(QLineEdit)]
        texts = [*self.composer.findChildren(QPlainTextEdit)]
        named = [each for each in [*fields, *texts] if each.accessibleName() == "Command"]
        assert len(named) == 1
        assert named[0].isVisible()
        return named[0]

    @property
    def text(self) -> str:
        command = self.command
        return command.text() if isinstance(command, QLineEdit) else command.toPlainText()

    @property
    def send(self) -> QPushButton:
        return self.button("Send")

    def button(self, name: str) -> QPushButton:
        buttons = self.composer.findChildren(QPushButton)
        return next(b for b in buttons if b.accessibleName() == name and b.isVisible())

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.command, text)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.qtbot.keyClick(self.command, key, modifier)

    def go_on(self, *lines: str) -> None:
        with self.qtbot.waitSignal(self.watcher.changed):
            tell(self.session, *lines)

    def labels(self) -> str:
        return "\n".join(e.text() for e in self.composer.findChildren(QLabel) if e.isVisible())


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    watcher = SessionWatcher()
    composer = Composer(watcher, explainer())
    qtbot.addWidget(composer)
    composer.resize(900, 160)
    composer.show()
    composer.activateWindow()
    watcher.show(session_of(*READY))
    composer.set_connected(True)
    composer.focus_input()
    qtbot.waitUntil(composer.isActiveWindow)
    yield Desk(qtbot, composer, watcher)
    watcher.close()


def test_enter_sends_what_was_typed(desk: Desk) -> None:
    desk.type("NOOP")
    with desk.qtbot.waitSignal(desk.composer.line_entered) as sent:
        desk.press(Qt.Key.Key_Return)
    assert sent.args == ["NOOP"]
    assert desk.text == ""
    desk.press(Qt.Key.Key_Up)
    assert desk.text == "NOOP"


def test_the_button_sends_too(desk: Desk) -> None:
    desk.type("VRFY alice")
    with desk.qtbot.waitSignal(desk.composer.line_entered) as sent:
        desk.send.click()
    assert sent.args == ["VRFY alice"]


def test_nothing_is_sent_for_an_empty_line(desk: Desk) -> None:
    with desk.qtbot.assertNotEmitted(desk.composer.line_entered):
        desk.send.click()


def test_the_line_is_judged_while_it_is_typed(desk: Desk) -> None:
    desk.type("MAIL FROM:<alice@example.test> SIZE=1024")
    assert desk.composer.advice.sentence == "SIZE is offered (max 10.2 MB)"
    assert "MAIL FROM:<reverse-path>" in desk.labels()
    assert "✓ SIZE is offered (max 10.2 MB)" in desk.labels()
    assert desk.command.accessibleDescription() == "SIZE is offered (max 10.2 MB)"


def test_the_judgement_follows_the_session(desk: Desk) -> None:
    desk.type("RCPT TO:<a@b.test>")
    assert desk.composer.advice.level == "warning"
    desk.go_on("C: MAIL FROM:<>", "S: 250 ok")
    assert desk.composer.advice.level == "ok"
    assert desk.text == "RCPT TO:<a@b.test>"


def test_a_chip_fills_the_line_and_sends_nothing(desk: Desk) -> None:
    with desk.qtbot.assertNotEmitted(desk.composer.line_entered):
        desk.button("MAIL FROM:<…>").click()
    desk.type("a@b.test")
    assert desk.text == "MAIL FROM:<a@b.test>"


def test_a_refused_verb_loses_its_chip(desk: Desk) -> None:
    assert desk.button("VRFY").isVisible()
    desk.go_on("C: VRFY a", "S: 502 5.5.1 no")
    with pytest.raises(StopIteration):
        desk.button("VRFY")


def test_without_a_connection_it_says_so(desk: Desk) -> None:
    desk.composer.set_connected(False)
    assert desk.command.isReadOnly()
    assert desk.command.hasFocus()
    assert not desk.send.isEnabled()
    assert "Nothing can be sent without a connection" in desk.labels()
    with desk.qtbot.assertNotEmitted(desk.composer.line_entered):
        desk.composer.submit()


def test_a_login_is_hidden_and_leaves_no_trace(desk: Desk) -> None:
    desk.go_on("C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
    assert desk.composer.page is Page.SASL
    command = desk.command
    assert isinstance(command, QLineEdit)
    assert command.echoMode() == QLineEdit.EchoMode.Password
    assert command.hasFocus()
    assert "The server asks: Username:" in desk.labels()
    desk.type("alice")
    with desk.qtbot.waitSignal(desk.composer.response_entered) as sent:
        desk.press(Qt.Key.Key_Return)
    assert sent.args == ["YWxpY2U="]
    assert not desk.send.isEnabled()
    desk.go_on("C: YWxpY2U=", "S: 334 UGFzc3dvcmQ6")
    assert "The server asks: Password:" in desk.labels()
    assert desk.send.isEnabled()
    desk.type("secret")
    desk.press(Qt.Key.Key_Return)
    desk.go_on("C: c2VjcmV0", "S: 235 ok")
    assert desk.composer.page is Page.LINE
    desk.press(Qt.Key.Key_Up)
    assert desk.text == ""


def test_a_login_in_one_line_is_kept_without_its_secret(desk: Desk) -> None:
    desk.type("AUTH PLAIN AGFsaWNlAHNlY3JldA==")
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Up)
    assert desk.text == "AUTH PLAIN"


def test_mail_data_is_written_in_several_lines(desk: Desk) -> None:
    desk.go_on(*RCPT[len(READY) :], "C: DATA", "S: 354 go")
    assert desk.composer.page is Page.MAIL_DATA
    assert "To: bob@example.test" in desk.text
    assert "a real delivery unless" in desk.composer.advice.sentence
    desk.type("Hi")
    desk.press(Qt.Key.Key_Return)
    desk.type(".dot")
    with desk.qtbot.assertNotEmitted(desk.composer.mail_data_entered):
        desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "can deliver mail to bob@example.test" in desk.composer.advice.sentence
    with desk.qtbot.waitSignal(desk.composer.mail_data_entered) as sent:
        desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent.args == ["Hi\n.dot"]
    with desk.qtbot.assertNotEmitted(desk.composer.mail_data_entered):
        desk.composer.submit()
    desk.go_on("C: Hi\r\n..dot\r\n.", "S: 250 ok")
    assert desk.composer.page is Page.LINE


def test_octets_are_asked_for_before_bdat_is_sent(desk: Desk) -> None:
    desk.type("BDAT 42 LAST")
    with desk.qtbot.assertNotEmitted(desk.composer.line_entered):
        desk.press(Qt.Key.Key_Return)
    assert desk.composer.page is Page.CHUNK
    desk.type("a")
    desk.press(Qt.Key.Key_Return)
    desk.type("b")
    assert desk.composer.advice.sentence == "4 octets: the command will say 4"
    with desk.qtbot.waitSignal(desk.composer.chunk_entered) as sent:
        desk.send.click()
    assert sent.args == ["BDAT 4 LAST", b"a\r\nb"]
    assert desk.composer.page is Page.LINE
    assert desk.command.hasFocus()


def test_the_last_chunk_is_asked_about_where_it_could_deliver(desk: Desk) -> None:
    desk.go_on(*RCPT[len(READY) :])
    desk.type("BDAT 1 LAST")
    desk.press(Qt.Key.Key_Return)
    desk.type("a")
    with desk.qtbot.assertNotEmitted(desk.composer.chunk_entered):
        desk.send.click()
    assert "can deliver mail to bob@example.test" in desk.composer.advice.sentence
    box = next(
        each
        for each in desk.composer.findChildren(QCheckBox)
        if each.accessibleName() == "This is a test server"
    )
    assert box.isVisible()
    box.setChecked(True)
    with desk.qtbot.waitSignal(desk.composer.chunk_entered):
        desk.send.click()


def test_escape_goes_back_from_the_octets(desk: Desk) -> None:
    desk.type("BDAT 42")
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Escape)
    assert (desk.composer.page, desk.text) == (Page.LINE, "BDAT 42")


def test_an_alternative_is_sent_one_by_one(desk: Desk) -> None:
    sent: list[str] = []
    desk.composer.line_entered.connect(sent.append)
    desk.composer.offer(("MAIL FROM:<>", "RCPT TO:<alice@example.test>", "RSET"))
    assert desk.text == "MAIL FROM:<>"
    assert "Next: RCPT TO:<alice@example.test> · RSET" in desk.labels()
    for _ in range(3):
        desk.send.click()
    assert sent == ["MAIL FROM:<>", "RCPT TO:<alice@example.test>", "RSET"]
    assert desk.text == ""
    assert "Next" not in desk.labels()


def test_what_is_missing_is_filled_in_once(desk: Desk) -> None:
    sent: list[str] = []
    desk.composer.line_entered.connect(sent.append)
    desk.composer.offer(("RCPT TO:<alice@{domain}>", "VRFY bob@{domain}"), ("domain",))
    command = desk.command
    assert isinstance(command, QLineEdit)
    assert command.selectedText() == "{domain}"
    desk.press(Qt.Key.Key_Return)
    assert sent == []
    assert desk.composer.advice.sentence == "Fill in domain first"
    desk.type("example.test")
    assert "Next: VRFY bob@example.test" in desk.labels()
    desk.press(Qt.Key.Key_Return)
    assert sent == ["RCPT TO:<alice@example.test>"]
    assert desk.text == "VRFY bob@example.test"


def test_escape_drops_what_waits(desk: Desk) -> None:
    desk.composer.offer(("MAIL FROM:<>", "RSET"))
    desk.press(Qt.Key.Key_Escape)
    assert desk.text == ""
    assert "Next" not in desk.labels()


def test_octets_of_an_alternative_fill_themselves_in(desk: Desk) -> None:
    desk.composer.offer(("BDAT {octets} LAST",), ("octets",))
    desk.press(Qt.Key.Key_Return)
    assert desk.composer.page is Page.CHUNK
    desk.type("abc")
    with desk.qtbot.waitSignal(desk.composer.chunk_entered) as sent:
        desk.composer.submit()
    assert sent.args == ["BDAT 3 LAST", b"abc"]


def test_several_pasted_lines_are_asked_about(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("NOOP\nRSET\n")
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    bar = desk.composer.findChild(PasteBar)
    assert isinstance(bar, PasteBar)
    assert bar.isVisible()
    with desk.qtbot.waitSignal(desk.composer.lines_entered) as sent:
        bar.ahead.click()
    assert sent.args == [["NOOP", "RSET"], True]
    desk.press(Qt.Key.Key_Up)
    assert desk.text == "RSET"


def test_another_session_begins_with_nothing(desk: Desk) -> None:
    desk.type("NOOP")
    desk.press(Qt.Key.Key_Return)
    desk.composer.offer(("MAIL FROM:<>", "RSET"))
    desk.watcher.show(session_of(*READY))
    desk.press(Qt.Key.Key_Up)
    assert desk.text == ""
    assert "Next" not in desk.labels()


def test_every_control_has_a_name(desk: Desk) -> None:
    controls = [
        *desk.composer.findChildren(QPushButton),
        *desk.composer.findChildren(QLineEdit),
        *desk.composer.findChildren(QPlainTextEdit),
    ]
    assert not [each for each in controls if each.isVisible() and not each.accessibleName()]


def test_it_is_no_higher_than_it_needs_to_be(desk: Desk) -> None:
    splitter = QSplitter(Qt.Orientation.Vertical)
    desk.qtbot.addWidget(splitter)
    other = QPlainTextEdit()
    splitter.addWidget(other)
    splitter.addWidget(desk.composer)
    splitter.resize(900, 700)
    splitter.show()
    desk.qtbot.waitUntil(lambda: other.height() > 400)
    low = desk.composer.height()
    desk.go_on(*RCPT[len(READY) :], "C: DATA", "S: 354 go")
    desk.qtbot.waitUntil(lambda: desk.composer.height() > low + 40)
    desk.go_on("C: Hi\r\n.", "S: 250 ok")
    desk.qtbot.waitUntil(lambda: desk.composer.height() <= low + 5)
    desk.composer.setParent(None)
