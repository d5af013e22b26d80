from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.theme.tokens import choose_theme, tokens
from smtpdebugger.gui.views.transcript_delegate import TranscriptDelegate, head_token
from smtpdebugger.gui.views.transcript_table import TranscriptTable
from smtpdebugger.session.rows import Row, RowKind
from tests.gui.sessions import ALTERNATIVE, Expert, greeted, refused


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[TranscriptTable]:
    watcher = SessionWatcher()
    model = TranscriptModel(watcher, Expert(ALTERNATIVE))
    table = TranscriptTable(model)
    qtbot.addWidget(table)
    table.resize(800, 600)
    table.show()
    watcher.show(refused().session)
    yield table
    watcher.close()


def delegate_of(table: TranscriptTable) -> TranscriptDelegate:
    delegate = table.itemDelegate()
    assert isinstance(delegate, TranscriptDelegate)
    return delegate


def colours_in(table: TranscriptTable, rect: QRect) -> set[str]:
    image: QImage = table.viewport().grab(rect).toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_a_refusal_and_its_annotation_stand_out(shown: TranscriptTable) -> None:
    last = len(shown.rows) - 1

    assert tokens().negative_surface in colours_in(shown, shown.row_rect(last - 1))
    assert tokens().warning_surface in colours_in(shown, shown.row_rect(last))
    assert tokens().negative_surface not in colours_in(shown, shown.row_rect(0))


def test_colours_follow_the_theme(shown: TranscriptTable) -> None:
    choose_theme("dark")
    try:
        found = colours_in(shown, shown.row_rect(len(shown.rows) - 1))
        assert tokens().warning_surface in found
    finally:
        choose_theme("light")


def test_the_pill_stands_inside_its_row_at_any_width(
    shown: TranscriptTable, qapp: QApplication
) -> None:
    last = len(shown.rows) - 1
    for width in (300, 420, 560, 800, 1400):
        shown.resize(width, 600)
        qapp.processEvents()
        pill, row = delegate_of(shown).pill_rect(last), shown.row_rect(last)
        assert row.contains(pill)
        assert pill.width() > 60


def test_without_an_alternative_there_is_no_pill(qtbot: QtBot) -> None:
    watcher = SessionWatcher()
    advice = Alternative("other", what="Ask the administrator")
    table = TranscriptTable(TranscriptModel(watcher, Expert(advice)))
    qtbot.addWidget(table)
    watcher.show(refused().session)

    assert delegate_of(table).pill_rect(len(table.rows) - 1).isEmpty()
    assert not table.choose_alternative(len(table.rows) - 1)
    watcher.close()


def test_any_row_can_be_painted_at_any_width(qtbot: QtBot, qapp: QApplication) -> None:
    watcher = SessionWatcher()
    table = TranscriptTable(TranscriptModel(watcher, Expert(ALTERNATIVE)))
    qtbot.addWidget(table)
    table.show()
    talk = greeted().client(b"X" * 3000 + b" y\r\n").server(b"500 " + b"z" * 9000 + b"\n")
    talk.client(b"HELP\r\n").server(
        b"".join(b"214-%d\r\n" % n for n in range(900)) + b"214 end\r\n"
    )
    watcher.show(talk.session)
    for width in (60, 200, 900):
        table.resize(width, 400)
        qapp.processEvents()
        assert not table.grab().isNull()
    watcher.close()


@pytest.mark.parametrize(
    ("kind", "is_negative", "token"),
    [
        (RowKind.COMMAND, False, "command"),
        (RowKind.REPLY, False, "positive"),
        (RowKind.REPLY, True, "negative"),
        (RowKind.EVENT, False, "event"),
        (RowKind.FAILURE, True, "negative"),
        (RowKind.REMARK, False, "muted"),
    ],
)
def test_each_kind_of_row_has_its_colour(kind: RowKind, is_negative: bool, token: str) -> None:
    assert head_token(Row(kind, 0, "", "", is_negative=is_negative)) == token
