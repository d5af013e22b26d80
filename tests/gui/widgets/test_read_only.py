"""The read-only text."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.widgets.read_only import ReadOnlyText


def test_it_is_as_high_as_its_text(qtbot: QtBot) -> None:
    text = ReadOnlyText()
    qtbot.addWidget(text)
    text.resize(200, 10)
    text.show()
    text.show_paragraphs("Short.", ())
    low = text.height()
    text.show_paragraphs("Short.", ("word " * 100,))
    assert text.height() > 5 * low
    assert text.document().size().height() <= text.height()
    high = text.height()
    text.resize(800, high)
    qtbot.waitUntil(lambda: text.height() < high)


def test_paragraphs_are_plain(qtbot: QtBot) -> None:
    text = ReadOnlyText()
    qtbot.addWidget(text)
    text.show_paragraphs("<b>Lead</b>", ("<img src=x>", "end"))
    assert text.toPlainText() == "<b>Lead</b>\n<img src=x>\nend"
    text.show_paragraphs("", ("only",))
    assert text.toPlainText() == "only"


def test_it_can_be_copied_but_not_changed(qtbot: QtBot) -> None:
    text = ReadOnlyText()
    qtbot.addWidget(text)
    text.show_paragraphs("Why.", ())
    qtbot.keyClicks(text, "x")
    assert text.toPlainText() == "Why."
    qtbot.keyClick(text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Why."


def test_where_it_may_scroll_it_demands_three_lines(qtbot: QtBot) -> None:
    text = ReadOnlyText(may_scroll=True)
    qtbot.addWidget(text)
    text.resize(200, 60)
    text.show()
    text.show_paragraphs("Short.", ("word " * 100,))
    assert text.minimumSizeHint().height() < 80 < text.sizeHint().height()
    text.resize(200, 60)
    assert text.height() == 60
    assert text.verticalScrollBar().maximum() > 0
    text.show_paragraphs("Short.", ())
    assert text.maximumHeight() < 60
