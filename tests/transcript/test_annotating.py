"""Marks and remarks: at the end of the file, and nothing before them changed."""

from pathlib import Path
from threading import Thread

import pytest

from smtpdebugger.session.events import Mark, Remark
from smtpdebugger.transcript.annotating import append_note
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.locking import try_lock
from smtpdebugger.transcript.recorder import save_copy
from tests.session.wire import converse


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.smtpsession"
    save_copy(converse("S: 220 mx", "C: NOOP", "S: 250 ok"), file)
    return file


def test_notes_are_kept(path: Path) -> None:
    before = path.read_bytes()
    append_note(path, Remark(9, "look hëre", 2))
    append_note(path, Mark(10, 2))
    assert path.read_bytes().startswith(before)
    session, problems = load_session(path)
    assert problems == ()
    assert session.marked == {2}
    assert session.rows[-1].text == "look hëre"
    append_note(path, Mark(11, 2, on=False))
    assert load_session(path)[0].marked == set()


def test_a_torn_line_stays_a_line_of_its_own(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'{"us":1,"type":"se')
    append_note(path, Remark(9, "later"))
    session, problems = load_session(path)
    assert session.rows[-1].text == "later"
    assert len(problems) == 1


def test_nobody_writes_into_a_file_that_somebody_records(path: Path) -> None:
    with path.open("rb") as other:
        assert try_lock(other.fileno())
        with pytest.raises(TranscriptError, match="being recorded"):
            append_note(path, Mark(1, 1))


@pytest.mark.parametrize("octets", [b"", b"S: 220 mx\n"])
def test_what_is_no_session_file_is_left_alone(tmp_path: Path, octets: bytes) -> None:
    file = tmp_path / "trace.txt"
    file.write_bytes(octets)
    with pytest.raises(TranscriptError, match="no session file"):
        append_note(file, Mark(1, 1))
    assert file.read_bytes() == octets
    with pytest.raises(TranscriptError, match="Nothing can be noted"):
        append_note(tmp_path / "missing", Mark(1, 1))


def test_who_shows_it_may_note_and_nobody_writes_over_another(path: Path) -> None:
    shown = load_session(path)[0]
    threads = [
        Thread(target=append_note, args=(path, Remark(9, f"number {each}", 2)))
        for each in range(20)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    session, problems = load_session(path)
    assert problems == ()
    told = {row.text for row in session.rows if row.head == "note"}
    assert told == {f"number {each}" for each in range(20)}
    assert len(shown.rows) + 20 == len(session.rows)
