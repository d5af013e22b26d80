"""What goes out, with the dots that are added."""

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.preview import ADDED, MOST_OCTETS, Preview, preview


def test_added_dots_and_the_end_are_shown() -> None:
    shown = preview(b"A: b\r\n\r\n.x\r\n", stuffed=True).splitlines()
    assert shown[0] == "A: b‹CR›‹LF›"
    assert shown[2] == f"{ADDED}.x‹CR›‹LF›"
    assert shown[3].startswith(".‹CR›‹LF›")
    assert shown[3].endswith("1 dots added")


def test_chunks_are_shown_as_they_are() -> None:
    assert preview(b".x\r\n", stuffed=False) == ".x‹CR›‹LF›"


def test_a_long_message_is_cut() -> None:
    shown = preview(b"x" * (MOST_OCTETS + 5), stuffed=True)
    assert shown.endswith("… 5 more octets")


def test_without_a_message_there_is_nothing_to_show(qtbot: QtBot) -> None:
    pane = Preview()
    qtbot.addWidget(pane)
    pane.show()
    pane.show_message(None, stuffed=True)
    assert not pane.isVisible()
    pane.show_message(b"x\r\n", stuffed=True)
    assert pane.isVisible()
    assert pane.isReadOnly()
