"""Text that fits."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.widgets.text import (
    ElidedButton,
    ElidedLabel,
    SteadyLabel,
    WrappedButton,
    WrappedLabel,
)

LONG = "mail." + "x" * 300 + ".example.test"


def test_a_label_that_does_not_fit_tells_all_in_its_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("short")
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.grab()
    assert label.toolTip() == ""
    label.setText(LONG)
    label.grab()
    assert LONG in label.toolTip()
    assert label.minimumSizeHint().width() < 200
    assert label.sizeHint().width() > 1000


def test_a_label_may_be_elided_in_its_middle_and_keeps_its_margins(qtbot: QtBot) -> None:
    label, plain = ElidedLabel(LONG), ElidedLabel(LONG)
    for each in (label, plain):
        qtbot.addWidget(each)
        each.resize(200, 20)
    ends = plain.grab().toImage()
    label.elide_mode = Qt.TextElideMode.ElideMiddle
    assert label.grab().toImage() != ends
    label.setContentsMargins(60, 0, 60, 0)
    drawn = label.grab().toImage()
    blank = drawn.pixel(0, 0)
    assert all(drawn.pixel(x, y) == blank for x in range(55) for y in range(20))


def test_markup_in_a_text_is_text(qtbot: QtBot) -> None:
    label = ElidedLabel("<b>" + LONG)
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.grab()
    assert "&lt;b&gt;" in label.toolTip()


def test_a_word_wider_than_the_label_is_broken(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QVBoxLayout(holder)
    label = WrappedLabel(LONG)
    layout.addWidget(label)
    assert holder.minimumSizeHint().width() < 200
    assert label.heightForWidth(100) > 5 * label.fontMetrics().height()
    assert label.heightForWidth(100_000) < 2 * label.fontMetrics().height()
    holder.resize(150, 400)
    holder.show()
    assert label.height() >= label.heightForWidth(label.width())


def test_lines_of_a_text_are_kept(qtbot: QtBot) -> None:
    label = WrappedLabel("one\ntwo")
    qtbot.addWidget(label)
    assert label.heightForWidth(1000) >= 2 * label.fontMetrics().height() - 2


def test_a_button_keeps_its_whole_name(qtbot: QtBot) -> None:
    button = ElidedButton(f"RCPT TO:<{LONG}>")
    qtbot.addWidget(button)
    button.resize(120, 30)
    button.grab()
    assert button.text() == button.accessibleName() == f"RCPT TO:<{LONG}>"
    assert "RCPT TO:&lt;" in button.toolTip()
    assert button.minimumSizeHint().width() < 300


def test_an_ampersand_is_no_shortcut(qtbot: QtBot) -> None:
    button = ElidedButton("VRFY a&b")
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
    assert button.accessibleName() == "VRFY a&b"


def test_a_steady_label_leaves_the_layout_alone(qtbot: QtBot) -> None:
    label = SteadyLabel("small")
    qtbot.addWidget(label)
    hint = label.sizeHint()
    label.setText("1 event")
    label.setText("a much longer text than before")

    assert label.text() == label.accessibleName() == "a much longer text than before"
    assert label.sizeHint() == hint
    assert QLabel.text(label) == ""
    label.resize(40, 20)
    label.grab()
    assert label.toolTip()


def test_too_little_of_a_text_is_nothing(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    label.least = 9
    label.resize(30, 20)
    drawn = label.grab().toImage()
    assert all(drawn.pixel(x, 10) == drawn.pixel(0, 0) for x in range(30))
    assert LONG in label.toolTip()
    label.resize(200, 20)
    drawn = label.grab().toImage()
    assert any(drawn.pixel(x, 10) != drawn.pixel(0, 0) for x in range(200))


def test_a_wrapped_button_is_as_high_as_its_text_and_named_by_it(qtbot: QtBot) -> None:
    button = WrappedButton(
        "Ask & wait · MAIL FROM:<a@example.test> · RCPT TO:<b@example.test>", "pill"
    )
    qtbot.addWidget(button)
    assert button.accessibleName().startswith("Ask & wait")
    assert button.shortcut().isEmpty()
    one = button.heightForWidth(2000)
    assert button.heightForWidth(200) > one
    assert button.minimumSizeHint().width() < 200
    button.resize(200, button.heightForWidth(200))
    drawn = button.grab().toImage()
    last = button.height() - one // 2
    assert len({drawn.pixel(x, last) for x in range(20, 150)}) > 1
