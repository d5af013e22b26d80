"""Unfinished recordings: found once, marked inside, and never while somebody writes them."""

from pathlib import Path
from threading import Thread

import pytest

from smtpdebugger.session.events import Connected, Sent
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.lines import encode_event, encode_header
from smtpdebugger.transcript.locking import try_lock
from smtpdebugger.transcript.recorder import Recorder
from smtpdebugger.transcript.unfinished import (
    FOLDER,
    WHAT,
    claim_unfinished,
    is_marked,
    mark_begun,
    mark_ended,
)
from tests.transcript.test_writer import wait_until

CONNECTED = encode_event(Connected(7, "mx", "192.0.2.1:25"))


def crashed(folder: Path, octets: bytes) -> Path:
    file = folder / "a.smtpsession"
    file.write_bytes(octets)
    mark_begun(file)
    return file


def test_a_recording_is_marked_while_it_runs(tmp_path: Path) -> None:
    live = Session(Header(began="2026-11-23T10:00:00Z"))
    with Recorder.in_folder(live, tmp_path, "mx") as recorder:
        live.record(Sent(1, b"NOOP\r\n"))
        wait_until(lambda: is_marked(recorder.path))
        assert claim_unfinished(tmp_path) == [], "it is still being written"
        assert is_marked(recorder.path)
    assert not is_marked(recorder.path)
    assert claim_unfinished(tmp_path) == []
    assert [row.head for row in load_session(recorder.path)[0].rows] == ["NOOP"]


@pytest.mark.parametrize("torn", [b"", b'{"us":9,"type":"se', b"{"])
def test_what_a_crash_left_is_found_once_and_marked(tmp_path: Path, torn: bytes) -> None:
    file = crashed(tmp_path, encode_header(Header()) + CONNECTED + torn)
    assert claim_unfinished(tmp_path) == [file]
    assert claim_unfinished(tmp_path) == []
    session, problems = load_session(file)
    assert [row.head for row in session.rows] == ["tcp", "record"]
    assert session.rows[1].text.startswith(WHAT)
    assert session.rows[1].at == 7
    assert len(problems) == bool(torn)


@pytest.mark.parametrize("octets", [b"", b'{"format":"smtpse'])
def test_a_file_without_a_header_is_left_as_it_is(tmp_path: Path, octets: bytes) -> None:
    file = crashed(tmp_path, octets)
    assert claim_unfinished(tmp_path) == [file]
    assert file.read_bytes() == octets


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    file = crashed(tmp_path, b"")
    file.unlink()
    assert claim_unfinished(tmp_path) == []
    assert not is_marked(file)
    assert claim_unfinished(tmp_path / "nowhere") == []


def test_what_another_program_writes_is_passed_over(tmp_path: Path) -> None:
    file = crashed(tmp_path, encode_header(Header()))
    with file.open("ab") as other:
        assert try_lock(other.fileno())
        assert claim_unfinished(tmp_path) == []
        assert is_marked(file)
    assert claim_unfinished(tmp_path) == [file]


def test_a_folder_that_takes_no_marks_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file of somebody's")
    file = tmp_path / "a.smtpsession"
    mark_begun(file)
    assert not is_marked(file)
    mark_ended(file)
    assert claim_unfinished(tmp_path) == []


def test_somebody_who_shows_it_already_does_not_keep_it_from_being_told(tmp_path: Path) -> None:
    file = crashed(tmp_path, encode_header(Header()) + CONNECTED)
    shown, _ = load_session(file)
    assert claim_unfinished(tmp_path) == [file]
    assert len(load_session(file)[0].rows) == len(shown.rows) + 1


def test_two_windows_that_start_at_once_tell_of_it_once(tmp_path: Path) -> None:
    for number in range(20):
        file = tmp_path / f"{number}.smtpsession"
        file.write_bytes(encode_header(Header()) + CONNECTED)
        mark_begun(file)
    found: list[Path] = []
    windows = [Thread(target=lambda: found.extend(claim_unfinished(tmp_path))) for _ in range(4)]
    for each in windows:
        each.start()
    for each in windows:
        each.join()
    assert sorted(found) == sorted(tmp_path.glob("*.smtpsession"))
    assert all(len(load_session(each)[0].rows) == 2 for each in found)
