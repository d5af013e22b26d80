from smtpdebugger.gui.models.row_words import (
    KEPT_ROWS,
    Column,
    LineTexts,
    copied_line,
    line_sentence,
    line_text,
    row_sentence,
    unfolded,
)
from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.unfolding import Line
from tests.gui.sessions import greeted

REPLY = Row(RowKind.REPLY, 1, "250", "mx.test\nSIZE 7", 2)
MESSAGE = Row(RowKind.COMMAND, 1, "message", "20 octets of mail data", 2)


def test_an_unfolded_reply_says_its_first_line() -> None:
    assert unfolded(REPLY).text == "mx.test"
    assert unfolded(MESSAGE) is MESSAGE


def test_rows_say_how_many_lines_they_have() -> None:
    assert row_sentence(REPLY, 2, False, is_marked=False) == (
        "Server: 250 mx.test; SIZE 7 (2 lines, folded)"
    )
    assert row_sentence(REPLY, 2, True, is_marked=True) == (
        "Server: 250 mx.test (2 lines, unfolded) (marked)"
    )
    assert row_sentence(MESSAGE, 1, False, is_marked=False) == MESSAGE.sentence


def test_lines_say_which_one_they_are() -> None:
    assert line_sentence(REPLY, Line("250 ", "SIZE 7"), 1, 2) == "Server, line 2 of 2: 250 SIZE 7"
    assert line_sentence(MESSAGE, Line("", "Subject: x"), 1, 4) == "Client, line 1 of 4: Subject: x"
    assert line_text(Line("250 ", "x"), Column.HEAD) == "250 "
    assert line_text(Line("250 ", "x"), Column.TIME) == ""
    assert copied_line(Line("250-", "SIZE 7")).strip() == "250-SIZE 7"


def test_lines_are_kept_of_a_few_rows_only() -> None:
    talk = greeted()
    for _ in range(KEPT_ROWS + 3):
        talk.client(b"EHLO me.test\r\n").server(b"250-mx.test\r\n250 HELP\r\n")
    texts, rows = LineTexts(), talk.session.columns.long_rows

    said = [texts.of(talk.session, row, 1) for row in rows]
    assert said[-1] == Line("250 ", "HELP")
    assert len(texts._kept) == KEPT_ROWS
    assert texts.of(talk.session, rows[0], 99) == Line("", "")
