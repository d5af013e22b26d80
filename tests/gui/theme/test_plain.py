from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from smtpdebugger.gui.theme.plain import MAX_TIP, plain_tip


def shown(tip: str) -> str:
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


def test_markup_from_a_server_is_shown_as_it_is(qapp: QApplication) -> None:
    text = '550 <b>no</b> <img src="http://192.0.2.1/x"> & more\n  second line'

    assert shown(plain_tip(text)) == text


def test_a_long_text_is_cut(qapp: QApplication) -> None:
    assert len(shown(plain_tip("x" * 100_000))) == MAX_TIP + 2


def test_nothing_gives_no_tip() -> None:
    assert plain_tip("") == ""
