import pytest

from smtpdebugger.gui.models import copied_lines as module
from smtpdebugger.gui.models.copied_lines import copied_lines
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.gui.models.watcher import SessionWatcher
from tests.gui.sessions import ALTERNATIVE, Expert, refused


@pytest.fixture
def model(qapp: object) -> TranscriptModel:
    watcher = SessionWatcher()
    made = TranscriptModel(watcher, Expert(ALTERNATIVE))
    watcher.setParent(made)
    watcher.show(refused().session)
    return made


def copied(model: TranscriptModel, first: int, last: int) -> list[str]:
    return list(copied_lines(model, model.rows.taken([(first, last)])))


def test_rows_and_explanations_are_lines(model: TranscriptModel) -> None:
    last = model.rowCount() - 1
    lines = copied(model, 0, last)

    assert lines[:-1] == [row.line for row in model.rows.session.rows]
    assert lines[-1].startswith("#  Switched off on this server. Try MAIL")


def test_what_is_unfolded_is_copied_line_by_line(model: TranscriptModel) -> None:
    model.set_open(3, True)

    lines = copied(model, 3, 7)
    assert lines[0].endswith("<- 250 mx.test")
    assert [line.strip() for line in lines[1:]] == [
        "250-SIZE 10240000", "250-STARTTLS", "250-ETRN", "250 VRFY",
    ]  # fmt: skip
    assert copied(model, 3, 3) == [model.rows.session.rows[3].line], "alone, it stands for all"


def test_a_long_copy_has_no_explanations(
    model: TranscriptModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_EXPLAINED", 3)

    assert copied(model, 0, model.rowCount() - 1)[-1] == ""


def test_entries_are_taken_once_and_in_order(model: TranscriptModel) -> None:
    rows = model.rows
    assert rows.taken([(5, 6), (0, 2), (2, 3)]) == rows.taken([(0, 3)]) + rows.taken([(5, 6)])
    assert len(rows.taken([])) == 0
