from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.panels.notice_bar import NoticeBar


def test_it_is_hidden_until_there_is_something_to_say(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.tell("The disk is full.")
    assert not bar.isHidden()
    assert bar.accessibleDescription() == "The disk is full."


def test_its_button_acts_once_and_hides_the_notice(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    acted: list[bool] = []
    bar.tell("Refused.", "Trust", lambda: acted.append(True))
    next(each for each in bar.findChildren(QPushButton) if each.text() == "Trust").click()
    assert acted == [True]
    assert bar.isHidden()


def test_a_servers_words_stay_plain_text(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.tell("<img src=x><b>bold</b>")
    label = bar.findChild(QLabel)
    assert label is not None
    assert label.text() == "<img src=x><b>bold</b>"
    assert label.textFormat().name == "PlainText"


def test_what_goes_well_does_not_look_like_a_warning(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.mention("It is copied.")
    assert bar.accessibleDescription() == "It is copied."
    assert bar.property("role") == "news"
    bar.tell("The disk is full.")
    assert bar.property("role") == "notice"
