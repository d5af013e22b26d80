"""Copied lines: rows of the transcript as lines of plain text, one after the other."""

from array import array
from collections.abc import Iterator

from smtpdebugger.gui.models.row_words import copied_line, unfolded
from smtpdebugger.gui.models.shown_rows import Part, part_of
from smtpdebugger.gui.models.transcript_model import TranscriptModel
from smtpdebugger.session.unfolding import lines_of

MOST_EXPLAINED = 2000
"""In a longer copy the explanations under refusals are left out: each takes a moment to make."""


def copied_lines(model: TranscriptModel, entries: "array[int]") -> Iterator[str]:
    """The text of each entry taken from the model's rows; empty for one that is left out.

    What the entries stand for does not change when other rows are shown meanwhile.
    """
    session = model.rows.session
    is_explained = len(entries) <= MOST_EXPLAINED
    lines_row, lines = -1, [""]
    for place, entry in enumerate(entries):
        row, part = part_of(entry)
        if part == Part.ANNOTATION:
            annotation = model.annotation_of(row) if is_explained else None
            yield "" if annotation is None else annotation.line
        elif part == Part.ROW:
            is_open = place + 1 < len(entries) and part_of(entries[place + 1]) == (row, 1)
            shown = session.rows[row]
            yield (unfolded(shown) if is_open else shown).line
        else:
            if row != lines_row:
                lines_row, lines = row, [copied_line(line) for line in lines_of(session, row)]
            yield lines[part - 1]
