"""One likely cause."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.panels.diagnosis_cause import SHOWN_FOR, CauseRow
from tests.gui.panels.sample import DISABLED, OPEN


def opened(qtbot: QtBot) -> CauseRow:
    row = CauseRow(DISABLED, leading=True)
    qtbot.addWidget(row)
    row.resize(320, 400)
    row.show()
    row.set_open(open_=True)
    return row


def texts(row: CauseRow) -> list[str]:
    return [each.text() for each in row.findChildren(QLabel) if each.isVisible()]


def links(row: CauseRow) -> list[QPushButton]:
    return [each for each in row.findChildren(QPushButton) if each.text().startswith("#")]


def test_it_is_named_with_its_probability(qtbot: QtBot) -> None:
    row = CauseRow(DISABLED, leading=True)
    qtbot.addWidget(row)
    name = "Security restrictions — The administrator switched it off, 88 %"
    assert row.head.accessibleName() == name
    assert not row.is_open
    assert texts(row) == []
    row.resize(320, 40)
    assert not row.grab().isNull()


def test_enter_asks_for_the_evidence(qtbot: QtBot) -> None:
    row = opened(qtbot)
    with qtbot.waitSignal(row.toggled) as toggled:
        qtbot.keyClick(row.head, Qt.Key.Key_Return)
    assert toggled.args == ["command-disabled-by-admin"]
    row.set_open(open_=False)
    assert not row.is_open


def test_evidence_for_and_against_is_told_the_strongest_first(qtbot: QtBot) -> None:
    row = opened(qtbot)
    shown = texts(row)
    assert "The text is Postfix's own" in shown
    assert "HELP names VRFY" in shown
    assert shown.count("+") == SHOWN_FOR
    assert shown.count("−") == 1
    assert "502 is usual for it" not in shown


def test_the_rest_is_one_press_away(qtbot: QtBot) -> None:
    row = opened(qtbot)
    more = next(b for b in row.findChildren(QPushButton) if b.text() == "2 more")
    more.click()
    qtbot.waitUntil(lambda: "502 is usual for it" in texts(row))


def test_an_exchange_can_be_asked_for(qtbot: QtBot) -> None:
    row = opened(qtbot)
    first = links(row)[0]
    assert first.accessibleName() == "Show exchange 3"
    with qtbot.waitSignal(row.exchange_requested) as asked:
        first.click()
    assert asked.args == [3]


def test_a_long_title_wraps(qtbot: QtBot) -> None:
    long, short = CauseRow(DISABLED, leading=True), CauseRow(OPEN, leading=False)
    qtbot.addWidget(long)
    qtbot.addWidget(short)
    assert long.head.heightForWidth(200) > long.head.heightForWidth(900)
    assert short.head.heightForWidth(900) == long.head.heightForWidth(900)
