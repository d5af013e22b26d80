"""Opening: every file is either a session, perhaps with problems told, or a clear refusal."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.session.events import Remark
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript import file
from smtpdebugger.transcript.file import TranscriptError, is_session_file, load_session
from smtpdebugger.transcript.file_log import FileLog
from smtpdebugger.transcript.recorder import save_copy
from tests.session.wire import assert_same, converse

HEADER = b'{"format":"smtpsession","version":1,"id":"x","began":"2026-11-23T10:00:00Z"}\n'
GREETING = b'{"us":5,"type":"received","text":"220 mx.example.test\\r\\n"}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.smtpsession"


def opened(path: Path, octets: bytes) -> tuple[Session, tuple[str, ...]]:
    path.write_bytes(octets)
    return load_session(path)


def refusal(path: Path, octets: bytes) -> str:
    with pytest.raises(TranscriptError) as caught:
        opened(path, octets)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert sentence.endswith((".", "open it."))
    assert "Error" not in sentence
    return sentence


def test_the_header_is_told(path: Path) -> None:
    header = Header("some-id", "2026-11-23T10:00:00.5Z", "Tïtle", "import", "other 1.0")
    save_copy(Session(header), path)
    assert load_session(path)[0].header == header


def test_a_title_given_later_counts(path: Path) -> None:
    line = b'{"us":9,"type":"titled","title":"New"}\n'
    assert opened(path, HEADER + line)[0].header.title == "New"


def test_the_format_of_the_design_is_read(path: Path) -> None:
    lines = [
        '{"format": "smtpsession", "version": 1, "id": "u", "began": "2026-11-23T10:00:00.1Z",'
        ' "title": "t", "origin": "live", "application": "smtpdebugger 0.1.0", "more": [1]}',
        '{"us": 11800, "type": "connected", "host": "mail.example.test",'
        ' "peer": "192.0.2.25:587", "local": "x", "tls": false, "more": {}}',
        '{"us": 14000, "type": "received", "text": "220 mail.example.test ESMTP\\r\\n"}',
        '{"us": 15000, "type": "sent", "text": "EHLO client.example.test\\r\\n"}',
        '{"us": 15500, "type": "received", "text": "250-mail\\r\\n250 AUTH PLAIN\\r\\n"}',
        '{"us": 16000, "type": "sent", "base64": "Tk9PUCD/DQo=", "why": "not UTF-8"}',
        '{"us": 17000, "type": "sent", "text": "AUTH PLAIN ••••••\\r\\n",'
        ' "redacted": [[11, 17, "sasl"]]}',
        '{"us": 17500, "type": "mark", "text": "of a later version", "exchange": 2}',
        '{"us": 18000, "type": "received", "text": "250 ok\\r\\n235 ok\\r\\n"}',
        '{"us": 19000, "type": "sent", "text": "MAIL FROM:<>\\r\\nRCPT TO:<a@b.example>\\r\\n'
        'DATA\\r\\n"}',
        '{"us": 20000, "type": "received", "text": "250 ok\\r\\n250 ok\\r\\n354 go\\r\\n"}',
        '{"us": 21000, "type": "sent", "text": "Subject: …", "omitted": {"octets": 104857600,'
        ' "sha256": "00"}, "tail": "…\\r\\n.\\r\\n"}',
        '{"us": 22000, "type": "received", "text": "250 ok\\r\\n"}',
        '{"us": 31000, "type": "tls", "version": "TLSv1.3", "cipher": "c", "verified": true,'
        ' "chain": ["AAEC"]}',
        '{"us": 90000, "type": "closed", "by": "server", "reason": "…"}',
    ]
    session, problems = opened(path, "\n".join(lines).encode() + b"\n")
    assert problems == ()
    assert [each.verb for each in session.exchanges] == [
        "(greeting)", "EHLO", "NOOP", "AUTH", "MAIL", "RCPT", "DATA", "(end of mail data)",
    ]  # fmt: skip
    assert all(each.reply for each in session.exchanges)
    assert session.situation.authenticated
    assert session.situation.tls
    assert "104857620 octets" in session.exchanges[-1].command_text
    assert session.rows[-1].head == "closed"


def test_an_unfinished_last_line_is_told(path: Path) -> None:
    session, problems = opened(path, HEADER + GREETING + b'{"us":6,"type":"sent","te')
    assert len(session.exchanges) == 1
    assert len(problems) == 1
    assert problems[0].startswith("The last line of a.smtpsession is unfinished")


def test_a_whole_last_line_without_its_end_counts(path: Path) -> None:
    session, problems = opened(path, HEADER + GREETING.rstrip())
    assert problems == ()
    assert len(session.exchanges) == 1


def test_zeros_where_a_crash_left_them_are_an_unfinished_line(path: Path) -> None:
    session, problems = opened(path, HEADER + GREETING + bytes(4096))
    assert len(session.exchanges) == 1
    assert "unfinished" in problems[0]


@pytest.mark.parametrize(
    "line",
    [
        b"rubbish",
        b"[1, 2]",
        b"null",
        b'{"us":1}',
        b'{"us":"1","type":"received","text":"x"}',
        b'{"us":1,"type":"received"}',
        b'{"us":1,"type":"received","base64":"?"}',
        b'{"us":1,"type":"sent","base64":"AAA","why":"x"}',
        b'{"us":1,"type":"tls","chain":["no base64!"]}',
        b'{"us":1,"type":"tls","chain":["\xc3\xa9"]}',
        b'{"us":1,"type":7}',
        b'{"us":1e99,"type":"closed"}',
        b'{"us":1,"type":"received","text":"\xff"}',
        b"[" * 5000,
        b'{"us":1,"type":"remark","text":"half a pair \\ud800"}',
    ],
)
def test_a_damaged_line_is_left_out_and_told(path: Path, line: bytes) -> None:
    session, problems = opened(path, HEADER + line + b"\n" + GREETING)
    assert len(session.exchanges) == 1
    assert problems == ("Line 2 of a.smtpsession is damaged and was left out.",)


def test_many_damaged_lines_are_counted(path: Path) -> None:
    _, problems = opened(path, HEADER + b"x\n" * 20)
    assert len(problems) == 6
    assert problems[-1].startswith("15 more damaged lines")


def test_what_a_later_version_writes_is_passed_over(path: Path) -> None:
    later = b'{"us":1,"type":"telepathy","text":[1,{}]}\n\n   \r\n'
    session, problems = opened(path, b"\xef\xbb\xbf" + HEADER.strip() + b"\r\n" + later + GREETING)
    assert problems == ()
    assert len(session.exchanges) == 1


@pytest.mark.parametrize(
    "redacted",
    ['[[-5,99,"x"]]', '[[3,1,"x"]]', '[[900,901,"x"]]', '[[0,3,"x"],[1,2,"y"],[0,9,"z"]]', "[]"],
)
def test_odd_masks_do_no_harm(path: Path, redacted: str) -> None:
    line = f'{{"us":1,"type":"sent","text":"EHLO café\\r\\n","redacted":{redacted}}}\n'
    session, problems = opened(path, HEADER + line.encode())
    assert problems == ()
    assert session.exchanges[0].command_text == "EHLO café"
    save_copy(session, path)
    assert_same(session, load_session(path)[0])


def test_negative_counts_do_no_harm(path: Path) -> None:
    line = b'{"us":-7,"type":"sent","text":"x","omitted":{"octets":-5,"lines":-1},"tail":"y\\n"}\n'
    session, problems = opened(path, HEADER + line)
    assert problems == ()
    assert session.exchanges[0].verb == "XY"


def test_it_opens_when_cut_anywhere(path: Path) -> None:
    live = converse(
        "!connected", "S: 220 hi", "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==", "S: 535 nö", "!tls",
        "C: NOOP", "S: 250 ok", "!closed",
    )  # fmt: skip
    live.record(Remark(9, "done", 2))
    save_copy(live, path)
    octets = path.read_bytes()
    for stop in range(len(octets) + 1):
        session, problems = opened(path, octets[:stop])
        at_border = stop > 0 and b"\n" in octets[stop - 1 : stop + 1]
        assert (problems == ()) == at_border
        lines = octets[:stop].count(b"\n") + (octets[stop : stop + 1] == b"\n")
        assert len(session.events) == max(0, lines - 1)


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_rubbish_anywhere_never_breaks_it(
    tmp_path_factory: pytest.TempPathFactory, rubbish: bytes, where: int, gone: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "rubbish.smtpsession"
    octets = HEADER + GREETING * 4
    file.write_bytes(octets[:where] + rubbish + octets[where + gone :])
    try:
        session, problems = load_session(file)
    except TranscriptError as error:
        assert str(file) in str(error)
    else:
        assert all(each.endswith(".") for each in problems)
        assert isinstance(session, Session)


def test_an_empty_file_of_another_name_is_refused(tmp_path: Path) -> None:
    assert "is empty" in refusal(tmp_path / "notes.txt", b"")
    assert "JSON of another kind" in refusal(tmp_path / "notes.txt", b'{"for')


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (b"\n", "begins with"),
        (b"From alice@example.test Mon\n", "begins with “From alice@example.test Mon”"),
        (b"x" * 5000, "…”"),
        (b"\x1b[31mred\n", "begins with “?[31mred”"),
        (b"S: 220 hi\nC: EHLO x\n", "smtpdebugger explain"),
        (b'{"log": {"version": "1.2"}}', "JSON of another kind"),
        (b'[{"format": "smtpsession", "version": 1}]', "JSON of another kind"),
        (b'{"format": "har", "version": 1}', "JSON of another kind"),
        (b'{"format": "smtpsession"}', "JSON of another kind"),
        (b'{"format": "smtpsession", "version": "one"}', "JSON of another kind"),
        (b"\x1f\x8b\x08\x00\x00", "gzip"),
        (b"PK\x03\x04\x00", "zip"),
        (b"\xd4\xc3\xb2\xa1\x02\x00", "packet capture"),
        (b"\x0a\x0d\x0d\x0a\x1c\x00", "packet capture"),
        (b"\x7fELF\x02\x01\x00", "binary data"),
        (b'{"format": "smtpsession", "version": 2}', "newer smtpdebugger"),
        (b'{"format": "smtpsession", "version": 2, "id": {"now": "an object"}}', "newer"),
        (b'{"format": "smtpsession", "version": 0}', "never was"),
        (b"{" * 100_000, "JSON of another kind"),
    ],
)
def test_a_foreign_file_is_refused_in_a_sentence(path: Path, octets: bytes, told: str) -> None:
    assert told in refusal(path, octets)


def test_a_huge_line_without_an_end_is_not_read_whole(path: Path) -> None:
    assert "begins with" in refusal(path, b"a" * 3_000_000)


def test_no_file_is_a_sentence(path: Path) -> None:
    with pytest.raises(TranscriptError, match=r"There is no file .*a\.smtpsession\. Check"):
        load_session(path)


def test_a_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="is a folder"):
        load_session(tmp_path)


def test_a_file_that_may_not_be_read_is_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(FileLog, "__init__", refuse)
    with pytest.raises(TranscriptError, match="may not be read"):
        load_session(path)


def test_a_disk_that_fails_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, os.strerror(5))

    path.write_bytes(HEADER)
    monkeypatch.setattr(FileLog, "read_at", fail)
    with pytest.raises(TranscriptError, match=r"cannot be read: .*Check the disk"):
        load_session(path)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEADER, True),
        (b"\xef\xbb\xbf  " + HEADER, True),
        (b'{"version": 9, "format": "smtpsession"}', True),
        (b"S: 220 smtpsession\n", False),
        (b'{"a": 1}\n{"format": "smtpsession"}', False),
        (b"", False),
    ],
)
def test_a_session_file_is_recognised(head: bytes, *, expected: bool) -> None:
    assert is_session_file(head) is expected


@pytest.mark.parametrize("ending", [b"\n" + GREETING, b"\n", b""])
def test_a_line_without_end_is_passed_over(
    path: Path, monkeypatch: pytest.MonkeyPatch, ending: bytes
) -> None:
    monkeypatch.setattr(file, "PIECE_OCTETS", 64)
    monkeypatch.setattr(file, "MAX_LINE_OCTETS", 1000)
    endless = b'{"us":1,"type":"sent","text":"' + b"x" * 100_000 + b'"}'
    session, problems = opened(path, HEADER + GREETING + endless + ending)
    assert "Line 3 of a.smtpsession is longer than" in problems[0]
    assert [row.head for row in session.rows] == ["220"] * (1 + ending.count(GREETING))


def test_nesting_without_end_is_a_damaged_line(path: Path) -> None:
    deep = b'{"us":4,"type":"sent","text":"x","more":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    session, problems = opened(path, HEADER + deep + GREETING)
    assert problems == ("Line 2 of a.smtpsession is damaged and was left out.",)
    assert len(session.events) == 1


def test_times_in_any_order_are_kept_as_they_are(path: Path) -> None:
    lines = [b'{"us":%d,"type":"received","text":"220 mx\\r\\n"}\n' % us for us in (5, -7, 5, 0)]
    session, problems = opened(path, HEADER + b"".join(lines))
    assert problems == ()
    assert [row.at for row in session.rows] == [5, -7, 5, 0]
    assert all(row.line for row in session.rows)
