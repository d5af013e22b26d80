from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.views.details_pane import DetailsPane


def test_it_shows_plain_text_that_nobody_edits(qtbot: QtBot) -> None:
    pane = DetailsPane()
    qtbot.addWidget(pane)

    pane.show_text("<b>250</b> ok")
    qtbot.keyClicks(pane, "x")

    assert pane.accessibleName() == "Row details"
    assert pane.toPlainText() == "<b>250</b> ok"


def test_escape_leaves_it(qtbot: QtBot) -> None:
    pane = DetailsPane()
    qtbot.addWidget(pane)

    with qtbot.waitSignal(pane.left):
        qtbot.keyClick(pane, Qt.Key.Key_Escape)
