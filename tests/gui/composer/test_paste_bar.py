"""The question about pasted lines."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.paste_bar import PasteBar


def asked(qtbot: QtBot, *, pipelining: bool = True) -> PasteBar:
    bar = PasteBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.ask(["NOOP", "QUIT"], pipelining=pipelining)
    return bar


def test_one_by_one_or_ahead(qtbot: QtBot) -> None:
    bar = asked(qtbot)
    with qtbot.waitSignal(bar.chosen) as chosen:
        bar.one_by_one.click()
    assert chosen.args == [["NOOP", "QUIT"], False]
    assert bar.isHidden()
    bar.ask(["NOOP", "RSET"], pipelining=True)
    with qtbot.waitSignal(bar.chosen) as chosen:
        bar.ahead.click()
    assert chosen.args == [["NOOP", "RSET"], True]


def test_or_not_at_all(qtbot: QtBot) -> None:
    bar = asked(qtbot)
    with qtbot.assertNotEmitted(bar.chosen), qtbot.waitSignal(bar.cancelled):
        qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_it_warns_where_pipelining_is_not_offered(qtbot: QtBot) -> None:
    question = asked(qtbot, pipelining=False).findChild(QLabel)
    assert isinstance(question, QLabel)
    assert question.text() == "Send 2 lines? PIPELINING is not offered."
