"""Copies: what needs no change passes as it stands, known or unknown."""

import json
from pathlib import Path

import pytest

from smtpdebugger.session.events import Received, Remark, Sent
from smtpdebugger.transcript.copying import Wishes, copied_events, copied_lines
from smtpdebugger.transcript.dialogue_writer import dialogue_lines
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import save_copy
from tests.session.wire import assert_same, converse

HEADER = b'{"format": "smtpsession", "version": 1, "id": "u", "began": "x", "colour": "red"}\n'
LINES = (
    b'{"us": 5, "type": "received", "text": "220 mx\\r\\n", "more": {"a": [1, 2]}}',
    b'{"us": 6, "type": "survey", "what": "a later version knows"}',
    b'{"type": "sent", "us": 7, "text": "NOOP\\r\\n"}',
    b'{"us": 8, "type": "titled", "title": "New", "by": "me"}',
    b'{"us": 9, "type": "received", "text": "250 caf\\u00e9\\r\\n"}',
    b'{"us": 9, "type": "mark", "exchange": 2, "why": "odd"}',
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.smtpsession"
    file.write_bytes(HEADER + b"\n".join(LINES) + b"\n")
    return file


def test_lines_pass_as_they_are(path: Path) -> None:
    session, _ = load_session(path)
    assert list(copied_lines(session)) == [line + b"\n" for line in LINES]


def test_what_this_version_does_not_know_is_in_the_copy(path: Path, tmp_path: Path) -> None:
    session, _ = load_session(path)
    copy = tmp_path / "copy.smtpsession"
    save_copy(session, copy)
    header, *lines = copy.read_bytes().splitlines()
    assert json.loads(header)["colour"] == "red"
    assert json.loads(header)["title"] == "New"
    assert lines == list(LINES)
    again, problems = load_session(copy)
    assert problems == ()
    assert_same(session, again)


def test_a_secret_in_a_known_line_is_masked_and_its_other_keys_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.smtpsession"
    line = b'{"us":7,"type":"sent","text":"AUTH PLAIN AGFsaWNlAHNlY3JldHB3\\r\\n","more":7}\n'
    path.write_bytes(HEADER + line)
    session, _ = load_session(path)
    (copied,) = copied_lines(session)
    assert json.loads(copied) == {
        "us": 7, "type": "sent", "text": "AUTH PLAIN ••••••\r\n", "redacted": [[11, 17, "sasl"]],
        "more": 7,
    }  # fmt: skip
    assert list(copied_lines(session, Wishes(reveal_secrets=True))) == [line]


def test_damaged_lines_stay_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.smtpsession"
    path.write_bytes(HEADER + b'{"us":7,"type":"sent","text":"AUTH PLAIN AGFs\n' + LINES[0] + b"\n")
    session, _ = load_session(path)
    assert list(copied_lines(session)) == [LINES[0] + b"\n"]


def test_what_came_after_opening_is_in_the_copy_too(path: Path) -> None:
    session, _ = load_session(path)
    session.record(Remark(10, "mine", 2))
    assert json.loads(list(copied_lines(session))[-1])["text"] == "mine"


def test_a_file_that_is_gone_cannot_be_copied(path: Path, tmp_path: Path) -> None:
    session, _ = load_session(path)
    path.write_bytes(HEADER)
    with pytest.raises(OSError, match="cannot be read"):
        save_copy(session, tmp_path / "copy.smtpsession")
    assert not list(tmp_path.glob("*copy*"))


def test_pseudonyms_leave_no_title_and_no_identity(path: Path, tmp_path: Path) -> None:
    session, _ = load_session(path)
    copy = tmp_path / "copy.smtpsession"
    save_copy(session, copy, Wishes(pseudonyms=("hosts",)))
    header = json.loads(copy.read_bytes().splitlines()[0])
    assert header["title"] == ""
    assert header["id"] != "u"


def test_events_of_a_live_session_are_masked() -> None:
    session = converse("S: 220 mx", "C: PASS hunter22", "S: 500 hunter22")
    octets = b"".join(
        each.octets for each in copied_events(session) if isinstance(each, Sent | Received)
    )
    assert b"hunter22" not in octets
    revealed = copied_events(session, Wishes(reveal_secrets=True))
    assert any(b"hunter22" in each.octets for each in revealed if isinstance(each, Sent))


def test_pseudonyms_are_the_same_in_every_format(tmp_path: Path) -> None:
    session = converse(
        "!connected", "S: 220 mx.corp.test ESMTP [192.0.2.7]", "C: EHLO client.corp.test",
        "S: 250 mx.corp.test", "C: MAIL FROM:<bob@corp.test>", "S: 250 ok",
        "C: RCPT TO:<alice@other.test>", "S: 550 alice@other.test is not at mx.corp.test",
    )  # fmt: skip
    wishes = Wishes(pseudonyms=("addresses", "hosts", "ips"))
    save_copy(session, tmp_path / "a.smtpsession", wishes)
    loaded, _ = load_session(tmp_path / "a.smtpsession")
    assert loaded.events == list(copied_events(session, wishes))
    written = b"".join(dialogue_lines(copied_events(session, wishes)))
    assert written == b"".join(dialogue_lines(copied_events(loaded)))
    assert b"corp.test" not in written
    assert written.count(b"person2@") == 2
