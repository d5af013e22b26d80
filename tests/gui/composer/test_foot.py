"""Chips and advice."""

import pytest
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.advice import Advice
from smtpdebugger.gui.composer.foot import WIDE, Foot


@pytest.mark.parametrize(("width", "beside"), [(WIDE + 100, True), (WIDE - 200, False)])
def test_the_advice_stands_where_there_is_room(qtbot: QtBot, width: int, beside: bool) -> None:
    foot = Foot()
    qtbot.addWidget(foot)
    foot.chips.show_labels(["EHLO", "QUIT"])
    foot.advice.show_advice(Advice("warning", "BDAT needs CHUNKING, which was not offered"))
    foot.resize(width, 80)
    foot.show()

    def is_beside() -> bool:
        return foot.advice.x() > foot.chips.geometry().right()

    qtbot.waitUntil(lambda: is_beside() is beside)
    assert (foot.advice.y() > foot.chips.geometry().bottom()) is not beside
    assert foot.advice.geometry().right() <= width
