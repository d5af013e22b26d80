"""Filter field: proposals while typing, the reason while it is wrong, a memory of its own."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.views import filter_field
from smtpdebugger.gui.views.filter_field import FilterField
from smtpdebugger.session.filter_words import FilterError
from tests.session.wire import converse

# The platform without a screen cannot raise a popup; it says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def field(qtbot: QtBot) -> FilterField:
    watcher = SessionWatcher()
    made = FilterField(watcher)
    watcher.setParent(made)
    qtbot.addWidget(made)
    watcher.show(converse("S: 220 mx", "C: EHLO x", "S: 250 mx", "C: VRFY a", "S: 502 no"))
    made.show()
    return made


def test_it_proposes_while_somebody_types(field: FilterField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "ver")
    assert field.proposals == ["verb:"]
    qtbot.keyClicks(field, "b:")
    assert field.proposals == ["verb:EHLO", "verb:VRFY"]
    field._take("verb:VRFY")
    assert field.text() == "verb:VRFY"


def test_a_chosen_key_goes_on_to_its_values(field: FilterField, qtbot: QtBot) -> None:
    field._take("from:")
    qtbot.waitUntil(lambda: field.proposals == ["from:server", "from:client", "from:event"])


def test_it_waits_until_the_fingers_rest(
    field: FilterField, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    field.wanted.connect(told.append)
    qtbot.keyClicks(field, "x")
    assert told == ["x"], "among a few rows there is nothing to wait for"
    monkeypatch.setattr(filter_field, "QUICK_ROWS", 1)
    told.clear()
    field.setText("code:5")
    assert told == []
    qtbot.waitUntil(lambda: told == ["code:5"])
    field.clear()
    assert told[-1] == ""


def test_return_uses_and_remembers_it(field: FilterField, qtbot: QtBot) -> None:
    for text in ("code:4xx", "code:5xx", "code:4xx"):
        field.setText(text)
        with qtbot.waitSignals([field.wanted, field.left]):
            qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.remembered == ["code:4xx", "code:5xx"]
    field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert field.proposals[:3] == ["code:4xx", "code:5xx", "code:"]


def test_it_remembers_so_many_and_nothing_wrong(
    field: FilterField, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_field, "MOST_REMEMBERED", 2)
    for text in ("a", "b", "c"):
        field.setText(text)
        field.remember()
    assert field.remembered == ["c", "b"]
    field.setText("code:x:")
    field.show_error(FilterError("It is wrong.", 0, 1))
    field.remember()
    assert field.remembered == ["c", "b"]


def test_what_is_wrong_is_said(field: FilterField) -> None:
    field.show_error(FilterError("It is wrong.", 0, 1))
    assert field.property("role") == "wrong"
    assert field.accessibleDescription() == "It is wrong."
    assert "It is wrong." in field.toolTip()
    field.show_error(None)
    assert field.property("role") == ""
    assert field.accessibleDescription() == ""


def test_escape_lifts_it(field: FilterField, qtbot: QtBot) -> None:
    field.setText("code:5xx")
    with qtbot.waitSignals([field.wanted, field.left]):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
