import os
from pathlib import Path

import pytest

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import open_session, read_session
from smtpdebugger.transcript.recorder import save_copy

TRACE = b"S: 220 mx ESMTP\nC: EHLO me\nS: 250 mx\nC: FROB\nS: 502 5.5.1 no\n"


def test_a_transcript_is_known_by_its_content(tmp_path: Path) -> None:
    file = tmp_path / "named.smtpsession"
    file.write_bytes(TRACE)
    session, problems = open_session(file)
    assert [each.code for each in session.exchanges] == [220, 250, 502]
    assert problems == ()


def test_a_session_file_is_known_by_its_content(tmp_path: Path) -> None:
    trace, saved = tmp_path / "trace", tmp_path / "saved.txt"
    trace.write_bytes(TRACE)
    session: Session = open_session(trace)[0]
    save_copy(session, saved)
    again, problems = open_session(saved)
    assert again.rows == session.rows
    assert problems == ()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"no transcript\n", b"{}\n", b"\xff\xfe\xfa"]
)
def test_what_holds_no_session_is_a_sentence_with_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "foreign"
    file.write_bytes(content)
    with pytest.raises(TranscriptError, match="foreign"):
        open_session(file)


def test_what_is_no_file_is_a_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "missing", "pipe"):
        with pytest.raises(TranscriptError, match=r"folder|not exist|regular"):
            open_session(tmp_path / name)


def test_a_file_nobody_may_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "closed"
    file.write_bytes(TRACE)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(TranscriptError, match="Permission denied"):
        open_session(file)


def test_octets_without_a_file_are_read_the_same_way(tmp_path: Path) -> None:
    session, _ = read_session(TRACE, "standard input")
    saved = tmp_path / "saved"
    save_copy(session, saved)
    again, problems = read_session(saved.read_bytes(), "standard input")
    assert again.rows == session.rows
    assert problems == ()
    with pytest.raises(TranscriptError, match="standard input"):
        read_session(b'{"some": "json"}', "standard input")
