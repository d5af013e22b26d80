"""Title and advice."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.advice import Advice
from smtpdebugger.gui.composer.title import AdviceLabel, TitleRow, with_section_sign


def test_sections_have_their_sign() -> None:
    assert with_section_sign("RFC 5321 4.1.1.2") == "RFC 5321 §4.1.1.2"
    assert with_section_sign("RFC 3030") == "RFC 3030"


def test_the_syntax_is_shown_with_its_source(qtbot: QtBot) -> None:
    row = TitleRow()
    qtbot.addWidget(row)
    row.show_syntax(Advice("ok", "", "NOOP [SP string]", "RFC 5321 4.1.1.9"))
    texts = [label.text() for label in row.findChildren(QLabel)]
    assert texts == ["Composer", "NOOP [SP string] · RFC 5321 §4.1.1.9"]


@pytest.mark.parametrize(
    ("advice", "text", "role"),
    [
        (Advice("ok", "Legal now"), "✓ Legal now", "ok"),
        (Advice("warning", "Not now"), "▲ Not now", "warning"),
        (Advice("note", "Go on"), "Go on", "muted"),
        (Advice(), "", "muted"),
    ],
)
def test_an_advice_has_the_look_of_its_level(
    qtbot: QtBot, advice: Advice, text: str, role: str
) -> None:
    label = AdviceLabel()
    qtbot.addWidget(label)
    label.show_advice(Advice("ok", "before"))
    label.show_advice(advice)
    assert (label.text(), label.property("role")) == (text, role)
    assert label.advice == advice
