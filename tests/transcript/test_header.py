"""Headers: read loosely, and whatever is none is called by its name."""

from pathlib import Path

import pytest

from smtpdebugger.session.session import Header
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.header import is_unknown, read_header
from smtpdebugger.transcript.lines import encode_header

PATH = Path("a.smtpsession")


def test_a_header_reads_back() -> None:
    header = Header("id", "2026-11-23T10:00:00Z", "title", "proxy", "x 1")
    line = encode_header(header)
    assert read_header(PATH, line, line) == (header, False)


def test_keys_of_another_kind_do_no_harm() -> None:
    line = b'{"format":"smtpsession","version":1,"title":[1],"began":7}\n'
    assert read_header(PATH, line, line) == (Header(), False)


@pytest.mark.parametrize("line", [b"", b"{", b'{"format":"smtpsession","vers'])
def test_the_beginning_of_one_is_unfinished(line: bytes) -> None:
    assert read_header(PATH, line, line) == (Header(), True)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"\n", "packet capture"),
        (b'{"format":"smtpsession","version":99}\n', "newer"),
        (b'{"format":"smtpsession","version":-1}\n', "never was"),
        (b"[" * 100_000, "JSON of another kind"),
    ],
)
def test_what_is_none_is_called_by_its_name(line: bytes, told: str) -> None:
    magic = b"\x0a\x0d\x0d\x0a" if line == b"\n" else line
    with pytest.raises(TranscriptError, match=told):
        read_header(PATH, line, magic)


def test_lines_of_a_later_version_are_known_by_their_type() -> None:
    assert is_unknown(b'{"us":1,"type":"survey"}')
    assert not is_unknown(b'{"us":1,"type":"sent"}')
    assert not is_unknown(b"[1]")
    assert not is_unknown(b'{"a":' * 100_000)
